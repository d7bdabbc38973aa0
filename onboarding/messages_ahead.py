"""Every reminder that a plan would give, before there is anybody to get it: for previews of a path and of putting somebody on it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from people.calendar import WorkCalendar

from .reminders import Stage, moments
from .roles import Who
from .telling.reminders import reminder_title, signal_title


class MessageAhead(NamedTuple):
    """One message: when, to which role, and its sentence. Only what is still open by then gives one."""

    day: date
    role: str
    title: str


def messages_of_plan(
    steps: Iterable[tuple[str, date | None, str]],
    calendar: WorkCalendar,
    *,
    name: str,
    since: date | None = None,
) -> list[MessageAhead]:
    """The messages in the order of their days, in the active language. Nothing is sent, nothing is asked of the database.

    ``steps`` are ``(title, due date, role that does it)``; ``name`` is the newcomer's, for messages to others; ``since`` the
    day on which the plan would be made. A step without a date gives none.
    """
    found = []
    for title, due, role in steps:
        for stage, day in _moments(due, calendar, since):
            if stage == Stage.ESCALATED:
                above = Who.HR if role == Who.MANAGER else Who.MANAGER
                found.append(MessageAhead(day, above, signal_title(title, name, due)))
            else:
                words = reminder_title(title, "" if role == Who.NEWCOMER else name, due, day)
                found.append(MessageAhead(day, role, words))
    return sorted(found, key=lambda message: message.day)


def _moments(due: date | None, calendar: WorkCalendar, since: date | None) -> list[tuple[Stage, date]]:
    return [(moment.stage, moment.day) for moment in moments(due, calendar, since)] if due else []
