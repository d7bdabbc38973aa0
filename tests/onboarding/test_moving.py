"""Another start date: what the preview says is what is done, and what stays stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from notifications.models import Message
from onboarding.models import Enrolment, Meeting, OnboardingEvent, StepProgress
from onboarding.plan.due import day_one
from onboarding.services import (
    EnrolmentEnded,
    complete_step,
    enrol,
    give_date_back,
    move_start,
    preview_move,
    reschedule,
    set_due_date,
    waive_step,
)
from onboarding.waivers import BEFORE_THE_START
from people.calendar import calendar_of_week
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db
# A Thursday; the path of the fixtures is due on 7 October (the first phase) and 14 October.
START, LATER = date(2026, 10, 1), date(2026, 10, 8)
NOW = datetime(2026, 9, 21, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_september():
    with time_machine.travel(NOW, tick=False):
        yield


def dates(enrolment) -> list[date | None]:
    rows = enrolment.progress.filter(in_plan=True).order_by("pk")
    return list(rows.values_list("due_on", flat=True))


def everything(enrolment) -> tuple:
    return (
        Enrolment.objects.filter(pk=enrolment.pk).values().get(),
        list(StepProgress.objects.order_by("pk").values()),
        OnboardingEvent.objects.count(),
        Message.objects.count(),
    )


def test_the_preview_writes_nothing_and_says_what_moving_does(enrolment):
    before = everything(enrolment)
    preview = preview_move(enrolment=enrolment, start_date=LATER)
    assert everything(enrolment) == before
    assert [(change.old, change.new) for change in preview.moved] == [
        (date(2026, 10, 7), date(2026, 10, 14)),
        (date(2026, 10, 7), date(2026, 10, 14)),
        (date(2026, 10, 14), date(2026, 10, 21)),
        (date(2026, 10, 14), date(2026, 10, 21)),
    ]
    assert preview.first_day == (START, LATER)
    assert move_start(enrolment=enrolment, start_date=LATER) == preview
    assert dates(enrolment) == [change.new for change in preview.moved]


def test_moving_twice_to_the_same_date_changes_and_tells_nothing_more(enrolment, make_user):
    move_start(enrolment=enrolment, start_date=LATER, actor=make_user())
    before = everything(enrolment)
    assert preview_move(enrolment=enrolment, start_date=LATER).is_nothing
    move_start(enrolment=enrolment, start_date=LATER, actor=make_user())
    assert reschedule(enrolment=enrolment) == []
    assert everything(enrolment) == before


def test_there_and_back_gives_the_dates_of_before(enrolment):
    before = dates(enrolment)
    for day in (LATER, date(2027, 2, 1), START):
        move_start(enrolment=enrolment, start_date=day)
    assert dates(enrolment) == before


def test_done_waived_and_set_by_hand_keep_their_date_and_are_told(enrolment, steps, make_user):
    hr = make_user()
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    waive_step(enrolment=enrolment, step_key=steps[1].translation_key, actor=hr, reason="Kent het al.")
    set_due_date(enrolment=enrolment, step_key=steps[2].translation_key, due_on=date(2026, 10, 9), actor=hr)
    preview = preview_move(enrolment=enrolment, start_date=LATER)
    assert preview.done == 2
    assert [change.step_key for change in preview.by_hand] == [steps[2].translation_key]
    assert [change.step_key for change in preview.moved] == [steps[3].translation_key]
    move_start(enrolment=enrolment, start_date=LATER, actor=hr)
    assert dates(enrolment) == [date(2026, 10, 7), date(2026, 10, 7), date(2026, 10, 9), date(2026, 10, 21)]
    waived = StepProgress.objects.get(step_key=steps[1].translation_key)
    assert (waived.waived_by, waived.waiver_reason) == (hr, "Kent het al.")


def test_a_date_given_back_follows_its_rule_again(enrolment, steps):
    key = steps[2].translation_key
    assert set_due_date(enrolment=enrolment, step_key=key, due_on=date(2026, 12, 24))
    assert not set_due_date(enrolment=enrolment, step_key=key, due_on=date(2026, 12, 24))
    move_start(enrolment=enrolment, start_date=LATER)
    assert give_date_back(enrolment=enrolment, step_key=key)
    assert StepProgress.objects.get(step_key=key).due_on == date(2026, 10, 21)
    assert not give_date_back(enrolment=enrolment, step_key=key)


def test_fixed_dates_and_meetings_stay_and_are_listed(make_path, user):
    path = make_path(steps=(1,))
    phase = path.get_children().get()
    fixed = publish(
        StepFactory(parent=phase, title="Feest", due_from="fixed", due_date=date(2026, 10, 20), kind="meet")
    )
    enrolment = enrol(user=user, path=path, start_date=START)
    row = StepProgress.objects.get(step_key=fixed.translation_key)
    meeting = Meeting.objects.create(progress=row, starts_at=NOW + timedelta(days=20))
    preview = move_start(enrolment=enrolment, start_date=LATER)
    assert [(change.title, change.old, change.new) for change in preview.fixed] == [
        ("Feest", date(2026, 10, 20), date(2026, 10, 20))
    ]
    assert [(agreed.title, agreed.starts_at) for agreed in preview.meetings] == [("Feest", meeting.starts_at)]
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.sequence) == (NOW + timedelta(days=20), 0)


def test_what_people_were_reminded_of_is_said_and_stays_so(enrolment, steps):
    StepProgress.objects.filter(step_key=steps[0].translation_key).update(reminded=2)
    preview = move_start(enrolment=enrolment, start_date=LATER)
    assert [change.step_key for change in preview.told] == [steps[0].translation_key]
    assert StepProgress.objects.get(step_key=steps[0].translation_key).reminded == 2


@time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("late", Enrolment.Late.values)
def test_a_move_into_the_past_makes_nothing_late_at_once(enrolment, late):
    Enrolment.objects.filter(pk=enrolment.pk).update(start_date=date(2026, 11, 16))
    reschedule(enrolment=enrolment)
    preview = move_start(enrolment=enrolment, start_date=date(2026, 10, 5), late=late, spread_days=4)
    assert preview.late == () and preview.moved
    assert [change.new for change in preview.moved] == dates(enrolment)
    today = date(2026, 11, 2)
    assert all(due >= today for due in dates(enrolment))
    if late != Enrolment.Late.TODAY:
        assert dates(enrolment) == [date(2026, 11, day) for day in (2, 3, 4, 5)]
    assert reschedule(enrolment=enrolment) == []
    move_start(enrolment=enrolment, start_date=date(2026, 11, 16))
    assert dates(enrolment) == [date(2026, 11, 23)] * 2 + [date(2026, 11, 30)] * 2


@time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=UTC), tick=False)
def test_steps_before_the_start_left_out_come_back_when_they_are_to_come_again(make_path, user):
    path = make_path(steps=(1,))
    before = publish(StepFactory(parent=path.get_children().get(), title="Vooraf", due_from="start", due_count=-3))
    enrolment = enrol(user=user, path=path, start_date=date(2026, 11, 16))
    preview = move_start(enrolment=enrolment, start_date=date(2026, 11, 3), late=Enrolment.Late.SKIP)
    row = StepProgress.objects.get(step_key=before.translation_key)
    assert row.waived_at is not None and [c.title for c in preview.moved if c.is_left_out] == ["Vooraf"]
    assert row.waiver_reason == BEFORE_THE_START
    preview = move_start(enrolment=enrolment, start_date=date(2026, 11, 30))
    row.refresh_from_db()
    assert (row.waived_at, row.waiver_reason, row.due_on) == (None, "", date(2026, 11, 25))
    assert [change.title for change in preview.moved if change.comes_back] == ["Vooraf"]


def test_the_end_of_the_probation_period_moves_what_counts_from_it(make_path, user):
    path = make_path(steps=(1,))
    step = publish(StepFactory(parent=path.get_children().get(), title="Gesprek", due_from="probation", due_count=-5))
    enrolment = enrol(user=user, path=path, start_date=START, probation_end=date(2026, 11, 30))
    row = StepProgress.objects.get(step_key=step.translation_key)
    assert row.due_on == date(2026, 11, 23)
    move_start(enrolment=enrolment, start_date=START, probation_end=date(2026, 12, 31))
    row.refresh_from_db()
    assert row.due_on == date(2026, 12, 23)
    move_start(enrolment=enrolment, start_date=START, probation_end=None)
    row.refresh_from_db()
    assert row.due_on is None


def test_a_probation_period_that_ends_before_the_start_is_refused(enrolment):
    before = everything(enrolment)
    with pytest.raises(ValueError, match="probation"):
        move_start(enrolment=enrolment, start_date=LATER, probation_end=START)
    assert everything(enrolment) == before


def test_an_ended_enrolment_is_not_moved(enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=START)
    enrolment.refresh_from_db()
    with pytest.raises(EnrolmentEnded):
        move_start(enrolment=enrolment, start_date=LATER)


@pytest.mark.parametrize("start", [date(1900, 1, 1), date(9990, 1, 1), date(2024, 2, 29)])
def test_a_start_date_that_cannot_be_meant_breaks_nothing(enrolment, start):
    move_start(enrolment=enrolment, start_date=start)
    enrolment.refresh_from_db()
    assert enrolment.day_one == day_one(start, calendar_of_week())
    move_start(enrolment=enrolment, start_date=START)
    assert dates(enrolment) == [date(2026, 10, 7)] * 2 + [date(2026, 10, 14)] * 2


def test_one_event_and_one_message_for_person_manager_and_buddy(path, make_user):
    manager, buddy, hr = make_user(), make_user(), make_user()
    enrolment = enrol(user=make_user(manager=manager), path=path, start_date=START, buddy=buddy, actor=hr)
    Message.objects.all().delete()
    move_start(enrolment=enrolment, start_date=LATER, actor=hr)
    told = Message.objects.filter(kind="onboarding.plan_changed")
    assert {message.recipient for message in told} == {enrolment.user, manager, buddy} and told.count() == 3
    event = OnboardingEvent.objects.get(enrolment=enrolment, kind=OnboardingEvent.Kind.START_MOVED)
    assert (event.actor, event.data["old"]["start"], event.data["new"]["start"]) == (hr, "2026-10-01", "2026-10-08")
