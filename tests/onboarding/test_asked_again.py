"""A step that is asked for once more, or only lately: reminded of as if it was new, and never late at once."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.models import Message
from notifications.resolving import resolve
from onboarding.models import OnboardingEvent, StepPage, StepPrerequisite, StepProgress
from onboarding.plan.making import original_rule
from onboarding.reminders import Stage
from onboarding.services import complete_step, enrol, reopen_step, unwaive_step, waive_step
from onboarding.services.moving_start import move_start
from onboarding.services.reminding import send_reminders
from onboarding.services.scheduling import reschedule
from onboarding.services.signing_off import send_back_step
from people.models import User

from .conftest import publish

pytestmark = pytest.mark.django_db
# A Monday, two months after the first step was due, and five working days on.
AGAIN, NEW_DAY = date(2026, 11, 30), date(2026, 12, 7)


@pytest.fixture
def at(time_machine):
    """``at(date)``: it is nine in the morning of that day, in Amsterdam."""

    def move(day: date) -> datetime:
        moment = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
        time_machine.move_to(moment.astimezone(UTC), tick=False)
        return timezone.now()

    return move


@pytest.fixture
def run(at):
    """``run(date)``: what is due that morning is told; how many steps that were."""
    return lambda day: send_reminders(at(day))


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Marit")


@pytest.fixture
def plan(at, user, manager, path, steps):
    """``user``, who has a manager, on the path since 1 October; only the first step is to be done."""
    at(date(2026, 9, 28))
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    enrolment.progress.exclude(step_key=steps[0].translation_key).update(due_on=None, rule={})
    return enrolment


@pytest.fixture
def row(plan, steps) -> StepProgress:
    return plan.progress.get(step_key=steps[0].translation_key)


def stages() -> list[int]:
    """The stages that were told, in order."""
    kinds = [OnboardingEvent.Kind.REMINDED, OnboardingEvent.Kind.ESCALATED]
    events = OnboardingEvent.objects.filter(kind__in=kinds).order_by("at", "pk")
    return [event.data["stage"] for event in events]


def opened_again(how: str, plan, row, manager) -> None:
    """The step was done, handed in or waived in time, and is asked for once more: now."""
    ask = {"enrolment": plan, "step_key": row.step_key, "actor": manager}
    match how:
        case "reopened":
            plan.progress.filter(pk=row.pk).update(completed_at=timezone.now() - timedelta(days=60))
            reopen_step(**ask)
        case "sent back":
            plan.progress.filter(pk=row.pk).update(submitted_at=timezone.now() - timedelta(days=60))
            send_back_step(reason="Welk team?", **ask)
        case "waived no longer":
            waive_step(reason="Kent het al", **ask)
            unwaive_step(**ask)


@pytest.mark.parametrize("how", ["reopened", "sent back", "waived no longer"])
def test_it_gets_a_new_day_and_every_reminder_before_the_signal(plan, row, run, at, steps, manager, how):
    own = row.rule
    assert row.due_on < AGAIN - timedelta(days=30)
    at(AGAIN)
    opened_again(how, plan, row, manager)
    row.refresh_from_db()
    assert (row.due_on, original_rule(row.rule)) == (NEW_DAY, own)
    reschedule(enrolment=plan)
    row.refresh_from_db()
    assert row.due_on == NEW_DAY
    for day in range(45):
        run(AGAIN + timedelta(days=day))
    assert stages() == list(Stage)[1:]
    signal = Message.objects.get(kind="onboarding.escalated")
    with override("en"):
        assert "There were 4 reminders after that day." in resolve(signal).text


def test_waived_and_asked_for_once_more_it_is_told_of_anew(plan, row, run, manager, user):
    run(row.due_on)
    assert stages() == [Stage.TODAY]
    at_once = row.due_on + timedelta(days=1)
    run(at_once)
    opened_again("waived no longer", plan, row, manager)
    row.refresh_from_db()
    run(row.due_on)
    assert row.reminded == 0 and stages()[-1] == Stage.TODAY
    assert Message.objects.filter(kind="onboarding.reminder", recipient=user).count() == len(stages()) >= 2


def test_a_day_that_was_set_by_hand_stays_and_reminding_begins_anew(plan, row, run, at, manager):
    day = row.due_on
    plan.progress.filter(pk=row.pk).update(due_by_hand=True)
    at(AGAIN)
    opened_again("reopened", plan, row, manager)
    row.refresh_from_db()
    assert row.due_on == day
    assert [run(AGAIN), run(AGAIN + timedelta(days=1)), run(AGAIN + timedelta(days=2))] == [0, 0, 1]
    assert stages() == [Stage.LATE]


def test_a_day_that_is_to_come_stays(plan, row, at, manager):
    day = row.due_on
    at(day)
    opened_again("reopened", plan, row, manager)
    row.refresh_from_db()
    assert row.due_on == day and "instead_of" not in row.rule


@pytest.mark.parametrize(
    "rule",
    [{"from": "fixed", "date": "2026-10-09"}, {"from": "start", "count": 6, "unit": "working"}],
)
def test_another_start_date_does_not_pull_it_back_into_the_past(plan, row, at, manager, rule):
    plan.progress.filter(pk=row.pk).update(rule=rule, due_on=date(2026, 10, 9))
    at(AGAIN)
    opened_again("reopened", plan, row, manager)
    move_start(enrolment=plan, start_date=date(2026, 10, 12))
    row.refresh_from_db()
    assert (row.due_on, row.rule["instead_of"]) == (NEW_DAY, rule)


def test_a_start_date_that_brings_its_own_day_to_come_gives_that_back(plan, row, at, manager):
    own = row.rule
    at(AGAIN)
    opened_again("reopened", plan, row, manager)
    move_start(enrolment=plan, start_date=date(2026, 12, 14))
    row.refresh_from_db()
    assert row.rule == own and row.due_on > date(2026, 12, 14)


def test_what_was_locked_until_lately_is_counted_from_then(plan, row, run, at, steps):
    step = StepPage.objects.get(pk=steps[0].pk)
    step.prerequisites.add(StepPrerequisite(step=steps[1]))
    publish(step)
    run(AGAIN)
    complete_step(enrolment=plan, step_key=steps[1].translation_key)
    assert [run(AGAIN), run(AGAIN + timedelta(days=1)), run(AGAIN + timedelta(days=2))] == [0, 0, 1]
    assert stages() == [Stage.LATE]


def test_the_signal_waits_for_a_reminder_and_says_how_many_there_were(plan, row, run):
    """After months in which no clock ran."""
    assert run(AGAIN) == 1
    assert stages() == [Stage.LAST] and not Message.objects.filter(kind="onboarding.escalated").exists()
    assert [run(AGAIN + timedelta(days=day)) for day in range(1, 7)] == [0] * 6
    assert run(AGAIN + timedelta(days=7)) == 1
    with override("en"):
        assert "There was 1 reminder after that day." in resolve(Message.objects.get(kind="onboarding.escalated")).text


def test_what_was_told_before_it_was_asked_for_once_more_is_not_counted(plan, row, run, at, manager):
    for day in range(12):
        run(row.due_on + timedelta(days=day))
    assert Stage.LATER in stages()
    at(AGAIN)
    opened_again("reopened", plan, row, manager)
    plan.progress.filter(pk=row.pk).update(reminded=Stage.LAST, due_on=AGAIN, due_by_hand=True)
    run(AGAIN + timedelta(days=35))
    text = resolve(Message.objects.get(kind="onboarding.escalated")).text
    assert "reminder" not in text and "herinnering" not in text
