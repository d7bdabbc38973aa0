"""Meetings that steps ask for: agreed, changed, called off, told to both."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from notifications.services import notify
from people.models import User

from ..models import Enrolment, Meeting
from .doing import lock_step

SET, CANCELLED = "onboarding.meeting", "onboarding.meeting_cancelled"


@transaction.atomic
def agree_meeting(
    *,
    enrolment: Enrolment,
    step_key: UUID,
    starts_at: datetime,
    minutes: int,
    place: str = "",
    with_whom: User | None = None,
    actor: User,
) -> Meeting:
    """The meeting is at this time and place; agreed just so before, nothing changes and nobody is told again.

    Each change raises its sequence, so that calendars replace what they have. Raises ``StepNotOnPath`` and
    ``EnrolmentEnded``.
    """
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    meeting = Meeting.objects.select_for_update().filter(progress=row).first()
    new = {"starts_at": starts_at, "minutes": minutes, "place": place, "with_whom": with_whom, "cancelled_at": None}
    if meeting is None:
        meeting = Meeting(progress=row, changed_by=actor, **new)
        earlier = None
    else:
        if all(getattr(meeting, name) == value for name, value in new.items()):
            return meeting
        earlier = meeting.with_whom
        for name, value in new.items():
            setattr(meeting, name, value)
        meeting.sequence, meeting.changed_by = meeting.sequence + 1, actor
    meeting.save()
    _tell(SET, meeting, enrolment.user, with_whom)
    if earlier is not None and earlier != with_whom:
        # Who it was with is not in it any more.
        _tell(CANCELLED, meeting, earlier)
    return meeting


@transaction.atomic
def cancel_meeting(*, enrolment: Enrolment, step_key: UUID, actor: User) -> Meeting | None:
    """The meeting is off; without one, or called off before, nothing changes. Raises as ``agree_meeting``."""
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    meeting = Meeting.objects.select_for_update(of=("self",)).filter(progress=row).first()
    if meeting is None or meeting.cancelled_at is not None:
        return meeting
    _call_off(meeting, enrolment.user, actor)
    return meeting


@transaction.atomic
def call_off_meetings(*, enrolment: Enrolment, keys: Iterable[UUID] | None = None, actor: User | None = None) -> int:
    """The meetings to come are off and both are told, also of steps that aren't on the path any more; returns how many.

    ``keys`` (None: all) are those of the steps. For what ends an enrolment or takes steps off a plan: the caller has locked
    the enrolment, which may have ended by now.
    """
    coming = Meeting.objects.filter(progress__enrolment=enrolment, cancelled_at=None, starts_at__gt=timezone.now())
    if keys is not None:
        coming = coming.filter(progress__step_key__in=list(keys))
    meetings = list(coming.select_for_update(of=("self",)).select_related("with_whom").order_by("pk"))
    for meeting in meetings:
        _call_off(meeting, enrolment.user, actor)
    return len(meetings)


@transaction.atomic
def keep_meeting(*, enrolment: Enrolment, step_key: UUID) -> Meeting | None:
    """The meeting stands although the start date moved: nobody is asked again. Raises as ``agree_meeting``."""
    _enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    meeting = Meeting.objects.filter(progress=row).first()
    if meeting is not None:
        # Not its sequence: in calendars nothing changes.
        meeting.save(update_fields=["changed_at"])
    return meeting


def _call_off(meeting: Meeting, newcomer: User, actor: User | None) -> None:
    meeting.cancelled_at, meeting.changed_by = timezone.now(), actor
    meeting.sequence += 1
    meeting.save()
    _tell(CANCELLED, meeting, newcomer, meeting.with_whom)


def _tell(kind: str, meeting: Meeting, *people: User | None) -> None:
    for person in {person for person in people if person is not None and person.is_active}:
        notify(
            recipient=person,
            kind=kind,
            key=f"{meeting.uid}:{meeting.sequence}",
            payload={"meeting": meeting.pk, "sequence": meeting.sequence},
            thread=f"meeting-{meeting.uid}",
        )
