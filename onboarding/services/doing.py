"""What people do with a step: opening, completing, reopening, waiving.

Every function states what it sets, so a double click, a retry or a second tab changes nothing. The row of the enrolment
is locked while its progress changes: two last steps ticked at the same moment must see each other to finish the path.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from people.models import User

from ..last_published import last_published_revision
from ..models import Enrolment, OnboardingEvent, StepAttempt, StepProgress
from ..outline import Step
from ..reading_outlines import path_outline
from ..roles import Who
from ..standing import Standing
from ..step_pages import held_step
from ..telling.plans import tell_finished, tell_reopened
from ..telling.signing_off import tell_submitted
from .recording import record_event
from .scheduling import ask_anew, reschedule, reschedule_after

Kind = OnboardingEvent.Kind


class StepNotOnPath(Exception):
    """The step isn't on the path, or not for this person: unknown, taken off it and off their plan, or closed to them."""


class EnrolmentEnded(Exception):
    """The enrolment was ended: it can be read, not changed."""


class StepLocked(Exception):
    """Other steps have to be done first."""


class NotYoursToDo(Exception):
    """Somebody else does this step, or it isn't done in this way."""


def record_opening(*, enrolment: Enrolment, step_key: UUID) -> None:
    """Keep when a step was opened first; one row, written once. The caller knows the step is on the path."""
    now = timezone.now()
    row, created = StepProgress.objects.get_or_create(
        enrolment=enrolment,
        step_key=step_key,
        # What was opened without being planned is history, not plan.
        defaults={"opened_at": now, "in_plan": enrolment.planned_at is None},
    )
    if not created and row.opened_at is None:
        StepProgress.objects.filter(pk=row.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def complete_step(
    *, enrolment: Enrolment, step_key: UUID, actor: User | None = None, as_role: str = Who.NEWCOMER
) -> Standing:
    """The step is done, or waits for whoever signs it off. Done before, it keeps its first date.

    ``actor`` (None: the newcomer) does it in the role ``as_role``, which has to be the step's own. What a kind of step asks
    before it is done (ticks, a passed quiz, answers) is checked by its own service, which calls this one. Keeps which
    revisions were read and in which language, works out the dates that count from this step, and sets ``completed_at`` of
    the enrolment when this was the last step that counts. Returns where the person stands now. Raises ``StepNotOnPath``,
    ``EnrolmentEnded``, ``StepLocked`` and ``NotYoursToDo``.
    """
    enrolment, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    standing = _standing(enrolment)
    if row.completed_at is not None:
        return standing
    if standing.row(step).assignee != as_role:
        raise NotYoursToDo(step_key)
    if standing.is_locked(step):
        raise StepLocked(step_key)
    if not step.signed_off_by:
        return complete_locked(enrolment=enrolment, step=step, row=row, actor=actor)
    if row.submitted_at is None:
        submit_locked(enrolment=enrolment, step=step, row=row, actor=actor)
    return _standing(enrolment)


def complete_locked(
    *, enrolment: Enrolment, step: Step, row: StepProgress, actor: User | None = None, **data
) -> Standing:
    """The step is done, whoever has to sign it off; ``data`` goes with the event. The caller locked it (``lock_step``).

    What was read is kept as it was when it was handed in.
    """
    now = timezone.now()
    row.opened_at = row.opened_at or now
    row.completed_at, row.completed_by = now, actor or enrolment.user
    row.language = row.submitted_language or _language()
    row.waived_at, row.waived_by, row.waiver_reason = None, None, ""
    if not row.submitted_language:
        row.revision_id, row.read_revision_id = revisions_read(step)
    row.submitted_language = ""
    row.save()
    record_event(
        kind=Kind.DONE,
        enrolment=enrolment,
        step_key=step.key,
        actor=actor or enrolment.user,
        revision_id=row.revision_id,
        attempt=row.attempt,
        **data,
    )
    reschedule_after(enrolment=enrolment, step_key=step.key)
    return _finish(enrolment, now)


def submit_locked(*, enrolment: Enrolment, step: Step, row: StepProgress, actor: User | None = None) -> None:
    """The step was done, or handed in (anew), and waits for whoever signs it off. The caller locked it (``lock_step``)."""
    row.submitted_at = timezone.now()
    row.opened_at = row.opened_at or row.submitted_at
    row.submitted_language = _language()
    row.revision_id, row.read_revision_id = revisions_read(step)
    row.waived_at, row.waived_by, row.waiver_reason = None, None, ""
    row.reminded = 0
    row.save()
    record_event(
        kind=Kind.SUBMITTED,
        enrolment=enrolment,
        step_key=step.key,
        actor=actor or enrolment.user,
        revision_id=row.revision_id,
        attempt=row.attempt,
    )
    tell_submitted(row=row, role=step.signed_off_by)


@transaction.atomic
def reopen_step(*, enrolment: Enrolment, step_key: UUID, actor: User | None = None, note: str = "") -> Standing:
    """The step is not done: what was done is kept as an earlier attempt. Not done before, nothing changes.

    A step that counts reopens a finished enrolment as well; everything that counts by then counts again, also what
    editors added after it was finished. Steps that came after it stay open. Where its day has passed, it gets another
    one. Returns where the person stands now. Raises as ``complete_step`` does.
    """
    enrolment, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.completed_at is None and row.submitted_at is None:
        return _standing(enrolment)
    kept = ("submitted_at", "completed_at", "completed_by", "language", "revision_id", "read_revision_id", "edition")
    kept += ("assessment_key",)
    StepAttempt.objects.create(
        progress=row, number=row.attempt, reopened_by=actor, note=note, **{name: getattr(row, name) for name in kept}
    )
    # What was only handed in is sent back, with words of its own.
    if row.completed_at is not None and actor is not None:
        tell_reopened(row=row, actor=actor)
    row.attempt += 1
    row.submitted_at = row.completed_at = row.completed_by = row.revision_id = row.read_revision_id = None
    row.submitted_language, row.assessment_key = "", None
    if enrolment.completed_at is not None and any(step.key == step_key for step in _standing(enrolment).counting):
        enrolment.completed_at = None
        enrolment.save(update_fields=["completed_at"])
    ask_anew(enrolment=enrolment, row=row)
    row.save()
    record_event(kind=Kind.REOPENED, enrolment=enrolment, step_key=step_key, actor=actor, attempt=row.attempt)
    reschedule_after(enrolment=enrolment, step_key=step_key)
    return _standing(enrolment)


@transaction.atomic
def waive_step(*, enrolment: Enrolment, step_key: UUID, actor: User, reason: str) -> Standing:
    """The person needn't do this step: it leaves the total. Done or waived before, nothing changes.

    Who may waive is for the caller to check (manager or HR). Raises as ``complete_step`` does, and ValueError without a
    reason.
    """
    if not reason.strip():
        raise ValueError("A waiver has a reason.")
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.completed_at is None and row.waived_at is None:
        row.waived_at, row.waived_by, row.waiver_reason = timezone.now(), actor, reason.strip()
        row.save()
        record_event(kind=Kind.WAIVED, enrolment=enrolment, step_key=step_key, actor=actor, reason=row.waiver_reason)
    return _finish(enrolment, timezone.now())


@transaction.atomic
def unwaive_step(*, enrolment: Enrolment, step_key: UUID, actor: User) -> Standing:
    """The step counts again. Not waived, nothing changes. A finished path stays finished. Raises as ``complete_step``."""
    enrolment, _step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if row.waived_at is not None:
        row.waived_at, row.waived_by, row.waiver_reason = None, None, ""
        row.save()
        record_event(kind=Kind.UNWAIVED, enrolment=enrolment, step_key=step_key, actor=actor)
        reschedule(enrolment=enrolment)
        row.refresh_from_db()
        ask_anew(enrolment=enrolment, row=row)
        row.save()
    return _standing(enrolment)


def lock_step(*, enrolment: Enrolment, step_key: UUID) -> tuple[Enrolment, Step, StepProgress]:
    """The enrolment, the step and its row as they are now, locked until the transaction ends; open to be changed.

    Raises ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if locked.ended_on is not None:
        raise EnrolmentEnded(locked)
    outline = path_outline(locked.user, locked.path_key, settings.LANGUAGE_CODE)
    step = held_step(locked, outline, step_key)
    if step is None:
        raise StepNotOnPath(step_key)
    row, _created = StepProgress.objects.get_or_create(
        enrolment=locked,
        step_key=step_key,
        defaults={"in_plan": locked.planned_at is None, "is_required": step.is_required, "assignee": step.assignee},
    )
    return locked, step, row


def revisions_read(step: Step) -> tuple[int | None, int | None]:
    """The published revisions of the step, as its reader's language shows it, and of the page it points to."""
    language = _language()
    keys = [key for key in (step.key, step.reads_key) if key]
    found: dict[UUID, int] = {}
    rows = Page.objects.live().filter(translation_key__in=keys, alias_of=None)
    for key, code, revision in rows.values_list("translation_key", "locale__language_code", "live_revision"):
        if code == language or key not in found:
            found[key] = revision
    if step.is_removed and step.key not in found:
        found[step.key] = last_published_revision(step.page_id)
    return found.get(step.key), found.get(step.reads_key)


def finish_if_done(*, enrolment: Enrolment) -> Standing:
    """The enrolment is completed where everything that counts is done: for what changes a plan otherwise than by doing.

    The caller has locked it. Returns where the person stands.
    """
    return _finish(enrolment, timezone.now())


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _standing(enrolment: Enrolment) -> Standing:
    outline = path_outline(enrolment.user, enrolment.path_key, settings.LANGUAGE_CODE)
    return Standing(enrolment, outline, enrolment.progress.as_progress())


def _finish(enrolment: Enrolment, now: datetime) -> Standing:
    """Where the person stands; the enrolment is completed if that was the last step that counts."""
    standing = _standing(enrolment)
    if enrolment.completed_at is None and standing.is_finished:
        enrolment.completed_at = now
        enrolment.save(update_fields=["completed_at"])
        record_event(kind=Kind.FINISHED, enrolment=enrolment, actor=enrolment.user)
        tell_finished(enrolment=enrolment)
    return standing
