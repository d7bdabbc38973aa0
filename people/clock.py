"""What day it is for somebody: where they are, not where the server is or whoever looks.

A date that is stored for a person (a step's due date, a pause) is a day of theirs, until midnight where they are.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.conf import settings
from django.db.models import Case, DateField, Value, When
from django.utils import timezone


def zone_named(name: str) -> ZoneInfo:
    """This time zone; the organisation's where this machine doesn't know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def zone_of(user) -> ZoneInfo:
    """The person's time zone; the organisation's where theirs is unknown to this machine."""
    return zone_named(user.time_zone)


def today_for(user, now: datetime | None = None) -> date:
    """The day it is where this person is; ``user`` may be anything with a ``time_zone``."""
    return timezone.localdate(now, zone_of(user))


def today_in(field: str, now: datetime | None = None) -> Case:
    """The same in a query: ``field`` leads to the time zone of the row's person (``"user__time_zone"``).

    At any moment the world has two dates, or three: each zone that isn't on the organisation's is named.
    """
    now = (now or timezone.now()).astimezone(UTC)
    # Every zone's midnight is on a quarter of an hour.
    here, elsewhere = _days_at(now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0), settings.TIME_ZONE)
    return Case(
        *(When(**{f"{field}__in": names}, then=Value(day)) for day, names in elsewhere.items()),
        default=Value(here),
        output_field=DateField(),
    )


@lru_cache(maxsize=8)
def _days_at(quarter: datetime, home: str) -> tuple[date, dict[date, list[str]]]:
    """The date at home, and the zones that have another one, by that date."""
    here, elsewhere = quarter.astimezone(ZoneInfo(home)).date(), {}
    for name, zone in _zones().items():
        day = quarter.astimezone(zone).date()
        if day != here:
            elsewhere.setdefault(day, []).append(name)
    return here, elsewhere


@lru_cache(maxsize=1)
def _zones() -> dict[str, ZoneInfo]:
    """Every zone there is; reading them takes a while."""
    return {name: ZoneInfo(name) for name in sorted(available_timezones())}
