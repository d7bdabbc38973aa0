"""What authors are promised."""

from datetime import datetime, timedelta
from functools import lru_cache

import holidays
from django.conf import settings
from django.utils import timezone


def answer_promised_by(moment: datetime, working_days: int) -> datetime:
    """``moment`` (aware) plus so many working days, at the same hour of the portal's clock.

    Monday to Friday, without the public holidays of ``settings.HOLIDAYS_COUNTRY``.
    """
    due = timezone.localtime(moment)
    while working_days:
        # In local time, so that the hour stays when the clock changes.
        due = (due.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=due.tzinfo)
        if is_working_day(due):
            working_days -= 1
    return due


def is_working_day(moment: datetime) -> bool:
    """Whether the organisation works on the day of this moment."""
    return moment.weekday() < 5 and moment.date() not in _holidays_in(settings.HOLIDAYS_COUNTRY)


@lru_cache(maxsize=4)
def _holidays_in(country: str):
    # A country the library doesn't know raises NotImplementedError at the first question: a mistake in the settings.
    return holidays.country_holidays(country) if country else frozenset()
