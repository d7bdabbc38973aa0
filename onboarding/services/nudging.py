"""A colleague's own reminder about one step: a nudge, once a day at most."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from notifications.services import Telling, notify_many
from people.clock import today_for
from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..preloading import running_pauses
from ..reading_outlines import running_path
from ..standing import Standing
from ..supporting import fetched
from ..visibility import Data
from ..walking_along import hr_colleagues, told_for
from .doing import NotYoursToDo, StepLocked, lock_step
from .recording import record_event

BETWEEN = timedelta(hours=24)


class NudgedBefore(Exception):
    """Somebody nudged about this step less than a day ago; ``again_at`` is when it may be done again."""

    def __init__(self, again_at: datetime):
        super().__init__(again_at)
        self.again_at = again_at


class NothingToNudge(Exception):
    """The step is done, handed in, waived or not planned, the path is paused, or the only one to nudge is the actor."""


@transaction.atomic
def nudge(*, enrolment: Enrolment, step_key: UUID, actor: User) -> StepProgress:
    """Remind whoever does this step, by name of ``actor``, who walks along or is of HR.

    Raises ``NudgedBefore``, ``NothingToNudge``, ``NotYoursToDo`` for who doesn't walk along or nudges themselves,
    ``StepLocked`` where other steps come first, and what ``lock_step`` raises.
    """
    if actor.pk == enrolment.user_id or not Enrolment.objects.seen_by(actor, Data.PROGRESS).filter(pk=enrolment.pk):
        raise NotYoursToDo(step_key)
    enrolment, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    is_open = row.in_plan and not (row.completed_at or row.submitted_at or row.waived_at)
    if not is_open or running_pauses(today_for(enrolment.user)).filter(enrolment=enrolment).exists():
        raise NothingToNudge(step_key)
    if enrolment.completed_at is not None and not row.is_required:
        raise NothingToNudge(step_key)
    others = enrolment.progress.as_progress() if step.prerequisites else {}
    if step.prerequisites and Standing(enrolment, running_path(enrolment.path_key), others).waits_for(step):
        raise StepLocked(step_key)
    now = timezone.now()
    if row.nudged_at is not None and now - row.nudged_at < BETWEEN:
        raise NudgedBefore(row.nudged_at + BETWEEN)
    with_people = fetched(Enrolment.objects.filter(pk=enrolment.pk)).get()
    doers = [doer for doer in told_for(with_people, row.assignee, hr_colleagues()) if doer.pk != actor.pk]
    if not doers:
        raise NothingToNudge(step_key)
    row.nudged_at = now
    row.save(update_fields=["nudged_at"])
    event = record_event(kind=OnboardingEvent.Kind.NUDGED, enrolment=enrolment, step_key=step_key, actor=actor)
    payload = {"progress": row.pk, "attempt": row.attempt, "actor": actor.pk}
    tellings = [Telling(doer, f"{enrolment.pk}:{step_key}:{event.pk}", payload) for doer in doers]
    notify_many(kind="onboarding.nudge", tellings=tellings, now=now)
    return row
