"""The end of an enrolment before its time, and coming back from it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, Pause
from ..telling.plans import tell_plan_changed
from .meeting import call_off_meetings
from .recording import record_event
from .scheduling import reschedule

Kind = OnboardingEvent.Kind


class CannotReopen(Exception):
    """Somebody else's turn has come: the person is on this path anew, or nothing is known of them here any more."""


@transaction.atomic
def end_enrolment(
    *,
    enrolment: Enrolment,
    on: date | None = None,
    reason: str = Enrolment.Reason.STOPPED,
    actor: User | None = None,
) -> bool:
    """It ends on that day (None: today): to be read, not to be changed. What was done stays, and a pause ends with it.

    Meetings to come are called off, and whoever was to be there is told. Returns whether that changes anything: what ended
    before stays as it ended.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.ended_on is not None:
        return False
    enrolment.ended_on, enrolment.end_reason = on or timezone.localdate(), reason
    enrolment.save(update_fields=["ended_on", "end_reason"])
    for pause in enrolment.pauses.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=enrolment.ended_on)):
        pause.ends_on = max(pause.starts_on, enrolment.ended_on)
        pause.save(update_fields=["ends_on"])
    record_event(
        kind=Kind.ENDED, enrolment=enrolment, actor=actor, new=enrolment.ended_on.isoformat(), reason=str(reason)
    )
    call_off_meetings(enrolment=enrolment, actor=actor)
    tell_plan_changed(enrolment=enrolment, what=Kind.ENDED, changes=0, actor=actor)
    return True


def may_reopen(enrolment: Enrolment) -> bool:
    """Whether an ended enrolment can go on: who is on the path anew goes on there, and who was made nobody doesn't."""
    return (
        enrolment.ended_on is not None
        and enrolment.anonymised_at is None
        and enrolment.user.is_active
        and not Enrolment.objects.of(enrolment.user).not_ended().filter(path_key=enrolment.path_key).exists()
    )


@transaction.atomic
def reopen_enrolment(*, enrolment: Enrolment, on: date | None = None, actor: User | None = None) -> bool:
    """An ended enrolment goes on from that day (None: today) as if it had been paused: open dates move by what was missed.

    Returns whether that changes anything; one that runs stays as it is. Raises ``CannotReopen``.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if enrolment.ended_on is None:
        return False
    if not may_reopen(enrolment):
        raise CannotReopen(enrolment)
    ended, back = enrolment.ended_on, on or timezone.localdate()
    enrolment.ended_on, enrolment.end_reason = None, ""
    enrolment.save(update_fields=["ended_on", "end_reason"])
    if back > ended and enrolment.completed_at is None:
        Pause.objects.create(enrolment=enrolment, starts_on=ended, ends_on=back, created_by=actor)
    moved = reschedule(enrolment=enrolment)
    record_event(kind=Kind.REOPENED, enrolment=enrolment, actor=actor, old=ended.isoformat(), new=back.isoformat())
    tell_plan_changed(enrolment=enrolment, what=Kind.RESUMED, changes=len(moved), actor=actor)
    return True


def end_for_leavers(now: datetime) -> int:
    """End what is under way of who left: their last day has passed, or their account was closed. Returns how many.

    What they finished stays finished. Who comes back is put on a path anew; see ``coming_back``.
    """
    today = timezone.localdate(now)
    left = Q(user__end_date__lt=today) | Q(user__is_active=False)
    ended = 0
    for enrolment in Enrolment.objects.under_way().filter(left).select_related("user").order_by("pk").iterator():
        last_day = enrolment.user.end_date
        # The day after the last one at work, as a pause ends on the first day back.
        on = last_day + timedelta(days=1) if last_day is not None and last_day < today else today
        ended += end_enrolment(enrolment=enrolment, on=on, reason=Enrolment.Reason.LEFT)
    return ended
