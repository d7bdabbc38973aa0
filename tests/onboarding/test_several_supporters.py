"""Several colleagues in one role, one of them as the lead, and from and until when."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import HelpRequest, OnboardingEvent, StepPage, StepProgress, Supporter
from onboarding.reading import names_around, people_around, standings_of
from onboarding.reading_csv import read_rows
from onboarding.record import read_events
from onboarding.services import enrol, name_supporter, set_supporters
from onboarding.services.naming import How, NotInRole, Place, TooMany
from onboarding.services.nudging import nudge
from onboarding.services.reminding import send_reminders
from onboarding.services.taking_over import hand_on_when_over
from onboarding.supporting import fetched, people_of
from onboarding.waiting import waiting_for
from people.models import User

from .conftest import publish
from .hr import confirm, errors_of, preview, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wednesday(time_machine):
    """A working day, within the hours of mails."""
    time_machine.move_to(datetime(2026, 11, 25, 10, tzinfo=UTC), tick=False)


@pytest.fixture
def bo(make_user):
    return make_user(first_name="Bo", last_name="Ten", email="bo@example.org")


@pytest.fixture
def cas(make_user):
    return make_user(first_name="Cas", last_name="Elf", email="cas@example.org")


@pytest.fixture
def walk(path, steps, user, bo, cas):
    """``user`` with two buddies, Bo as the lead; the second step is theirs and was due two days ago."""
    page = StepPage.objects.get(pk=steps[1].pk)
    page.assignee = "buddy"
    publish(page)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1), supporters={"buddy": [bo, cas]})
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=steps[1].translation_key)
    rows.update(due_on=timezone.localdate() - timedelta(days=2))
    # Reminding counts from when there was a plan.
    type(enrolment).objects.filter(pk=enrolment.pk).update(planned_at=timezone.now() - timedelta(days=14))
    return enrolment


def buddies(enrolment) -> list[User]:
    return list(people_of(fetched(type(enrolment).objects.filter(pk=enrolment.pk)).get())["buddy"])


def days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def text_of(message: Message) -> str:
    content = get_kind(message.kind).resolve(message.payload, message.recipient)
    return f"{content.title} {content.text}"


def test_each_buddy_has_the_step_on_their_list_and_the_lead_alone_is_mailed(walk, bo, cas, steps, as_user, make_user):
    for one in (bo, cas):
        assert [row.step.title for row in waiting_for(one, "nl").overdue] == [steps[1].title]
    send_reminders(timezone.now())
    row = StepProgress.objects.get(enrolment=walk, step_key=steps[1].translation_key)
    (told,) = Message.objects.filter(kind="onboarding.reminder", payload__progress=row.pk)
    assert told.recipient == bo
    with override("en"):
        assert "mails about these steps come to you. Cas Elf can do them as well" in text_of(told)
    mentor = make_user()
    name_supporter(enrolment=walk, role="mentor", colleague=mentor)
    nudge(enrolment=walk, step_key=steps[1].translation_key, actor=mentor)
    assert {m.recipient for m in Message.objects.filter(kind="onboarding.nudge")} == {bo}
    address = f"/en/onboarding/for/{walk.pk}/{steps[1].translation_key}/"
    assert "Bo Ten is the lead and gets the mails" in as_user(cas).get(address).content.decode()
    # Who isn't the lead can do it; a second click, and the lead a moment later, find it done.
    for one in (cas, cas, bo):
        as_user(one).post(f"{address}complete/")
    row.refresh_from_db()
    assert row.completed_by == cas and row.attempt == 1
    assert waiting_for(bo, "nl").is_empty


def test_the_newcomer_sees_the_lead_first_and_then_the_others(walk, user, bo, cas, as_user, django_assert_num_queries):
    (standing,) = standings_of(user, "nl")
    with django_assert_num_queries(1):
        around = people_around(user, standing)
    assert [(row["colleague"], row["is_lead"]) for row in around] == [(bo, True), (cas, False)]
    assert names_around(user, standing, "nl")["buddy"] == "Bo Ten"
    name_supporter(enrolment=walk, role="buddy", colleague=cas, how=How.LEAD, ends_on=days(3))
    around = people_around(user, standing)
    assert [(row["colleague"], row["ends_on"]) for row in around] == [(cas, days(3)), (bo, None)]
    page = as_user(user).get("/en/onboarding/").content.decode()
    first, second = page.index("Your first buddy"), page.index("Your buddy")
    assert first < page.index("Cas Elf", first) < second < page.index("Bo Ten", second)


def test_the_database_holds_one_lead_for_each_role_and_dates_in_their_order(walk, make_user):
    other = make_user()
    Supporter.objects.create(enrolment=walk, colleague=other, role="mentor", is_lead=True)
    for wrong in (
        {"role": "buddy", "is_lead": True},
        {"role": "buddy", "starts_on": days(2), "ends_on": days(1)},
        {"role": "mentor"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Supporter.objects.create(enrolment=walk, colleague=other, **wrong)
    # Those of before there were leads: who was named first.
    Supporter.objects.update(is_lead=False)
    import_module("onboarding.migrations.0010_several_supporters_with_dates").name_leads(apps, None)
    leads = Supporter.objects.filter(is_lead=True)
    assert {(row.role, row.colleague.first_name) for row in leads} == {("buddy", "Bo"), ("mentor", other.first_name)}


def test_naming_somebody_beside_as_the_lead_or_no_longer(walk, bo, cas, make_user, user):
    dee = make_user(first_name="Dee")
    name = {"enrolment": walk, "role": "buddy"}
    assert name_supporter(**name, colleague=dee, how=How.BESIDE) and buddies(walk) == [bo, cas, dee]
    told = Message.objects.count()
    assert not name_supporter(**name, colleague=dee, how=How.BESIDE) and Message.objects.count() == told
    assert name_supporter(**name, colleague=cas, how=How.LEAD) and buddies(walk) == [cas, bo, dee]
    assert Message.objects.filter(recipient=cas, kind="onboarding.role_changed").count() == 2
    assert name_supporter(**name, colleague=cas, how=How.STOP) and buddies(walk) == [bo, dee]
    assert Supporter.objects.get(enrolment=walk, is_lead=True).colleague == bo
    with pytest.raises(NotInRole):
        name_supporter(**name, colleague=cas, how=How.STOP)
    for wrong in ([Place(user)], [Place(bo), Place(bo)], [Place(bo, days(2), days(1))]):
        with pytest.raises(ValueError):
            set_supporters(**name, places=wrong)
    for _number in range(3):
        name_supporter(**name, colleague=make_user(), how=How.BESIDE)
    with pytest.raises(TooMany):
        name_supporter(**name, colleague=make_user(), how=How.BESIDE)
    assert name_supporter(**name, colleague=dee) and buddies(walk) == [dee]
    assert name_supporter(**name, colleague=None) and buddies(walk) == []


def test_beside_ones_own_manager_that_one_stays_and_leads(walk, user, make_user):
    own, other = make_user(), make_user()
    User.objects.filter(pk=user.pk).update(manager=own)
    name_supporter(enrolment=walk, role="manager", colleague=other, how=How.BESIDE)
    found = people_of(fetched(type(walk).objects.filter(pk=walk.pk)).get())
    assert found["manager"] == (own, other)


def test_who_begins_later_is_told_when_and_sees_nothing_until_then(walk, cas, make_user, as_user, user):
    dee = make_user(first_name="Dee", last_name="Acht")
    name_supporter(enrolment=walk, role="buddy", colleague=dee, how=How.LEAD, starts_on=days(5), ends_on=days(9))
    told = {message.recipient: message for message in Message.objects.filter(payload__colleague=dee.pk)}
    assert set(told) == {dee, user}
    with override("en"):
        assert "You will walk along with" in text_of(told[dee]) and "until and including" in text_of(told[dee])
        assert "Dee Acht will walk along with you as buddy" in text_of(told[user])
    address = f"/nl/onboarding/for/{walk.pk}/"
    assert as_user(dee).get(address).status_code == 404 and waiting_for(dee, "nl").is_empty
    # As long as the lead is still to come, the first of those who are there leads.
    assert buddies(walk)[0].first_name == "Bo"
    Supporter.objects.filter(colleague=dee).update(starts_on=days(0))
    assert as_user(dee).get(address).status_code == 200 and buddies(walk)[0] == dee
    (event,) = OnboardingEvent.objects.filter(enrolment=walk, kind="role_changed", data__has_key="dates")
    with override("en"):
        assert "Dee Acht: From" in read_events([event])[0].details


def test_when_the_last_day_is_past_access_ends_and_what_is_open_goes_on(walk, bo, cas, steps, as_user):
    name_supporter(enrolment=walk, role="buddy", colleague=bo, how=How.BESIDE, ends_on=days(0))
    question = HelpRequest.objects.create(enrolment=walk, step_key=steps[0].translation_key, text="Waar?", recipient=bo)
    assert hand_on_when_over(timezone.now()) == 0 and not waiting_for(bo, "nl").is_empty
    Supporter.objects.filter(colleague=bo).update(ends_on=days(-1))
    assert hand_on_when_over(timezone.now()) == 1 and hand_on_when_over(timezone.now()) == 0
    question.refresh_from_db()
    assert question.recipient == cas
    assert Message.objects.filter(recipient=cas, kind="onboarding.question").count() == 1
    assert waiting_for(bo, "nl").is_empty and buddies(walk) == [cas]
    assert as_user(bo).get(f"/nl/onboarding/for/{walk.pk}/").status_code == 404
    send_reminders(timezone.now())
    assert {m.recipient for m in Message.objects.filter(kind="onboarding.reminder", payload__stage__gt=0)} <= {
        cas,
        walk.user,
    }


# HR's forms --------------------------------------------------------------------------------------


def test_hr_enrols_with_several_buddies(hr, path, user, bo, cas):
    url = "/admin/enrolments/new/"
    data = {"user": user.pk, "path": path.translation_key, "start_date": "2026-12-01", "buddy": bo.pk}
    assert "second_buddy" in errors_of(hr.post(url, {**data, "second_buddy": bo.pk}))
    assert "third_buddy" in errors_of(hr.post(url, {**data, "third_buddy": user.pk}))
    confirm(hr, url, {**data, "third_buddy": cas.pk})
    rows = Supporter.objects.filter(enrolment__user=user).lead_first()
    assert [(row.colleague, row.is_lead) for row in rows] == [(bo, True), (cas, False)]


def test_hr_names_somebody_beside_with_dates(hr, walk, bo, cas, make_user):
    dee, url = make_user(first_name="Dee"), f"/admin/enrolments/edit/{walk.pk}/supporter/"
    data = {"role": "buddy", "colleague": dee.pk, "how": "beside", "starts_on": days(2), "ends_on": days(9)}
    for wrong, field in (
        ({"ends_on": days(1)}, "ends_on"),
        ({"starts_on": "", "ends_on": days(-1)}, "ends_on"),
        ({"colleague": ""}, "colleague"),
        ({"how": "stop"}, "starts_on"),
        ({"how": "twice"}, "how"),
    ):
        assert field in errors_of(hr.post(url, {**data, **wrong})), wrong
    refused = preview(hr, url, {"role": "buddy", "colleague": dee.pk, "how": "stop"}).context["outlook"]
    assert not refused.may_confirm
    confirm(hr, url, data)
    row = Supporter.objects.get(colleague=dee)
    assert (row.starts_on, row.ends_on, row.is_lead) == (days(2), days(9), False)
    people = hr.get(f"/admin/enrolments/edit/{walk.pk}/").context["people"]
    assert [(one["colleague"], one["is_lead"]) for one in people] == [(bo, True), (cas, False), (dee, False)]
    assert people[2]["dates"]


def test_a_file_names_several_in_one_cell(path, user, bo, cas, make_user):
    make_user(email="an@example.org")
    text = 'email;path;start_date;buddy\nan@example.org;{};2026-12-01;"{}"\n'
    (row,) = read_rows(text.format(path.title, "cas@example.org; BO@example.org;"), user, "nl").rows
    assert row.supporters == {"buddy": [cas, bo]}
    for wrong in ("bo@example.org;bo@example.org", "bo@example.org;wie@example.org", ";".join("abcdef")):
        (problem,) = read_rows(text.format(path.title, wrong), user, "nl").problems
        assert (problem.line, problem.column) == (2, "buddy")


def test_what_the_form_shows_names_everybody(hr, path, user, bo, cas):
    data = {"user": user.pk, "path": path.translation_key, "start_date": "2026-12-01", "buddy": bo.pk}
    words = words_of(preview(hr, "/admin/enrolments/new/", {**data, "second_buddy": cas.pk}).context["outlook"])
    assert "Bo Ten" in words and "Cas Elf" in words
