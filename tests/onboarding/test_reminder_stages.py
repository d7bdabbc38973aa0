"""When a step asks for a reminder: arithmetic on days, without a database."""

from datetime import date, timedelta

import pytest

from onboarding.reminders import Stage, last_due, moments, stage_on
from people.calendar import WorkCalendar

FULL = WorkCalendar(frozenset(range(5)))
TWO_DAYS = WorkCalendar(frozenset({0, 3}), country="NL")
# A Wednesday.
DUE = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 10, 8), Stage.NONE),
        (date(2026, 10, 9), Stage.SOON),
        (date(2026, 10, 13), Stage.SOON),
        (date(2026, 10, 14), Stage.TODAY),
        (date(2026, 10, 15), Stage.TODAY),
        (date(2026, 10, 16), Stage.LATE),
        (date(2026, 10, 22), Stage.LATE),
        (date(2026, 10, 23), Stage.LATER),
        (date(2026, 10, 30), Stage.LATER_STILL),
        (date(2026, 11, 6), Stage.LAST),
        (date(2026, 11, 12), Stage.LAST),
        (date(2026, 11, 13), Stage.ESCALATED),
        (date(2027, 3, 1), Stage.ESCALATED),
    ],
)
def test_every_stage_has_its_day(today, stage):
    assert stage_on(today, DUE, FULL) == stage


def test_four_reminders_come_after_the_day_and_then_the_signal():
    late = [moment.stage for moment in moments(DUE, FULL) if moment.stage.is_late]
    assert late == [Stage.LATE, Stage.LATER, Stage.LATER_STILL, Stage.LAST, Stage.ESCALATED]


def test_nothing_is_told_on_a_day_off():
    assert stage_on(date(2026, 10, 17), DUE, FULL) == Stage.NONE
    assert stage_on(date(2026, 12, 25), DUE, WorkCalendar(frozenset(range(5)), country="NL")) == Stage.NONE


def test_a_fixed_date_in_the_weekend_is_told_of_on_the_friday():
    saturday = date(2026, 10, 17)
    assert stage_on(date(2026, 10, 15), saturday, FULL) == Stage.SOON
    assert stage_on(date(2026, 10, 16), saturday, FULL) == Stage.TODAY


def test_days_count_in_the_persons_own_week():
    # Monday 12 October is due; the working days before it are Thursday 8, Monday 5 and Thursday 1.
    monday = date(2026, 10, 12)
    assert stage_on(date(2026, 10, 1), monday, TWO_DAYS) == Stage.SOON
    assert stage_on(date(2026, 9, 28), monday, TWO_DAYS) == Stage.NONE
    assert stage_on(date(2026, 10, 15), monday, TWO_DAYS) == Stage.TODAY
    assert stage_on(date(2026, 10, 19), monday, TWO_DAYS) == Stage.LATE


def test_what_was_late_when_the_plan_was_made_is_counted_from_then():
    planned = date(2026, 11, 2)
    assert stage_on(planned, DUE, FULL, planned) == Stage.NONE
    assert stage_on(date(2026, 11, 4), DUE, FULL, planned) == Stage.LATE
    assert stage_on(date(2026, 12, 2), DUE, FULL, planned) == Stage.ESCALATED


def test_a_plan_made_the_day_before_a_step_gives_no_reminder_of_what_was_just_read():
    planned = DUE - timedelta(days=1)
    assert stage_on(planned, DUE, FULL, planned) == Stage.NONE
    assert stage_on(DUE, DUE, FULL, planned) == Stage.TODAY


@pytest.mark.parametrize("calendar", [FULL, TWO_DAYS, WorkCalendar(frozenset({6}), country="NL")])
def test_the_question_for_the_database_misses_nothing_and_asks_for_no_more(calendar):
    for offset in range(0, 400, 3):
        today = calendar.next_working_day(DUE + timedelta(days=offset))
        for stage in list(Stage)[:-1]:
            assert stage_on(today, last_due(today, calendar, stage), calendar) > stage
    for days in range(0, 400, 3):
        due = DUE + timedelta(days=days)
        for offset in range(-40, 60):
            today = due + timedelta(days=offset)
            reached = stage_on(today, due, calendar)
            for stage in list(Stage)[:-1] if calendar.is_working_day(today) else ():
                if reached > stage:
                    assert due <= last_due(today, calendar, stage), (due, today, stage)
