"""Moments in the past, counted in working days from the day of seeding."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.utils import timezone

from people.calendar import calendar_of_week


def working_moment(today: date, days_ago: int, clock: str) -> datetime:
    """As ``working_time``; never in the future."""
    return min(working_time(today, days_ago, clock), timezone.now())


def working_time(today: date, days_ago: int, clock: str) -> datetime:
    """That many working days before ``today`` at ``clock`` ("09:10"), as promises count them.

    0 is today, or the last working day where today is none.
    """
    calendar = calendar_of_week()
    day = calendar.add_working_days(calendar.previous_working_day(today), -days_ago)
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """In this block it is ``moment``: what happened long ago in the demo is stamped so by everything that stamps.

    For the command that seeds, which has the process to itself.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
