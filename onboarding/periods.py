"""Days of a path as dates, and periods in words."""

from datetime import date, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _

# A date further away than this is a slip of the pen.
FAR = timedelta(days=5 * 366)


def date_of_day(start: date, day: int) -> date:
    """The date of ``day``: 1 is the start date itself, -1 the day before it. There is no day 0 (it reads as 1)."""
    return start + timedelta(days=day - 1 if day > 0 else day)


def day_of_date(start: date, today: date) -> int:
    """The reverse: 1 on the start date, -1 on the day before it."""
    days = (today - start).days
    return days + 1 if days >= 0 else days


def period_in_words(start: date, first_day: int, last_day: int) -> str:
    """When a phase is, for who starts on ``start``: "1 to 7 October", "until 1 October", "9 October"."""
    first, last = date_of_day(start, first_day), date_of_day(start, last_day)
    if last < start:
        return _("until %(date)s") % {"date": day_and_month(start)}
    if first == last:
        return day_and_month(first)
    if (first.year, first.month) == (last.year, last.month):
        return _("%(first)s to %(last)s") % {"first": first.day, "last": day_and_month(last)}
    begin = day_and_month(first) if first.year == last.year else full_date(first)
    return _("%(first)s to %(last)s") % {
        "first": begin,
        "last": day_and_month(last) if first.year == last.year else full_date(last),
    }


def day_and_month(day: date) -> str:
    """ "14 October"."""
    return formats.date_format(day, "j F")


def full_date(day: date) -> str:
    """ "14 October 2026"."""
    return formats.date_format(day, "j F Y")


def dates_in_words(first: date | None, last: date | None) -> str:
    """From and until when something holds, as a sentence: "From 1 December 2026 until 31 December 2026."; nothing for always."""
    words = {"first": full_date(first) if first else "", "last": full_date(last) if last else ""}
    if first and last:
        return _("From %(first)s until and including %(last)s.") % words
    if first:
        return _("From %(first)s.") % words
    return _("Until and including %(last)s.") % words if last else ""


def far_away(day: date) -> str | None:
    """What is wrong with a date that can't be meant; None for one that can."""
    if abs(day - timezone.localdate()) > FAR:
        return _("This is more than five years from now. Is the year right?")
    return None


def far_first_day(day: date) -> str:
    """What to do where nothing was filled in and the colleague's own first day can't be meant."""
    return _("Fill in a date: this colleague's own first day, %(date)s, is more than five years from now.") % {
        "date": full_date(day)
    }


def due_words(due: date, today: date) -> str:
    """When something is due: "today", "tomorrow", "by 4 December"; said kindly where that is past. ``today`` is the person's."""
    if due == today:
        return _("today")
    if due == today + timedelta(days=1):
        return _("tomorrow")
    day = day_and_month(due) if due.year == today.year else full_date(due)
    return (_("by %(date)s") if due > today else _("was planned for %(date)s")) % {"date": day}
