"""When a step asks for a reminder: the stages of reminding, as pure arithmetic on days.

Three working days before its day, on the day, two working days after it, then weekly, four times in all after the day;
then whoever looks after the person is told. Where a run was missed only the newest stage is told: the others are past.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from people.calendar import WorkCalendar

DAYS_BEFORE, DAYS_AFTER, MOST_AFTER = 3, 2, 4


class Stage(IntEnum):
    """How far reminding of one step went, as ``StepProgress.reminded`` keeps it. It never goes back within an attempt."""

    NONE = 0
    SOON = 1
    TODAY = 2
    LATE = 3
    LATER = 4
    LATER_STILL = 5
    LAST = 6
    ESCALATED = 7

    @property
    def is_late(self) -> bool:
        """Whether the step's day is past by then."""
        return self >= Stage.LATE


@dataclass(frozen=True)
class Moment:
    """One stage and the first day it is told on."""

    stage: Stage
    day: date


def moments(due: date, calendar: WorkCalendar, since: date | None = None) -> list[Moment]:
    """Every stage of a step with the day it falls on, in order; all are working days.

    ``since`` is the day from which reminding counts: that of the plan, or the first day back after a pause. What would
    have been told before it is left out, and a step that was late by then is counted from it.
    """
    first = max(due, since) if since else due
    # A fixed date may be a day off.
    told_on = calendar.previous_working_day(due)
    before = [
        Moment(Stage.SOON, calendar.add_working_days(told_on, -DAYS_BEFORE)),
        Moment(Stage.TODAY, told_on),
    ]
    late = calendar.add_working_days(first, DAYS_AFTER)
    after = [
        Moment(Stage(Stage.LATE + week), calendar.next_working_day(late + timedelta(weeks=week)))
        for week in range(MOST_AFTER + 1)
    ]
    return [moment for moment in before if since is None or moment.day >= since] + after


@lru_cache(maxsize=4096)
def stage_on(today: date, due: date, calendar: WorkCalendar, since: date | None = None) -> Stage:
    """The newest stage that ``today`` has reached; see ``moments``. Nothing is told on a day off."""
    if not calendar.is_working_day(today):
        return Stage.NONE
    return max((moment.stage for moment in moments(due, calendar, since) if moment.day <= today), default=Stage.NONE)


@lru_cache(maxsize=4096)
def last_due(today: date, calendar: WorkCalendar, stage: Stage) -> date:
    """What is due after this day can't have got further than ``stage`` by ``today``: the question for the database.

    ``today`` is a working day. A step that is due on this very day has, unless its reminding counts from a later day.
    """
    if stage >= Stage.TODAY:
        last = today - timedelta(days=DAYS_AFTER, weeks=stage - Stage.TODAY)
    else:
        ahead = DAYS_BEFORE if stage == Stage.NONE else 0
        # A fixed date on days off is told of on the working day before them.
        last = calendar.add_working_days(today, ahead + 1) - timedelta(days=1)
    # Days off put a late stage further on.
    while calendar.is_working_day(today) and stage_on(today, last, calendar) <= stage:
        last -= timedelta(days=1)
    return last
