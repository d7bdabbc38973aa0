"""A date that somebody sets by hand, and giving it back to its rule."""

from datetime import date
from uuid import UUID

from django.db import transaction

from people.models import User

from ..models import Enrolment, OnboardingEvent
from .doing import lock_step
from .recording import record_event
from .scheduling import reschedule


@transaction.atomic
def set_due_date(*, enrolment: Enrolment, step_key: UUID, due_on: date, actor: User | None = None) -> bool:
    """This step is due on that day, whatever else moves. Returns whether that changes anything; done steps keep theirs.

    Raises ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.completed_at is not None or (row.due_by_hand and row.due_on == due_on):
        return False
    old, row.due_on, row.due_by_hand = row.due_on, due_on, True
    row.save(update_fields=["due_on", "due_by_hand"])
    _record(enrolment, step_key, actor, old, due_on, by_hand=True)
    return True


@transaction.atomic
def give_date_back(*, enrolment: Enrolment, step_key: UUID, actor: User | None = None) -> bool:
    """The rule of this step says when it is due again. Not set by hand, nothing changes. Raises as ``set_due_date``."""
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if not row.due_by_hand:
        return False
    old, row.due_by_hand = row.due_on, False
    row.save(update_fields=["due_by_hand"])
    reschedule(enrolment=enrolment)
    row.refresh_from_db(fields=["due_on"])
    _record(enrolment, step_key, actor, old, row.due_on, by_hand=False)
    return True


def _record(enrolment: Enrolment, step_key: UUID, actor: User | None, old, new, *, by_hand: bool) -> None:
    record_event(
        kind=OnboardingEvent.Kind.RESCHEDULED,
        enrolment=enrolment,
        step_key=step_key,
        actor=actor,
        old=old.isoformat() if old else None,
        new=new.isoformat() if new else None,
        by_hand=by_hand,
    )
