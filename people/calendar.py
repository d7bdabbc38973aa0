"""Which days somebody works: their own week, public holidays, and the days the organisation is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
from django.conf import settings

from base.stamp import remembered

# Longer than any closure: a calendar without a single working day must not go on for ever.
FARTHEST = 800


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of one week pattern. ``weekdays`` as ``datetime.weekday()`` numbers them; ``closed`` are
    ``(first, last)`` dates on which the organisation is closed; ``country`` is a code of the holidays library, or empty.
    """

    weekdays: frozenset[int]
    country: str = ""
    closed: tuple[tuple[date, date], ...] = ()

    def is_working_day(self, day: date) -> bool:
        """Whether it is one of the person's days, no public holiday, and no closing day."""
        return (
            day.weekday() in self.weekdays
            and day not in public_holidays(self.country)
            and not any(first <= day <= last for first, last in self.closed)
        )

    def next_working_day(self, day: date) -> date:
        """``day`` itself or the first working day after it; ``day`` where there is none within two years."""
        return self._look(day, 1)

    def previous_working_day(self, day: date) -> date:
        """``day`` itself or the last working day before it; ``day`` where there is none within two years."""
        return self._look(day, -1)

    def _look(self, day: date, step: int) -> date:
        for offset in range(FARTHEST):
            candidate = day + timedelta(days=offset * step)
            if self.is_working_day(candidate):
                return candidate
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """So many working days after ``day`` (before it where ``count`` is negative); 0 is ``day`` itself."""
        step = 1 if count > 0 else -1
        for _number in range(abs(count)):
            day = self._look(day + timedelta(days=step), step)
        return day

    def working_days_between(self, first: date, end: date) -> int:
        """How many working days there are from ``first`` up to but not including ``end``."""
        return sum(self.is_working_day(first + timedelta(days=offset)) for offset in range((end - first).days))


@lru_cache(maxsize=8)
def public_holidays(country: str):
    """The public holidays of a country: a container that answers ``date in``.

    A country the library doesn't know raises NotImplementedError at the first question: a mistake in the settings.
    """
    return holidays.country_holidays(country) if country else frozenset()


def closing_days() -> tuple[tuple[date, date], ...]:
    """When the organisation is closed, as ``(first, last)``; asked once per content stamp."""
    from .models import ClosingDays

    return remembered(
        "closing-days",
        lambda: tuple(ClosingDays.objects.order_by("first_day").values_list("first_day", "last_day")),
    )


def calendar_for(user) -> WorkCalendar:
    """The calendar of one colleague; Monday to Friday for who has no working days at all."""
    return calendar_of_week(user.working_days)


def calendar_of_week(
    working_days: Iterable[int] = (), *, closed: tuple[tuple[date, date], ...] | None = None
) -> WorkCalendar:
    """The organisation's calendar for a week of these days; Monday to Friday where there are none.

    ``closed`` are other closing days than those that are kept, or the same where many calendars are made.
    """
    closed = closing_days() if closed is None else closed
    return WorkCalendar(frozenset(working_days or range(5)), country=settings.HOLIDAYS_COUNTRY, closed=closed)
