"""When a person may be mailed: their own hours, in their own time zone, on their own working days."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

DEFAULT_STARTS, DEFAULT_ENDS, MONDAY = time(7, 0), time(19, 0), 0


def zone_of(user) -> ZoneInfo:
    """The person's time zone; the organisation's where theirs is unknown to this machine."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def hours_of(user) -> tuple[time, time]:
    """From when until when this person may be mailed on a day."""
    hours = _row_of(user)
    return (hours.starts, hours.ends) if hours else (DEFAULT_STARTS, DEFAULT_ENDS)


def days_of(user) -> set[int]:
    """On which weekdays; somebody without any working day keeps the hours of every day."""
    hours = _row_of(user)
    return set(range(7)) if (hours and hours.weekends) or not user.working_days else set(user.working_days)


def next_open_moment(user, moment: datetime) -> datetime:
    """The first moment from ``moment`` (aware) on at which this person may be mailed.

    A message due in quiet hours is held until then, never dropped.
    """
    (starts, ends), days = hours_of(user), days_of(user)
    local = moment.astimezone(zone_of(user))
    for offset in range(8):
        day = local.date() + timedelta(days=offset)
        if day.weekday() not in days:
            continue
        opens = datetime.combine(day, starts, tzinfo=local.tzinfo)
        closes = datetime.combine(day, ends, tzinfo=local.tzinfo)
        if offset == 0 and opens <= local < closes:
            return moment
        if local < opens:
            return opens
    return moment


def next_digest(user, moment: datetime, *, weekly: bool) -> datetime:
    """The first daily or weekly bundle after ``moment`` (aware): at the hour and on the weekday that this person chose.

    By default at the start of their day, the weekly one on Monday. A day they don't work moves it to the next they do.
    """
    hours = _row_of(user)
    at = (hours and hours.digest_at) or hours_of(user)[0]
    local = moment.astimezone(zone_of(user))
    for offset in range(8):
        day = local.date() + timedelta(days=offset)
        bundle = datetime.combine(day, at, tzinfo=local.tzinfo)
        if bundle > local and (not weekly or day.weekday() == (hours.weekly_on if hours else MONDAY)):
            return next_open_moment(user, bundle)
    raise AssertionError("Every weekday comes round within eight days.")


def _row_of(user):
    # A reverse one-to-one raises where there is no row.
    return user.quiet_hours if hasattr(user, "quiet_hours") else None
