"""Moments in the past, counted in working days from the day of seeding."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from stories.promises import is_working_day


def working_moment(today: date, days_ago: int, clock: str) -> datetime:
    """That many working days before ``today`` at ``clock`` ("09:10"), as promises count them; never in the future.

    0 is today, or the last working day where today is none.
    """
    moment = timezone.make_aware(datetime.combine(today, time.fromisoformat(clock)))
    while not is_working_day(moment):
        moment = _day_before(moment)
    for _day in range(days_ago):
        moment = _day_before(moment)
        while not is_working_day(moment):
            moment = _day_before(moment)
    return min(moment, timezone.now())


def _day_before(moment: datetime) -> datetime:
    # In local time, so that the hour stays when the clock changes.
    return timezone.make_aware(moment.replace(tzinfo=None) - timedelta(days=1))


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
