"""Every reminder that a plan would give, before it is made or changed: for the previews of it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from people.calendar import WorkCalendar

from .reminders import Stage, moments
from .roles import Who
from .telling.reminders import reminder_title, signal_title


class StepAhead(NamedTuple):
    """One open step; ``reminded`` is how far reminding went, as ``StepProgress`` keeps it."""

    title: str
    due_on: date | None
    role: str
    reminded: int = Stage.NONE


class Window(NamedTuple):
    """Days on which reminders go out, from ``first`` up to ``until`` (None: no end); they count from ``since``."""

    since: date | None = None
    first: date = date.min
    until: date | None = None


def windows_between(pauses: Iterable[tuple[date, date | None]], *, planned_on: date, today: date) -> tuple[Window, ...]:
    """When somebody is reminded from ``today`` on: before, between and after pauses ``(first day, first day back)``."""
    found, since = [], planned_on
    for first_day, back_on in sorted(pauses, key=lambda pause: pause[0]):
        found.append(Window(since, max(since, today), first_day))
        if back_on is None:
            break
        since = max(since, back_on)
    else:
        found.append(Window(since, max(since, today)))
    return tuple(window for window in found if window.until is None or window.first < window.until)


class MessageAhead(NamedTuple):
    """One message: when, to which role, and its sentence. Only what is still open by then gives one."""

    day: date
    role: str
    title: str


def messages_of_plan(
    steps: Iterable[StepAhead],
    calendar: WorkCalendar,
    *,
    name: str,
    windows: Iterable[Window] = (Window(),),
) -> list[MessageAhead]:
    """The messages in the order of their days, in the active language. Nothing is sent, nothing is asked of the database.

    ``name`` is the newcomer's, for messages to others; ``windows`` are in the order of their days. A step without a date
    gives none, and no stage is told twice.
    """
    found, windows = [], tuple(windows)
    for title, due, role, reminded in steps:
        for stage, day in _moments(due, calendar, windows, reminded):
            if stage == Stage.ESCALATED:
                above = Who.HR if role == Who.MANAGER else Who.MANAGER
                found.append(MessageAhead(day, above, signal_title(title, name, due)))
            else:
                words = reminder_title(title, "" if role == Who.NEWCOMER else name, due, day)
                found.append(MessageAhead(day, role, words))
    return sorted(found, key=lambda message: message.day)


def _moments(
    due: date | None, calendar: WorkCalendar, windows: tuple[Window, ...], reminded: int
) -> list[tuple[Stage, date]]:
    found = []
    for since, first, until in windows if due else ():
        for moment in moments(due, calendar, since):
            if moment.stage > reminded and first <= moment.day and (until is None or moment.day < until):
                found.append((moment.stage, moment.day))
                reminded = moment.stage
    return found
