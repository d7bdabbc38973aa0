"""Moments in the past, counted in working days from the day of seeding."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone


def working_moment(today: date, days_ago: int, clock: str) -> datetime:
    """That many working days (Monday to Friday) before ``today`` at ``clock`` ("09:10"); never in the future.

    0 is today, or the Friday before where today is in a weekend.
    """
    day = today - timedelta(days=max(0, today.weekday() - 4))
    while days_ago:
        day -= timedelta(days=1)
        days_ago -= day.weekday() < 5
    return min(timezone.make_aware(datetime.combine(day, time.fromisoformat(clock))), timezone.now())


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
