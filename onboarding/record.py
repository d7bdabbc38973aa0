"""The record of what happened, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from notifications.kinds import get_kind, is_known
from notifications.outcomes import Outcome
from people.models import RetentionPeriods, User

from .models import Enrolment, OnboardingEvent, Supporter
from .periods import dates_in_words, full_date
from .reading_outlines import running_path
from .roles import in_sentence


@dataclass(frozen=True)
class Entry:
    """One event to read; ``whom`` is the person whose path it is, empty for the path itself."""

    at: datetime
    what: str
    step: str
    by: str
    details: str
    whom: str = ""


def read_events(events: Iterable[OnboardingEvent]) -> list[Entry]:
    """These events in words. Their actor, enrolment and its user have to be fetched; one query for the names in them."""
    events = list(events)
    names = _names(events)
    titles = {
        step.key: step.title
        for key in {event.path_key for event in events if event.path_key}
        if (outline := running_path(key))
        for step in outline.steps
    }
    return [
        Entry(
            at=event.at,
            what=event.get_kind_display(),
            step=_step(event, titles),
            by=event.actor.get_full_name() if event.actor else _("the portal"),
            details=_details(event, names),
            whom=_whom(event),
        )
        for event in events
    ]


def _step(event: OnboardingEvent, titles: dict) -> str:
    if event.step_key is None:
        return ""
    return titles.get(event.step_key) or _("A step that is not there now")


def _whom(event: OnboardingEvent) -> str:
    if event.pseudonym:
        return _("somebody (%(pseudonym)s)") % {"pseudonym": event.pseudonym[:6]}
    return event.enrolment.user.get_full_name() if event.enrolment else ""


def _people_in(event: OnboardingEvent) -> list[int]:
    if isinstance(event.data.get("recipient"), int):
        return [event.data["recipient"]]
    if event.kind == OnboardingEvent.Kind.STOOD_IN:
        return (
            [event.data["stands_in_for"], *(pk for pk, *_days in event.data["dates"])]
            if event.data.get("dates")
            else []
        )
    if event.kind != OnboardingEvent.Kind.ROLE_CHANGED:
        return []
    return [pk for name in ("old", "new") for pk in event.data.get(name) or [] if isinstance(pk, int)]


def _names(events: list[OnboardingEvent]) -> dict[int, str]:
    people = {pk for event in events for pk in _people_in(event)}
    return {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=people)} if people else {}


def _details(event: OnboardingEvent, names: dict[int, str]) -> str:
    data = event.data
    parts = _mail(data, names) if "recipient" in data else []
    if event.kind == OnboardingEvent.Kind.DONE and data.get("role") in Supporter.Role.values:
        words = _("signed off on behalf of the %(role)s") if data.get("on_behalf") else _("signed off as %(role)s")
        parts.append(words % {"role": in_sentence(data["role"])})
    elif data.get("role") in Supporter.Role.values:
        parts.append(str(Supporter.Role(data["role"]).label))
    # The score of a quiz that was counted again is for who made it.
    if ("old" in data or "new" in data) and event.kind != OnboardingEvent.Kind.RESCORED:
        old, new = (_value(data.get(name), names) for name in ("old", "new"))
        parts.append(_("from %(old)s to %(new)s") % {"old": old, "new": new} if old else new)
    if event.kind == OnboardingEvent.Kind.ANONYMISED and data.get("what") in RetentionPeriods.KINDS:
        parts.append(RetentionPeriods().label(data["what"]))
    if data.get("reason") in Enrolment.Reason.values:
        parts.append(str(Enrolment.Reason(data["reason"]).label))
    elif data.get("reason"):
        parts.append(str(data["reason"]))
    if isinstance(data.get("stands_in_for"), int):
        parts.append(_("for %(name)s") % {"name": names.get(data["stands_in_for"], _("a former colleague"))})
    for pk, *days in data.get("dates", ()):
        words = dates_in_words(*(parse_date(day) if day else None for day in days))
        name = names.get(pk, _("a former colleague"))
        parts.append(f"{name}: {words}")
    if isinstance(data.get("people"), int):
        parts.append(_("%(count)s people") % {"count": data["people"]})
    return ", ".join(part for part in parts if part)


def _mail(data: dict, names: dict[int, str]) -> list[str]:
    """What a mail was about, to whom it was, and why it didn't come."""
    name = data.get("message", "")
    about = str(get_kind(name).label) if is_known(name) else name
    whom = _("to %(name)s") % {"name": names.get(data["recipient"], _("a former colleague"))}
    skipped = data.get("skipped")
    why = str(Outcome(skipped).label) if skipped in Outcome.values else data.get("error", "")
    return [f"“{about}”", whom, why]


def _value(value, names: dict[int, str]) -> str:
    """A value of an event in words: a date, people, or plain text."""
    if value in (None, "", []):
        return _("nothing") if value == [] else ""
    if isinstance(value, list):
        return ", ".join(
            names.get(item, _("a former colleague")) if isinstance(item, int) else str(item) for item in value
        )
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_value(item, names)}" for key, item in value.items())
    try:
        day = parse_date(str(value))
    except ValueError:
        day = None
    return full_date(day) if day else str(value)
