"""What was done or handed in and waits for a colleague: in order, or back with a word on what isn't."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.clock import today_for, zone_of
from people.models import User

from ..models import Enrolment, StepProgress
from ..outline import Step
from ..standing import Standing
from ..supporting import acts_as, fetched
from ..telling.signing_off import tell_settled
from .doing import complete_locked, complete_step, lock_step, reopen_step
from .scheduling import ask_anew


class NothingHandedIn(Exception):
    """There is nothing to sign off or to send back: not done or handed in, or settled already."""


class AnswersChanged(Exception):
    """It was done or handed in anew since the colleague who signs off looked."""


@transaction.atomic
def sign_off_step(*, enrolment: Enrolment, step_key: UUID, actor: User, seen: datetime | None = None) -> StepProgress:
    """What was done or handed in is in order: the step is done. Done before, nothing changes.

    ``seen`` is the ``submitted_at`` of what ``actor`` looked at. Who may sign off is for the caller to check, see
    ``walking_along.may_sign_off``; that HR did it on somebody's behalf is kept in the event. What had to wait for it gets
    time. Raises ``NothingHandedIn``, ``AnswersChanged``, ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    enrolment, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.completed_at is not None:
        return row
    _check_seen(row, seen)
    submitted_at, role = row.submitted_at, step.signed_off_by
    on_behalf = not acts_as(actor, fetched(Enrolment.objects.filter(pk=enrolment.pk)).get(), role)
    data = {"role": role, "on_behalf": on_behalf}
    standing = complete_locked(enrolment=enrolment, step=step, row=row, actor=actor, **data)
    _give_time(standing, step, submitted_at)
    tell_settled(row=row, kind="onboarding.signed_off")
    row.refresh_from_db()
    return row


@transaction.atomic
def send_back_step(
    *, enrolment: Enrolment, step_key: UUID, actor: User, reason: str, seen: datetime | None = None
) -> StepProgress:
    """What was done or handed in is not in order yet, and why: the step is open again, what was filled in stays.

    As ``sign_off_step``; ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("What is sent back has a reason.")
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.completed_at is not None:
        raise NothingHandedIn(step_key)
    _check_seen(row, seen)
    reopen_step(enrolment=enrolment, step_key=step_key, actor=actor, note=reason.strip()[:500])
    row.refresh_from_db()
    tell_settled(row=row, kind="onboarding.sent_back")
    return row


def settle_unsigned(row: StepProgress) -> None:
    """A step that an editor lets nobody sign off any more is done for who waits. Raises what ``complete_step`` raises."""
    complete_step(enrolment=row.enrolment, step_key=row.step_key, as_role=row.assignee)


def _check_seen(row: StepProgress, seen: datetime | None) -> None:
    if row.submitted_at is None:
        raise NothingHandedIn(row.step_key)
    if seen is not None and seen != row.submitted_at:
        raise AnswersChanged(row.step_key)


def _give_time(standing: Standing, signed: Step, since: datetime) -> None:
    """Steps whose day passed while they had to wait for this one get another day: the waiting makes nobody late."""
    opened = [
        step.key for step in standing.planned if signed.key in step.prerequisites and not standing.is_locked(step)
    ]
    if not opened:
        return
    enrolment = standing.enrolment
    rows = enrolment.progress.filter(step_key__in=opened, completed_at=None, waived_at=None, submitted_at=None)
    then, today = timezone.localdate(since, zone_of(enrolment.user)), today_for(enrolment.user)
    for row in rows.filter(due_on__gte=then, due_on__lt=today):
        ask_anew(enrolment=enrolment, row=row)
        row.save()
