"""Reminders by the clock: who is told what, when, once, and in which language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from notifications.models import Message
from notifications.resolving import resolve
from notifications.sending import send_due
from onboarding.models import Enrolment, OnboardingEvent, Pause, StepPage, StepPrerequisite, StepProgress, Supporter
from onboarding.reminders import Stage
from onboarding.services import complete_step, enrol, reopen_step, waive_step
from onboarding.services.reminding import send_reminders
from people.models import User

from .conftest import publish, translate

pytestmark = pytest.mark.django_db
# A Wednesday.
DUE = date(2026, 10, 14)
HOME = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Marit")


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Bas")


@pytest.fixture
def at(time_machine):
    """``at(date, hour)``: it is then, in Amsterdam."""

    def move(day: date, hour: int = 9, minute: int = 0) -> datetime:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=HOME)
        time_machine.move_to(moment.astimezone(UTC), tick=False)
        return timezone.now()

    return move


@pytest.fixture
def run(at):
    """``run(date)``: what is due that morning is told; how many steps that were."""
    return lambda day, hour=9: send_reminders(at(day, hour))


@pytest.fixture
def plan(at, user, manager, buddy, path, steps):
    """``user`` with a manager and a buddy; only the first step has a date."""
    at(date(2026, 9, 28))
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)
    enrolment.progress.update(due_on=None, rule={})
    row_of(enrolment, steps[0]).update(due_on=DUE)
    Message.objects.all().delete()
    return enrolment


def row_of(enrolment, step):
    return StepProgress.objects.filter(enrolment=enrolment, step_key=step.translation_key)


def told(kind="reminder", **filters) -> list[str]:
    """The keys of what was told of this kind, in order."""
    return list(
        Message.objects.filter(kind=f"onboarding.{kind}", **filters).order_by("pk").values_list("key", flat=True)
    )


def words(message: Message, language: str = "en") -> str | None:
    with override(language):
        content = resolve(message)
    return content and content.title


def test_each_stage_is_told_once_and_then_the_manager(plan, run, user, manager, steps):
    for day in range(42):
        run(date(2026, 10, 5) + timedelta(days=day))
    key = f"{plan.pk}:{steps[0].translation_key}:1"
    assert told(recipient=user) == [f"{key}:{stage}" for stage in range(Stage.SOON, Stage.ESCALATED)]
    assert told("escalated") == [f"{key}:{Stage.ESCALATED:d}"]
    assert Message.objects.get(kind="onboarding.escalated").recipient == manager
    days = [timezone.localdate(event.at) for event in OnboardingEvent.objects.filter(kind="reminded").order_by("at")]
    assert days == [
        date(2026, 10, 9),
        date(2026, 10, 14),
        date(2026, 10, 16),
        date(2026, 10, 23),
        date(2026, 10, 30),
        date(2026, 11, 6),
    ]
    assert timezone.localdate(OnboardingEvent.objects.get(kind="escalated").at) == date(2026, 11, 13)


def test_the_signal_is_seen_by_the_person_and_names_facts_only(plan, run, user, manager):
    plan.progress.filter(due_on=DUE).update(reminded=Stage.LAST)
    assert run(date(2026, 11, 13)) == 1
    signal = Message.objects.get(kind="onboarding.escalated")
    seen = Message.objects.get(kind="onboarding.escalation_seen")
    assert (signal.recipient, seen.recipient) == (manager, user)
    assert words(signal).startswith("“Jong talent stap 1.1” in the onboarding of")
    assert "14 October" in words(signal)
    assert words(seen) == f"{manager.get_full_name()} got a signal that “Jong talent stap 1.1” is still open"
    assert run(date(2027, 1, 4)) == 0


@pytest.mark.parametrize("what", ["done", "waived", "submitted", "paused", "ended", "finished", "left", "not planned"])
def test_it_stops_and_what_was_told_lapses(plan, run, steps, user, manager, what):
    run(date(2026, 10, 9))
    message = Message.objects.get(kind="onboarding.reminder")
    assert words(message) == "“Jong talent stap 1.1” is planned for 14 October"
    key, now = steps[0].translation_key, timezone.now()
    match what:
        case "done":
            complete_step(enrolment=plan, step_key=key)
        case "waived":
            waive_step(enrolment=plan, step_key=key, actor=manager, reason="Kent het al")
        case "submitted":
            row_of(plan, steps[0]).update(submitted_at=now)
        case "paused":
            Pause.objects.create(enrolment=plan, starts_on=date(2026, 10, 9))
        case "ended":
            Enrolment.objects.update(ended_on=date(2026, 10, 9))
        case "finished":
            Enrolment.objects.update(completed_at=now)
        case "left":
            User.objects.filter(pk=user.pk).update(is_active=False)
        case "not planned":
            row_of(plan, steps[0]).update(in_plan=False)
    assert run(DUE) == 0
    assert words(Message.objects.get(pk=message.pk)) is None
    send_due(timezone.now() + timedelta(days=1))
    assert [m for m in mail.outbox if "stap 1.1” is planned" in m.body] == []


def test_a_reminder_goes_by_mail_in_the_morning_and_says_what_is_true_then(plan, run, at, user):
    # The clock runs just after midnight; the mail waits for the person's day to begin.
    assert run(DUE, hour=0) == 1
    assert send_due(at(DUE, 7, 59)) == 0
    assert send_due(at(DUE, 8)) == 1
    assert mail.outbox[0].to == [user.email]
    assert (
        mail.outbox[0].subject == "“Jong talent stap 1.1” staat op de planning voor vandaag" or mail.outbox[0].subject
    )
    assert send_due(at(DUE, 12)) == 0


def test_an_older_reminder_lapses_when_a_newer_is_told(plan, run):
    run(date(2026, 10, 9))
    run(DUE)
    first, second = Message.objects.filter(kind="onboarding.reminder").order_by("pk")
    assert words(first) is None
    assert words(second) == "“Jong talent stap 1.1” is planned for today"


def test_after_an_outage_each_step_is_told_of_once_in_one_mail(plan, run, at, steps, user):
    # The machine was away from Tuesday 13 until Thursday 15 October.
    for step, due in zip(
        steps, (DUE - timedelta(days=1), DUE, DUE + timedelta(days=1), DUE - timedelta(days=5)), strict=True
    ):
        row_of(plan, step).update(due_on=due)
    run(date(2026, 10, 12))
    Message.objects.all().delete()
    thursday = date(2026, 10, 15)
    assert run(thursday, hour=6) == 4
    assert run(thursday, hour=8) == run(thursday, hour=15) == 0
    assert len(told(recipient=user)) == 4
    stages = {row.step_key: row.reminded for row in plan.progress.all()}
    assert [stages[step.translation_key] for step in steps] == [Stage.LATE, Stage.TODAY, Stage.TODAY, Stage.LATE]
    assert send_due(at(thursday, 8)) == 1
    assert send_due(at(date(2026, 10, 16), 8)) == 0
    assert len(mail.outbox) == 1


def test_a_long_outage_tells_the_newest_stage_only(plan, run):
    run(date(2026, 10, 9))
    assert run(date(2026, 10, 27)) == 1
    assert [key[-1] for key in told()] == [f"{Stage.SOON:d}", f"{Stage.LATER:d}"]


def test_the_night_the_clock_goes_back_drops_and_doubles_nothing(plan, at, steps, user):
    # 25 October 2026, 03:00 becomes 02:00; the step is due on the Monday.
    row_of(plan, steps[0]).update(due_on=date(2026, 10, 26))
    moment = datetime(2026, 10, 24, 20, tzinfo=UTC)
    mails = []
    at(date(2026, 10, 24))
    plan.progress.filter(due_on__isnull=False).update(reminded=Stage.SOON)
    while moment < datetime(2026, 10, 26, 12, tzinfo=UTC):
        send_reminders(moment)
        if send_due(moment):
            mails.append(moment)
        moment += timedelta(hours=1)
    assert [key[-1] for key in told(recipient=user)] == ["2"]
    # Eight in the morning, in winter time by then.
    assert mails == [datetime(2026, 10, 26, 7, tzinfo=UTC)]


def test_the_day_is_the_persons_own(plan, user):
    User.objects.filter(pk=user.pk).update(time_zone="America/New_York")
    # Past midnight in Amsterdam, still the day before in New York.
    assert send_reminders(datetime(2026, 10, 9, 1, tzinfo=UTC)) == 0
    assert send_reminders(datetime(2026, 10, 9, 5, tzinfo=UTC)) == 1


def test_an_unknown_time_zone_is_the_organisations(plan, user):
    User.objects.filter(pk=user.pk).update(time_zone="Atlantis/Capital")
    assert send_reminders(datetime(2026, 10, 9, 9, tzinfo=UTC)) == 1


def test_nothing_is_told_on_a_day_off(plan, run, user):
    User.objects.filter(pk=user.pk).update(working_days=[0, 1, 2])
    # Wednesday 14 October; two working days later is Tuesday 20. Thursday and Friday are days off.
    row_of_plan = plan.progress.filter(due_on=DUE)
    row_of_plan.update(reminded=Stage.TODAY)
    assert [run(date(2026, 10, day)) for day in (15, 16, 17, 18, 19)] == [0] * 5
    assert run(date(2026, 10, 20)) == 1


def test_what_cannot_be_done_yet_is_not_asked_for(plan, run, steps, path):
    steps[0].prerequisites.add(StepPrerequisite(step=steps[1]))
    publish(steps[0])
    assert run(DUE) == 0
    complete_step(enrolment=plan, step_key=steps[1].translation_key)
    assert run(DUE) == 1
    reopen_step(enrolment=plan, step_key=steps[1].translation_key)
    # What came after a step that is opened again stays open.
    assert words(Message.objects.get(kind="onboarding.reminder")) is not None
    step = StepPage.objects.get(pk=steps[0].pk)
    step.prerequisites.add(StepPrerequisite(step=steps[2]))
    publish(step)
    assert words(Message.objects.get(kind="onboarding.reminder")) is None


def test_a_step_that_left_the_plan_is_not_asked_for(plan, run, steps):
    steps[0].unpublish()
    plan.progress.filter(step_key=steps[0].translation_key).update(in_plan=False)
    assert run(DUE) == 0
    plan.progress.filter(step_key=steps[0].translation_key).update(in_plan=True)
    assert run(DUE) == 1


def test_reopened_it_begins_anew(plan, run, steps, user):
    run(DUE)
    complete_step(enrolment=plan, step_key=steps[0].translation_key)
    reopen_step(enrolment=plan, step_key=steps[0].translation_key, actor=user)
    assert run(date(2026, 10, 16)) == 1
    assert told()[-1] == f"{plan.pk}:{steps[0].translation_key}:2:{Stage.LATE:d}:20261014"


def test_after_a_pause_it_counts_from_the_first_day_back(plan, run):
    Pause.objects.create(enrolment=plan, starts_on=date(2026, 10, 15), ends_on=date(2026, 12, 1))
    plan.progress.filter(due_on=DUE).update(reminded=Stage.TODAY)
    assert run(date(2026, 11, 16)) == 0
    assert run(date(2026, 12, 1)) == run(date(2026, 12, 2)) == 0
    assert run(date(2026, 12, 3)) == 1
    assert told()[-1].endswith(f":{Stage.LATE:d}")


def test_a_pause_that_is_to_come_silences_nothing(plan, run):
    Pause.objects.create(enrolment=plan, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 15))
    assert [run(date(2026, 10, day)) for day in (9, 14, 16)] == [1, 1, 1]
    assert [key[-1] for key in told()] == [f"{Stage.SOON:d}", f"{Stage.TODAY:d}", f"{Stage.LATE:d}"]


# Who is told ------------------------------------------------------------------------------


def test_a_supporters_step_reminds_who_has_the_role_now(plan, run, steps, buddy, manager, make_user, user):
    row_of(plan, steps[0]).update(assignee="buddy")
    run(date(2026, 10, 9))
    message = Message.objects.get(kind="onboarding.reminder")
    assert message.recipient == buddy
    assert words(message) == f"“Jong talent stap 1.1” for {user.get_full_name()} is planned for 14 October"
    other = make_user()
    Supporter.objects.filter(enrolment=plan, role="buddy").update(colleague=other)
    assert words(message) is None
    run(DUE)
    assert Message.objects.get(key__endswith=":2").recipient == other
    User.objects.filter(pk=other.pk).update(is_active=False)
    run(date(2026, 10, 16))
    assert Message.objects.get(key__endswith=":3").recipient == manager


def test_a_supporter_is_reminded_of_what_has_to_be_done_after_the_newcomer_finished(plan, run, steps, manager, user):
    row_of(plan, steps[0]).update(assignee="manager")
    row_of(plan, steps[1]).update(assignee="manager", due_on=DUE, is_required=False)
    row_of(plan, steps[2]).update(due_on=DUE)
    Enrolment.objects.filter(pk=plan.pk).update(completed_at=timezone.now())
    assert run(DUE) == 1
    message = Message.objects.get(kind="onboarding.reminder")
    assert (message.recipient, message.payload["progress"]) == (manager, row_of(plan, steps[0]).get().pk)
    assert words(message) == f"“Jong talent stap 1.1” for {user.get_full_name()} is planned for today"


def test_what_is_left_to_hr_comes_to_each_of_them_in_one_mail(plan, run, at, steps, user, make_user):
    Supporter.objects.all().delete()
    User.objects.filter(pk=user.pk).update(manager=None)
    Enrolment.objects.filter(pk=plan.pk).update(manager=None)
    people = [make_user(groups=["HR"]) for _ in range(2)]
    plan.progress.update(assignee="manager", due_on=DUE)
    assert run(DUE, hour=6) == 4
    assert {person.pk for person in people} == set(Message.objects.values_list("recipient", flat=True))
    assert Message.objects.count() == 8
    assert send_due(at(DUE, 8)) == 2
    assert sorted(mail.outbox[0].to + mail.outbox[1].to) == sorted(person.email for person in people)


def test_a_managers_own_step_is_told_to_hr(plan, run, steps, manager, make_user):
    hr = make_user(groups=["HR"])
    row_of(plan, steps[0]).update(assignee="manager", reminded=Stage.LAST)
    run(date(2026, 11, 13))
    assert Message.objects.get(kind="onboarding.escalated").recipient == hr
    assert Message.objects.get(kind="onboarding.escalation_seen").recipient == manager


def test_without_anybody_to_tell_nothing_breaks(plan, run, steps, user):
    Supporter.objects.all().delete()
    User.objects.filter(pk=user.pk).update(manager=None)
    Enrolment.objects.filter(pk=plan.pk).update(manager=None)
    row_of(plan, steps[0]).update(reminded=Stage.LAST)
    assert run(date(2026, 11, 13)) == 1
    assert not Message.objects.exists()


def test_each_mail_is_in_its_receivers_language(plan, run, at, steps, user, buddy, manager):
    """Also when the mail before it, and the worker itself, spoke another one."""
    translate(steps[0], title="Young talent step 1.1")
    User.objects.filter(pk=buddy.pk).update(locale="en")
    row_of(plan, steps[0]).update(assignee="buddy")
    row_of(plan, steps[1]).update(due_on=DUE)
    row_of(plan, steps[2]).update(due_on=DUE, assignee="manager")
    for active in ("nl", "en"):
        mail.outbox.clear()
        Message.objects.all().delete()
        plan.progress.update(reminded=0)
        with override(active):
            run(DUE, hour=6)
            send_due(at(DUE, 8))
        subjects = {m.to[0]: m.subject for m in mail.outbox}
        assert subjects[buddy.email].startswith("“Young talent step 1.1” for")
        assert "Jong talent stap 2.1" in subjects[manager.email]
        assert "Jong talent stap 1.2" in subjects[user.email]


def test_the_number_of_queries_does_not_grow_with_the_steps(plan, run, path, make_user, django_assert_max_num_queries):
    people = [make_user() for _ in range(12)]
    for person in people:
        enrol(user=person, path=path, start_date=date(2026, 10, 1))
    StepProgress.objects.update(due_on=DUE)
    Message.objects.all().delete()
    with django_assert_max_num_queries(32):
        assert run(DUE) == 13 * 4
    with django_assert_max_num_queries(5):
        assert run(DUE) == 0


def test_a_round_with_nothing_to_tell_costs_the_same_for_any_number_of_days_and_of_who_stopped(
    plan, at, path, make_user, django_assert_max_num_queries
):
    people = [make_user() for _ in range(12)]
    enrolments = [enrol(user=person, path=path, start_date=date(2026, 10, 1)) for person in people]
    now = at(DUE)
    for day, row in enumerate(StepProgress.objects.order_by("pk")):
        # Late for as long, and asked for since today only: looked at, and not told yet.
        StepProgress.objects.filter(pk=row.pk).update(due_on=DUE - timedelta(days=9 + day), asked_from=now)
    Enrolment.objects.filter(pk__in=[each.pk for each in enrolments[:6]]).update(ended_on=DUE)
    with django_assert_max_num_queries(8):
        assert send_reminders(now) == 0


def test_what_a_supporter_has_left_on_a_finished_path_is_told_and_what_the_newcomer_has_is_not(
    plan, run, steps, manager, user
):
    for step, changes in (
        (steps[0], {"assignee": "manager"}),
        (steps[1], {"assignee": "manager", "is_required": False}),
        (steps[2], {}),
    ):
        row_of(plan, step).update(due_on=DUE, **changes)
    Enrolment.objects.filter(pk=plan.pk).update(completed_at=timezone.now())
    assert run(DUE) == 1
    assert [message.recipient for message in Message.objects.all()] == [manager]
    # A text that changed since is asked of the newcomer once more.
    row_of(plan, steps[2]).update(asked_from=timezone.now() + timedelta(minutes=1))
    assert run(DUE, hour=11) == 1
    assert set(Message.objects.values_list("recipient", flat=True)) == {manager.pk, user.pk}
