"""Who stands in for a supporter on leave: sees and does what they do for a while, and then no longer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import HandOverNote, HelpRequest, OnboardingEvent, StepPage, StepProgress, Supporter
from onboarding.reading import asked_first, names_around, people_around, standings_of
from onboarding.record import read_events
from onboarding.services import enrol, name_supporter, set_supporter
from onboarding.services.asking import ask_question
from onboarding.services.naming import How, NotInRole
from onboarding.services.reminding import send_reminders
from onboarding.services.standing_in import OutsideTheRole, SomebodyStandsIn, end_stand_in, name_stand_in
from onboarding.services.taking_over import hand_on_when_over
from onboarding.supporting import fetched, people_of
from onboarding.visibility import TABLE, Data, may_see
from onboarding.waiting import waiting_for
from people.models import User

from .conftest import publish
from .hr import confirm, errors_of, preview

pytestmark = pytest.mark.django_db
PAGE = "/nl/onboarding/for/stand-in/"


@pytest.fixture(autouse=True)
def wednesday(time_machine):
    """A working day, within the hours of mails; ``wednesday(days)`` goes on by so many."""

    def move(number: int) -> datetime:
        time_machine.move_to(datetime(2026, 11, 25, 10, tzinfo=UTC) + timedelta(days=number), tick=False)
        return timezone.now()

    move(0)
    return move


@pytest.fixture
def bo(make_user):
    return make_user(first_name="Bo", last_name="Ten")


@pytest.fixture
def eve(make_user):
    return make_user(first_name="Eve", last_name="Zes", email="eve@example.org")


@pytest.fixture
def walk(path, steps, user, bo, make_user):
    """``user`` with a buddy, whose step was due two days ago, and a manager of their own."""
    page = StepPage.objects.get(pk=steps[1].pk)
    page.assignee = "buddy"
    publish(page)
    User.objects.filter(pk=user.pk).update(manager=make_user(first_name="Mo"))
    user.refresh_from_db()
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=bo)
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=steps[1].translation_key)
    rows.update(due_on=timezone.localdate() - timedelta(days=2))
    type(enrolment).objects.filter(pk=enrolment.pk).update(planned_at=timezone.now() - timedelta(days=14))
    return enrolment


def days(number: int) -> date:
    return date(2026, 11, 25) + timedelta(days=number)


def acting(enrolment, role="buddy") -> list[User]:
    return list(people_of(fetched(type(enrolment).objects.filter(pk=enrolment.pk)).get())[role])


def stand_in(walk, bo, eve, first=0, last=7, **more):
    return name_stand_in(enrolment=walk, supporter=bo, stand_in=eve, starts_on=days(first), ends_on=days(last), **more)


def test_an_empty_form_says_of_each_field_what_to_fill_in(as_user, walk, bo):
    wrong = errors_of(as_user(bo).post(PAGE.replace("/nl/", "/en/"), {}))
    assert wrong == {
        "stand_in": "Fill in who stands in for you.",
        "starts_on": "Fill in from which day.",
        "ends_on": "Fill in until which day.",
        "newcomers": "Choose at least one newcomer.",
    }


def test_between_the_days_they_see_and_do_what_the_supporter_does_and_then_nothing(
    walk, bo, eve, steps, as_user, user, wednesday
):
    stand_in(walk, bo, eve, 1, 7)
    address = f"/nl/onboarding/for/{walk.pk}/"
    for day, is_in in ((0, False), (1, True), (7, True), (8, False)):
        wednesday(day)
        assert [may_see(eve, walk, data) for data in Data.values] == [
            is_in and "buddy" in TABLE[data] for data in Data.values
        ], day
        assert as_user(eve).get(address).status_code == (200 if is_in else 404)
        assert waiting_for(eve, "nl").is_empty is not is_in
        # The supporter keeps everything, all the while.
        assert as_user(bo).get(address).status_code == 200 and not waiting_for(bo, "nl").is_empty
        assert acting(walk) == ([eve, bo] if is_in else [bo])
    wednesday(2)
    as_user(eve).post(f"{address}{steps[1].translation_key}/complete/")
    assert StepProgress.objects.get(enrolment=walk, step_key=steps[1].translation_key).completed_by == eve


def test_mails_and_questions_go_to_the_stand_in_and_what_is_open_goes_back(walk, bo, eve, steps, wednesday):
    earlier = HelpRequest.objects.create(enrolment=walk, step_key=steps[0].translation_key, text="Waar?", recipient=bo)
    stand_in(walk, bo, eve, 0, 6)
    # What came to the supporter before can be answered by both.
    assert earlier in waiting_for(eve, "nl").questions and earlier in waiting_for(bo, "nl").questions
    row = StepProgress.objects.get(enrolment=walk, step_key=steps[1].translation_key)
    send_reminders(timezone.now())
    (told,) = Message.objects.filter(kind="onboarding.reminder", payload__progress=row.pk)
    assert told.recipient == eve
    with override("en"):
        assert "You stand in for Bo Ten" in get_kind(told.kind).resolve(told.payload, eve).text
    asked = ask_question(enrolment=walk, step_key=steps[0].translation_key, about="step", text="En wie?", language="nl")
    assert asked.recipient == eve
    now = wednesday(7)
    assert hand_on_when_over(now) == 1 and hand_on_when_over(now) == 0
    asked.refresh_from_db()
    assert asked.recipient == bo and earlier not in waiting_for(eve, "nl").questions


def test_both_and_the_newcomer_are_told_and_the_newcomer_sees_for_whom(walk, bo, eve, user, as_user, wednesday):
    with pytest.raises(ValueError):
        stand_in(walk, bo, eve, 3, 2)
    assert len(stand_in(walk, bo, eve, 0, 7, note="Bel haar op maandag.")) == 1
    # Twice is once: a double click, two tabs.
    assert stand_in(walk, bo, eve, 0, 7, note="Bel haar op maandag.") == []
    told = {message.recipient: message for message in Message.objects.filter(kind="onboarding.stand_in")}
    assert set(told) == {bo, eve, user}
    with override("en"):
        said = {who: get_kind(message.kind).resolve(message.payload, who) for who, message in told.items()}
        assert said[eve].title.startswith("You stand in for Bo Ten as buddy of")
        assert said[bo].title.startswith("Eve Zes stands in for you")
        assert said[user].title == "Eve Zes stands in for Bo Ten, your buddy"
        assert "2 December 2026" in said[user].text and "Bel" not in said[eve].text
    assert HandOverNote.objects.get().colleague == eve
    (standing,) = standings_of(user, "nl")
    around = [(row["colleague"], row["stands_in_for"]) for row in people_around(user, standing)][:2]
    assert around == [(bo, None), (eve, bo)]
    assert names_around(user, standing, "nl")["buddy"] == "Bo Ten"
    assert asked_first(user, standing, "nl")["buddy"] == "Eve Zes"
    assert "Stands in for Bo" in as_user(user).get("/en/onboarding/").content.decode()
    (event,) = OnboardingEvent.objects.filter(kind="stood_in")
    with override("en"):
        assert "for Bo Ten" in read_events([event])[0].details and "Eve Zes: From" in read_events([event])[0].details
    wednesday(8)
    assert get_kind("onboarding.stand_in").resolve(told[user].payload, user) is None
    assert len(people_around(user, standing)) == 2


def test_who_can_stand_in_for_whom_and_when(walk, bo, eve, make_user, user):
    manager = User.objects.get(pk=user.manager_id)
    other = make_user()
    assert [row.role for row in stand_in(walk, manager, other, 0, 7)] == ["manager"]
    assert acting(walk, "manager") == [other, manager] and may_see(other, walk, Data.ANSWERS)
    stand_in(walk, bo, eve, 2, 7)
    with pytest.raises(SomebodyStandsIn):
        stand_in(walk, bo, other, 7, 9)
    with pytest.raises(NotInRole):
        stand_in(walk, eve, other)
    for wrong in ((bo, bo), (bo, user)):
        with pytest.raises(ValueError):
            stand_in(walk, *wrong, 20, 21)
    for values in (
        {"ends_on": None},
        {"is_lead": True},
        {"colleague": bo},
        {"colleague": other},
    ):
        row = {"enrolment": walk, "role": "buddy", "colleague": eve, "stands_in_for": bo}
        row |= {"starts_on": days(2), "ends_on": days(7), **values}
        with pytest.raises(IntegrityError), transaction.atomic():
            Supporter.objects.create(**row)
    name_supporter(enrolment=walk, role="buddy", colleague=bo, how=How.BESIDE, ends_on=days(5))
    # No longer than whom they stand in for has the role.
    assert Supporter.objects.get(colleague=eve).ends_on == days(5)
    with pytest.raises(OutsideTheRole):
        stand_in(walk, bo, other, 6, 9)
    set_supporter(enrolment=walk, role="buddy", colleague=other)
    assert not Supporter.objects.filter(colleague=eve).exists() and acting(walk) == [other]


def test_the_second_buddy_may_stand_in_for_the_lead(walk, bo, eve):
    name_supporter(enrolment=walk, role="buddy", colleague=eve, how=How.BESIDE)
    stand_in(walk, bo, eve, 0, 7)
    assert acting(walk) == [eve, bo]
    assert end_stand_in(row=Supporter.objects.stand_ins().get()) and acting(walk) == [bo, eve]


# The supporter's own page -----------------------------------------------------------------------


def test_a_supporter_names_somebody_for_all_their_newcomers(
    walk, bo, eve, as_user, make_user, path, user, django_assert_max_num_queries
):
    second = enrol(user=make_user(first_name="Tweede"), path=path, start_date=date(2026, 10, 1), buddy=bo)
    client = as_user(bo)
    data = {
        "newcomers": [walk.pk, second.pk],
        "stand_in": "eve@example.org",
        "starts_on": days(1).isoformat(),
        "ends_on": days(7).isoformat(),
    }
    for wrong, field in (
        ({"stand_in": "wie@example.org"}, "stand_in"),
        ({"stand_in": bo.email}, "stand_in"),
        ({"stand_in": user.email}, "stand_in"),
        ({"ends_on": days(0).isoformat()}, "ends_on"),
        ({"starts_on": days(-9).isoformat(), "ends_on": days(-2).isoformat()}, "ends_on"),
        ({"ends_on": "2096-01-01"}, "ends_on"),
        ({"newcomers": []}, "newcomers"),
        ({"newcomers": [walk.pk + 1000]}, "newcomers"),
    ):
        assert field in errors_of(client.post(PAGE, {**data, **wrong})), wrong
    assert not Supporter.objects.stand_ins().exists()
    assert client.post(PAGE, data).status_code == 302 and client.post(PAGE, data).status_code == 302
    assert Supporter.objects.stand_ins().count() == 2
    # All of it or nothing, with the reason.
    third = enrol(user=make_user(first_name="Derde"), path=path, start_date=date(2026, 10, 1), buddy=bo)
    assert "newcomers" in errors_of(
        client.post(PAGE, {**data, "newcomers": [third.pk, walk.pk], "ends_on": days(9).isoformat()})
    )
    assert Supporter.objects.stand_ins().count() == 2
    with django_assert_max_num_queries(16):
        page = client.get(f"{PAGE}?for={walk.pk}")
    assert page.context["form"].initial["newcomers"] == [walk.pk] and page.content.decode().count("Eve Zes") >= 2
    assert "/for/stand-in/" in client.get(f"/nl/onboarding/for/{walk.pk}/").content.decode()
    # Who stands in has no role to hand on, and nobody ends what isn't theirs.
    Supporter.objects.stand_ins().update(starts_on=days(0))
    row = Supporter.objects.stand_ins().get(enrolment=walk)
    assert as_user(eve).get(PAGE).status_code == 404
    assert as_user(eve).post(f"{PAGE}{row.pk}/end/").status_code == 404
    client = as_user(bo)
    assert [client.post(f"{PAGE}{row.pk}/end/").status_code for _time in range(2)] == [302, 302]
    assert acting(walk) == [bo] and acting(second) == [eve, bo]


# HR's --------------------------------------------------------------------------------------------


def test_hr_names_a_stand_in_and_ends_it(hr, walk, bo, eve):
    url = f"/admin/enrolments/edit/{walk.pk}/stand_in/"
    data = {"supporter": bo.pk, "stand_in": eve.pk, "starts_on": days(0), "ends_on": days(7)}
    assert "stand_in" in errors_of(hr.post(url, {**data, "stand_in": bo.pk}))
    assert "ends_on" in errors_of(hr.post(url, {**data, "ends_on": days(-1)}))
    assert not preview(hr, url, {**data, "supporter": eve.pk, "stand_in": bo.pk}).context["outlook"].may_confirm
    confirm(hr, url, data)
    assert acting(walk) == [eve, bo]
    people = hr.get(f"/admin/enrolments/edit/{walk.pk}/").context["people"]
    assert [(one["colleague"], one["stands_in_for"]) for one in people][:2] == [(bo, None), (eve, bo)]
    assert people[0]["is_lead"] is False
    row = Supporter.objects.stand_ins().get()
    confirm(hr, f"/admin/enrolments/edit/{walk.pk}/end_stand_in/", {"who": row.pk})
    assert acting(walk) == [bo]
    assert hr.get(f"/admin/enrolments/edit/{walk.pk}/end_stand_in/").status_code == 302
