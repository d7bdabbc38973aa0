"""When a step is due: a stored rule, and the date it amounts to.

A rule is plain JSON, stored with every step of every plan:
``{"from": "start" | "enrolment" | "probation" | "step" | "date" | "fixed" | "never", "count": n, "unit": "working" |
"calendar" | "weeks", "step": key, "date": "2026-10-01"}``. "fixed" is that date itself, "date" is counted from it. A rule
that was put in the place of another one (to spread what was due already) keeps that as ``"instead_of"``. An empty rule is
"never". Day 1 is the first working day itself and -1 the
one before it; there is no day 0. In weeks, 1 is a week after and -1 a week before.

The same input gives the same date, so working it out again changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from people.calendar import WorkCalendar

from ..periods import date_of_day


@dataclass(frozen=True)
class PauseSpan:
    """Away from ``first`` up to and not including ``end``; a pause that runs has no end and moves nothing yet."""

    first: date
    end: date | None


@dataclass(frozen=True)
class Anchors:
    """What the dates of one person are counted from. ``done`` has the day each step was completed on, by key."""

    start: date
    enrolled: date
    probation: date | None = None
    done: Mapping[str, date] = field(default_factory=dict)


def day_one(start: date, calendar: WorkCalendar) -> date:
    """The first day at work: ``start``, or the first working day after it."""
    return calendar.next_working_day(start)


def due_date(rule: dict, anchors: Anchors, calendar: WorkCalendar, pauses: Iterable[PauseSpan] = ()) -> date | None:
    """The date that ``rule`` amounts to; None for never, or where what it counts from hasn't happened yet.

    It is always a working day, unless it was fixed. A date after the start moves on by the working days that were missed
    in pauses before it; a fixed date stays.
    """
    if rule.get("from") == "fixed":
        return date.fromisoformat(rule["date"])
    base = _base(rule, anchors, calendar)
    if base is None:
        return None
    count = rule.get("count") or 1
    due = _count(base, count, rule.get("unit", "working"), calendar)
    return _after_pauses(due, base, pauses, calendar) if count > 0 else due


def _base(rule: dict, anchors: Anchors, calendar: WorkCalendar) -> date | None:
    """Day 1 of the rule."""
    match rule.get("from"):
        case "start":
            return day_one(anchors.start, calendar)
        case "enrolment":
            return calendar.next_working_day(anchors.enrolled)
        case "date":
            return calendar.next_working_day(date.fromisoformat(rule["date"]))
        case "probation" if anchors.probation:
            return calendar.previous_working_day(anchors.probation)
        case "step" if done := anchors.done.get(rule.get("step", "")):
            # Counted from the day after, so that day 1 is a whole day.
            return calendar.next_working_day(done + timedelta(days=1))
    return None


def _count(base: date, count: int, unit: str, calendar: WorkCalendar) -> date:
    if unit == "working":
        return calendar.add_working_days(base, count - 1 if count > 0 else count)
    day = base + timedelta(weeks=count) if unit == "weeks" else date_of_day(base, count)
    # Before the start, late is too late: the day moves back.
    return calendar.next_working_day(day) if count > 0 else calendar.previous_working_day(day)


def _after_pauses(due: date, base: date, pauses: Iterable[PauseSpan], calendar: WorkCalendar) -> date:
    for pause in sorted((p for p in pauses if p.end), key=lambda p: p.first):
        first = max(pause.first, base)
        if first <= due:
            due = calendar.add_working_days(due, calendar.working_days_between(first, pause.end))
    return due
