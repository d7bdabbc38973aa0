"""Any step may have to be signed off: it waits, makes nobody late, and is in order or comes back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import Enrolment, OnboardingEvent, StepPage, StepPrerequisite, StepProgress
from onboarding.overview import State, in_state
from onboarding.reading import standings_of
from onboarding.record import read_events
from onboarding.reminders import Stage
from onboarding.services import complete_step, enrol
from onboarding.services.reminding import send_reminders
from onboarding.services.reminding_signers import remind_signers
from onboarding.services.signing_off import send_back_step, sign_off_step
from onboarding.waiting import waiting_for
from people.models import User

from .conftest import publish, translate

pytestmark = pytest.mark.django_db
# A Thursday.
START = date(2026, 10, 1)


@pytest.fixture
def at(time_machine):
    """``at(date)``: it is nine in the morning of that day, in Amsterdam."""

    def move(day: date) -> datetime:
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
        time_machine.move_to(moment.astimezone(UTC), tick=False)
        return timezone.now()

    return move


@pytest.fixture
def buddy(make_user):
    """Works on Mondays and Tuesdays."""
    return make_user(first_name="Bo", working_days=[0, 1])


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Mo")


@pytest.fixture
def of_hr(make_user):
    return make_user(first_name="Hanna", groups=["HR"], locale="en")


@pytest.fixture
def walk(at, path, steps, user, buddy, manager):
    """``user`` since 1 October; the buddy signs off the first step, the manager the second, which the buddy does."""
    at(START - timedelta(days=3))
    for step, values in ((steps[0], {"signed_off_by": "buddy"}), (steps[1], {"assignee": "buddy"})):
        for name, value in values.items():
            setattr(step, name, value)
        publish(step)
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    return enrol(user=user, path=path, start_date=START, buddy=buddy)


@pytest.fixture
def row(walk, steps) -> StepProgress:
    return walk.progress.get(step_key=steps[0].translation_key)


def do(walk, step, **values) -> None:
    complete_step(enrolment=walk, step_key=step.translation_key, **values)


def sign(walk, step, actor) -> StepProgress:
    return sign_off_step(enrolment=walk, step_key=step.translation_key, actor=actor)


def told(kind: str, recipient) -> list[str]:
    """The titles of what somebody was told and still holds, in English."""
    with override("en"):
        contents = [
            get_kind(kind).resolve(message.payload, recipient)
            for message in Message.objects.filter(kind=kind, recipient=recipient).order_by("pk")
        ]
    return [content.title for content in contents if content]


def where(walk, step, what: str = "") -> str:
    return f"/en/onboarding/for/{walk.pk}/{step.translation_key}/{what}"


@pytest.mark.parametrize("kind", ["read", "watch", "do", "meet"])
def test_it_waits_for_who_signs_it_off_and_is_done_then(at, walk, row, steps, user, buddy, as_user, urls, kind):
    page = StepPage.objects.get(pk=steps[0].pk)
    page.kind = kind
    publish(page)
    english = translate(page)
    at(START)
    client = as_user(user)
    assert "signs it off" in client.get(english.get_url()).content.decode()
    for _twice in range(2):
        assert client.post(urls("complete", page, "en", walk.pk)).status_code == 302
    row.refresh_from_db()
    assert row.submitted_at and row.completed_at is None and row.revision_id == english.live_revision_id
    assert OnboardingEvent.objects.filter(kind="submitted").count() == 1
    assert "Waits to be signed off" in client.get(english.get_url()).content.decode()
    assert len(told("onboarding.handed_in", buddy)) == 1
    assert [one.step.key for one in waiting_for(buddy, "nl").handed_in] == [page.translation_key]
    shown = as_user(buddy).get(where(walk, page))
    assert "Is it in order?" in shown.content.decode() and shown.context["sign_off"]["on_behalf_of"] == ""
    for _twice in range(2):
        as_user(buddy).post(where(walk, page, "sign-off/"), {"seen": row.submitted_at.isoformat()})
    row.refresh_from_db()
    # What was read is what the newcomer read, not what was open to the buddy.
    assert (row.completed_by, row.language, row.revision_id) == (buddy, "en", english.live_revision_id)
    event = OnboardingEvent.objects.get(kind="done")
    assert (event.actor, event.data["role"], event.data["on_behalf"]) == (buddy, "buddy", False)
    assert len(told("onboarding.signed_off", user)) == 1 and told("onboarding.handed_in", buddy) == []


def test_it_comes_back_with_a_word_that_stands_on_the_step(at, walk, row, steps, user, buddy, manager, as_user, urls):
    at(START)
    do(walk, steps[0])
    back = {"reason": "Kijk ook in de kelder.", "seen": StepProgress.objects.get(pk=row.pk).submitted_at.isoformat()}
    for stranger in (manager, user):
        assert as_user(stranger).post(where(walk, steps[0], "send-back/"), back).status_code == 404
    assert as_user(buddy).post(where(walk, steps[0], "send-back/"), {**back, "reason": ""}).status_code == 422
    as_user(buddy).post(where(walk, steps[0], "send-back/"), back)
    row.refresh_from_db()
    assert (row.submitted_at, row.submitted_language, row.attempt) == (None, "", 2)
    assert "Kijk ook in de kelder." in as_user(user).get(steps[0].get_url()).content.decode()
    assert len(told("onboarding.sent_back", user)) == 1
    # Taken back by oneself it waits for nobody either.
    do(walk, steps[0])
    as_user(user).post(urls("reopen", steps[0], enrolment_id=walk.pk))
    assert waiting_for(buddy, "nl").handed_in == [] and told("onboarding.handed_in", buddy) == []


def test_hr_signs_off_on_behalf_and_the_record_says_so(at, walk, row, steps, of_hr, as_user):
    at(START)
    do(walk, steps[0])
    shown = as_user(of_hr).get(where(walk, steps[0]))
    assert "You sign it off on their behalf" in shown.content.decode()
    sign(walk, steps[0], of_hr)
    with override("en"):
        (entry,) = read_events(OnboardingEvent.objects.filter(kind="done").select_related("actor", "enrolment__user"))
    assert (entry.by, entry.details) == (of_hr.get_full_name(), "signed off on behalf of the buddy")


def test_a_supporters_own_step_is_signed_off_and_told_to_them(at, walk, steps, user, buddy, manager, as_user):
    steps[1].signed_off_by = "manager"
    publish(steps[1])
    at(START)
    page = as_user(buddy).post(where(walk, steps[1], "complete/"), follow=True)
    assert "waits to be signed off now" in page.content.decode()
    assert len(told("onboarding.handed_in", manager)) == 1
    send_back_step(enrolment=walk, step_key=steps[1].translation_key, actor=manager, reason="Ook de stoel.")
    assert (len(told("onboarding.sent_back", buddy)), told("onboarding.sent_back", user)) == (1, [])
    assert "Ook de stoel." in as_user(buddy).get(where(walk, steps[1])).content.decode()
    do(walk, steps[1], actor=buddy, as_role="buddy")
    sign(walk, steps[1], manager)
    assert (len(told("onboarding.signed_off", buddy)), told("onboarding.signed_off", user)) == (1, [])


def test_waiting_makes_nobody_late_and_gives_back_the_time(at, walk, row, steps, user, buddy):
    third = StepPage.objects.get(pk=steps[2].pk)
    third.prerequisites = [StepPrerequisite(step=steps[0])]
    publish(third)
    days = {steps[0].translation_key: date(2026, 10, 2), third.translation_key: date(2026, 10, 5)}
    walk.progress.exclude(step_key__in=days).update(due_on=None, rule={})
    for count, (key, day) in enumerate(days.items(), start=2):
        rule = {"from": "start", "unit": "working", "count": count}
        walk.progress.filter(step_key=key).update(due_on=day, rule=rule)

    def late() -> tuple[int, int]:
        (standing,) = standings_of(user, "nl")
        listed = in_state(Enrolment.objects.all(), State.OVERDUE).count()
        return sum(standing.is_overdue(step) for step in standing.planned), listed

    at(date(2026, 10, 2))
    do(walk, steps[0])
    assert send_reminders(at(date(2026, 10, 14))) == 0 and late() == (0, 0)
    sign(walk, steps[0], buddy)
    assert late() == (0, 0)
    assert walk.progress.get(step_key=third.translation_key).due_on == date(2026, 10, 21)
    # What was late by the newcomer's own doing stays so.
    at(date(2026, 10, 28))
    assert late() == (1, 1)


def test_who_signs_off_is_reminded_on_their_own_days_then_hr_is_told(at, walk, row, steps, user, buddy, manager, of_hr):
    at(START)
    do(walk, steps[0])
    days, stages = [], []
    for number in range(60):
        day = START + timedelta(days=number)
        count = remind_signers(at(day))
        assert remind_signers(timezone.now()) == 0
        if count:
            days.append(day)
            row.refresh_from_db()
            stages.append(row.reminded)
    assert stages == [Stage.TODAY, Stage.LATE, Stage.LATER, Stage.LATER_STILL, Stage.LAST, Stage.ESCALATED]
    assert days[:2] == [date(2026, 10, 6), date(2026, 10, 13)] and {day.weekday() for day in days} <= {0, 1}
    # Each takes the place of the one before; in the end HR may do it, and the buddy knows that they were told.
    assert Message.objects.filter(kind="onboarding.sign_off", recipient=buddy).count() == 5
    assert told("onboarding.sign_off", buddy) == []
    assert told("onboarding.sign_off_left", of_hr) == [
        f"“{steps[0].title}” of {user.get_full_name()} has been waiting to be signed off since 1 October"
    ]
    assert of_hr.get_full_name() in told("onboarding.sign_off_left", buddy)[0]
    assert [one.stands_in for one in waiting_for(of_hr, "nl").handed_in] == [True]
    kinds = OnboardingEvent.objects.filter(kind__in=["reminded", "left_to_hr"]).order_by("at", "pk")
    assert [event.kind for event in kinds] == ["reminded"] * 5 + ["left_to_hr"]
    assert not Message.objects.filter(kind__startswith="onboarding.sign_off", recipient__in=[user, manager]).exists()
    sign(walk, steps[0], of_hr)
    assert told("onboarding.sign_off_left", of_hr) == [] and waiting_for(of_hr, "nl").handed_in == []


def test_after_an_outage_one_reminder_comes_and_none_during_a_pause(at, walk, row, steps, buddy, of_hr):
    at(START)
    do(walk, steps[0])
    pause = walk.pauses.create(starts_on=date(2026, 10, 5))
    assert remind_signers(at(date(2026, 10, 6))) == 0
    pause.delete()
    assert remind_signers(at(date(2026, 12, 7))) == 1
    row.refresh_from_db()
    assert row.reminded == Stage.LAST and len(told("onboarding.sign_off", buddy)) == 1
    assert remind_signers(at(date(2026, 12, 8))) == 0
    assert remind_signers(at(date(2026, 12, 14))) == 1 and len(told("onboarding.sign_off_left", of_hr)) == 1


def test_what_nobody_has_to_sign_off_any_more_is_done(at, walk, row, steps, user):
    at(START)
    do(walk, steps[0])
    steps[0].signed_off_by = ""
    publish(steps[0])
    remind_signers(at(START + timedelta(days=1)))
    row.refresh_from_db()
    assert (row.completed_by, row.language) == (user, "nl")
