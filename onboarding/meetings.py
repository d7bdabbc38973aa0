"""Meetings as they are shown, and as a file for calendars (RFC 5545)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from people.models import User

from .models import Enrolment, Meeting, OnboardingEvent


def zone_of(user: User) -> ZoneInfo:
    """The time zone that somebody reads times in."""
    return ZoneInfo(user.time_zone)


def starts_for(meeting: Meeting, reader: User) -> datetime:
    """When it begins by the clock of ``reader``."""
    return meeting.starts_at.astimezone(zone_of(reader))


def when_in_words(meeting: Meeting, reader: User) -> str:
    """ "Thursday 3 December at 10:30" by the clock of ``reader``, in the active language."""
    moment = starts_for(meeting, reader)
    return _("%(day)s at %(time)s") % {
        "day": formats.date_format(moment, "l j F"),
        "time": formats.date_format(moment, "H:i"),
    }


def onboarding_in_words(meeting: Meeting, reader: User) -> str:
    """What the meeting is of, where its step is off the path: "your onboarding", or whose it is."""
    newcomer = meeting.progress.enrolment.user
    if reader.pk == newcomer.pk:
        return _("your onboarding")
    return _("the onboarding of %(name)s") % {"name": newcomer.get_full_name()}


def may_need_another_day(meeting: Meeting | None, enrolment: Enrolment) -> bool:
    """Whether the start date moved after the meeting was agreed: it is never moved by itself, only asked. One query."""
    if meeting is None or meeting.cancelled_at is not None or meeting.starts_at <= timezone.now():
        return False
    moved = OnboardingEvent.objects.filter(
        enrolment_id=enrolment.pk, kind=OnboardingEvent.Kind.START_MOVED, at__gt=meeting.changed_at
    )
    return moved.exists()


def calendar_file(meeting: Meeting, reader: User, *, title: str, url: str) -> bytes:
    """The meeting for the calendar of ``reader``, in their time zone.

    The same UID every time and a higher SEQUENCE at every change; a meeting that is off, or that ``reader`` is not in any
    more, takes itself out (``METHOD:CANCEL``); where it is and who comes isn't in the file of who isn't.
    """
    newcomer, other = meeting.progress.enrolment.user, meeting.with_whom
    parties = [person for person in (newcomer, other) if person is not None]
    is_off = meeting.cancelled_at is not None or reader not in parties
    starts_at = starts_for(meeting, reader)
    calendar = Calendar()
    calendar.add("prodid", "-//portal//onboarding//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_off else "REQUEST")
    event = Event()
    event.add("uid", f"{meeting.uid}@portal")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.changed_at)
    event.add("last-modified", meeting.changed_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=meeting.minutes))
    event.add("summary", title)
    event.add("url", url)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    if meeting.place and reader in parties:
        event.add("location", meeting.place)
    event["organizer"] = _address(other or newcomer, reader)
    for person in parties if reader in parties else [reader]:
        event.add("attendee", _address(person, reader), encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _address(person: User, reader: User) -> vCalAddress:
    """Who it is; the personal address of who hasn't started is for nobody but HR and themselves (``visibility.TABLE``)."""
    is_private = person.is_preboarder and person != reader
    address = vCalAddress("invalid:nomail" if is_private else f"mailto:{person.email}")
    address.params["CN"] = vText(person.get_full_name())
    return address
