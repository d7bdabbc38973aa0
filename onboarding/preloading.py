"""What messages of onboarding are about, fetched for many messages at once: HR and managers may have hundreds."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from .models import Enrolment, Pause, StepProgress
from .supporting import fetched

LOADED = "_loaded"


def enrolment_of(payload: dict) -> Enrolment | None:
    """The enrolment that a message is about, with its people, who enrolled them and ``is_paused_now``; four queries unless preloaded."""
    return payload[LOADED] if LOADED in payload else _enrolments().filter(pk=payload.get("enrolment")).first()


def preload_enrolments(payloads: list[dict]) -> None:
    """Put in each payload, in memory only, the enrolment that it is about; four queries for any number."""
    _preload(_enrolments(), "enrolment", payloads)


def progress_of(payload: dict) -> StepProgress | None:
    """The row that a message is about, with its enrolment as ``enrolment_of`` gives it."""
    if LOADED in payload:
        return payload[LOADED]
    # A copy: what is loaded must never be saved with the message.
    copy = dict(payload)
    preload_progress([copy])
    return copy[LOADED]


def preload_progress(payloads: list[dict]) -> None:
    """The same for rows of progress; five queries for any number."""
    _preload(StepProgress.objects, "progress", payloads)
    rows = [payload[LOADED] for payload in payloads if payload[LOADED]]
    enrolments = _enrolments().in_bulk({row.enrolment_id for row in rows})
    for row in rows:
        row.enrolment = enrolments[row.enrolment_id]


def running_pauses(today: date | OuterRef):
    """The pauses on this day: from the first day away up to the first day back."""
    return Pause.objects.filter(Q(ends_on=None) | Q(ends_on__gt=today), starts_on__lte=today)


def _enrolments():
    running = running_pauses(OuterRef("own_day")).filter(enrolment=OuterRef("pk"))
    return fetched(Enrolment.objects.on_own_day().annotate(is_paused_now=Exists(running))).select_related("enrolled_by")


def _preload(rows, name: str, payloads: list[dict]) -> None:
    found = rows.in_bulk({payload[name] for payload in payloads if payload.get(name)})
    for payload in payloads:
        payload[LOADED] = found.get(payload.get(name))
