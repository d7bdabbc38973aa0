"""Meetings that steps ask for: agreed, changed, called off, told to both."""

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
    meeting.cancelled_at, meeting.changed_by = timezone.now(), actor
    meeting.sequence += 1
    meeting.save()
    _tell(CANCELLED, meeting, enrolment.user, meeting.with_whom)
    return meeting


@transaction.atomic
def keep_meeting(*, enrolment: Enrolment, step_key: UUID) -> Meeting | None:
    """The meeting stands although the start date moved: nobody is asked again. Raises as ``agree_meeting``."""
    _enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    meeting = Meeting.objects.filter(progress=row).first()
    if meeting is not None:
        # Not its sequence: in calendars nothing changes.
        meeting.save(update_fields=["changed_at"])
    return meeting


def _tell(kind: str, meeting: Meeting, *people: User | None) -> None:
    for person in {person for person in people if person is not None and person.is_active}:
        notify(
            recipient=person,
            kind=kind,
            key=f"{meeting.uid}:{meeting.sequence}",
            payload={"meeting": meeting.pk, "sequence": meeting.sequence},
            thread=f"meeting-{meeting.uid}",
        )
