"""Time in which nothing is due: leave, illness. Dates only; why is nobody's business here."""

from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, Pause
from ..plan.due import PauseSpan
from ..telling.plans import tell_plan_changed
from .doing import EnrolmentEnded
from .previews import PlanChange
from .recording import record_event
from .scheduling import pauses_of, preview_dates, reschedule

Kind = OnboardingEvent.Kind


class PausesOverlap(Exception):
    """There is a pause in that time already."""


class NotPaused(Exception):
    """No pause runs that could end."""


def preview_pause(*, enrolment: Enrolment, starts_on: date, ends_on: date | None = None) -> PlanChange:
    """What a pause would do. Without an end nothing moves yet: that is seen when it ends. Raises as ``pause_enrolment``."""
    _refuse(enrolment, starts_on, ends_on)
    return preview_dates(enrolment, pauses=[*pauses_of(enrolment), PauseSpan(starts_on, ends_on)])


@transaction.atomic
def pause_enrolment(
    *, enrolment: Enrolment, starts_on: date, ends_on: date | None = None, actor: User | None = None
) -> PlanChange:
    """Pause from ``starts_on`` up to and not including ``ends_on``, the first day back (None: until it is resumed).

    The first day may be past: what became late since then is late no more. The same pause again changes nothing. Returns
    what it did to the plan. Raises ``EnrolmentEnded``, ``PausesOverlap``, and ValueError for an end before the start.
    """
    enrolment = _locked(enrolment)
    if enrolment.pauses.filter(starts_on=starts_on, ends_on=ends_on).exists():
        return preview_dates(enrolment)
    change = preview_pause(enrolment=enrolment, starts_on=starts_on, ends_on=ends_on)
    Pause.objects.create(enrolment=enrolment, starts_on=starts_on, ends_on=ends_on, created_by=actor)
    reschedule(enrolment=enrolment)
    record_event(
        kind=Kind.PAUSED,
        enrolment=enrolment,
        actor=actor,
        new={"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat() if ends_on else None},
    )
    tell_plan_changed(enrolment=enrolment, what=Kind.PAUSED, changes=len(change.moved), actor=actor)
    return change


def preview_resume(*, enrolment: Enrolment, ends_on: date) -> PlanChange:
    """What coming back on that day would do: open dates move by the working days that were missed.

    Fixed dates and agreed meetings are listed, for somebody to look at. Raises as ``resume_enrolment`` does.
    """
    running = _running(enrolment, ends_on)
    others = [PauseSpan(p.starts_on, p.ends_on) for p in enrolment.pauses.exclude(pk=running.pk)]
    return preview_dates(enrolment, pauses=[*others, PauseSpan(running.starts_on, ends_on)])


@transaction.atomic
def resume_enrolment(*, enrolment: Enrolment, ends_on: date, actor: User | None = None) -> PlanChange:
    """End the pause that runs; ``ends_on`` is the first day back. Ended on that day already, nothing changes.

    Raises ``EnrolmentEnded``, ``NotPaused``, and ValueError for a day before the pause began.
    """
    enrolment = _locked(enrolment)
    is_ended = enrolment.pauses.filter(ends_on=ends_on).exists()
    if is_ended and not _open_pauses(enrolment).exclude(ends_on=ends_on).exists():
        return preview_dates(enrolment)
    running = _running(enrolment, ends_on)
    change = preview_resume(enrolment=enrolment, ends_on=ends_on)
    old, running.ends_on = running.ends_on, ends_on
    running.save(update_fields=["ends_on"])
    reschedule(enrolment=enrolment)
    record_event(
        kind=Kind.RESUMED,
        enrolment=enrolment,
        actor=actor,
        old=old.isoformat() if old else None,
        new=ends_on.isoformat(),
        moved=len(change.moved),
    )
    tell_plan_changed(enrolment=enrolment, what=Kind.RESUMED, changes=len(change.moved), actor=actor)
    return change


def _locked(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)


def _refuse(enrolment: Enrolment, starts_on: date, ends_on: date | None) -> None:
    if enrolment.ended_on is not None:
        raise EnrolmentEnded(enrolment)
    if ends_on is not None and ends_on < starts_on:
        raise ValueError("A pause ends after it starts.")
    meets = enrolment.pauses.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on))
    if ends_on is not None:
        meets = meets.filter(starts_on__lt=ends_on)
    if meets.exists():
        raise PausesOverlap(enrolment)


def _open_pauses(enrolment: Enrolment):
    """The pause that has no end yet, or whose end is to come."""
    return enrolment.pauses.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=timezone.localdate()))


def _running(enrolment: Enrolment, ends_on: date) -> Pause:
    if enrolment.ended_on is not None:
        raise EnrolmentEnded(enrolment)
    # Of one that runs and one that is planned for later, the first is meant.
    running = _open_pauses(enrolment).order_by("starts_on").first()
    if running is None:
        raise NotPaused(enrolment)
    if ends_on < running.starts_on:
        raise ValueError("A pause ends after it starts.")
    if enrolment.pauses.exclude(pk=running.pk).filter(starts_on__lt=ends_on, starts_on__gte=running.starts_on).exists():
        raise PausesOverlap(enrolment)
    return running
