"""When a person may be mailed: their own hours, in their own time zone, on their own working days."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DEFAULT_STARTS, DEFAULT_ENDS = time(7, 0), time(19, 0)


def zone_of(user) -> ZoneInfo:
    """The person's time zone; the organisation's where theirs is unknown to this machine."""
    try:
        return ZoneInfo(user.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Amsterdam")


def next_open_moment(user, moment: datetime) -> datetime:
    """The first moment from ``moment`` (aware) on at which this person may be mailed, in UTC offsets of their zone.

    A message due in quiet hours is held until then, never dropped. Somebody without any working day keeps the hours of
    every day.
    """
    hours = getattr(user, "quiet_hours", None) if _has_hours(user) else None
    starts, ends = (hours.starts, hours.ends) if hours else (DEFAULT_STARTS, DEFAULT_ENDS)
    days = set(range(7)) if (hours and hours.weekends) or not user.working_days else set(user.working_days)
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


def _has_hours(user) -> bool:
    # A reverse one-to-one raises where there is no row.
    return hasattr(user, "quiet_hours")
