"""When a person may be mailed: their own hours, in their own time zone, on their own working days.

Working days are those of ``people.calendar``: the person's week without public holidays and closing days. ``closed`` are
the closing days where many people are asked about at once; without it they are looked up.
"""

from datetime import datetime, time, timedelta

from django.conf import settings

from people.calendar import WorkCalendar, calendar_of_week
from people.clock import zone_of

MONDAY = 0
EVERY_DAY = frozenset(range(7))
Closed = tuple[tuple, ...] | None


def default_starts() -> time:
    """From when on who chose no hours may be mailed."""
    return settings.MAIL_HOURS[0]


def default_ends() -> time:
    """Until when."""
    return settings.MAIL_HOURS[1]


def hours_of(user) -> tuple[time, time]:
    """From when until when this person may be mailed on a day."""
    hours = _row_of(user)
    return (hours.starts, hours.ends) if hours else (default_starts(), default_ends())


def days_of(user) -> set[int]:
    """On which weekdays; somebody without any working day keeps the hours of every day."""
    return set(EVERY_DAY) if _is_any_day(user) or not user.working_days else set(user.working_days)


def calendar_of(user, closed: Closed = None) -> WorkCalendar:
    """On which days: holidays and closing days are left out, unless the person wants mail on days they don't work."""
    return WorkCalendar(EVERY_DAY) if _is_any_day(user) else calendar_of_week(days_of(user), closed=closed)


def next_open_moment(user, moment: datetime, closed: Closed = None) -> datetime:
    """The first moment from ``moment`` (aware) on at which this person may be mailed.

    A message due in quiet hours is held until then, never dropped.
    """
    (starts, ends), calendar = hours_of(user), calendar_of(user, closed)
    local = moment.astimezone(zone_of(user))
    day = local.date()
    if calendar.is_working_day(day) and starts <= local.time() < ends:
        return moment
    if local.time() >= starts:
        day += timedelta(days=1)
    return datetime.combine(calendar.next_working_day(day), starts, tzinfo=local.tzinfo)


def next_digest(user, moment: datetime, *, weekly: bool, closed: Closed = None) -> datetime:
    """The first daily or weekly bundle after ``moment`` (aware): at the hour and on the weekday that this person chose.

    By default at the start of their day, the weekly one on Monday. A day they don't work moves it to the next they do.
    """
    hours = _row_of(user)
    at = (hours and hours.digest_at) or hours_of(user)[0]
    local = moment.astimezone(zone_of(user))
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    if weekly:
        wanted = hours.weekly_on if hours else MONDAY
        day += timedelta(days=(wanted - day.weekday()) % 7)
    return datetime.combine(calendar_of(user, closed).next_working_day(day), at, tzinfo=local.tzinfo)


def day_around(user, moment: datetime) -> tuple[datetime, datetime]:
    """The person's own day that ``moment`` (aware) is in: its first moment, and that of the next."""
    zone = zone_of(user)
    day = moment.astimezone(zone).date()
    return tuple(datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))


def _is_any_day(user) -> bool:
    hours = _row_of(user)
    return bool(hours and hours.weekends)


def _row_of(user):
    # A reverse one-to-one raises where there is no row.
    return user.quiet_hours if hasattr(user, "quiet_hours") else None
