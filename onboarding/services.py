"""Writes of onboarding: putting somebody on a path, and what they do there.

Every function states what it sets, so a double click, a retry or a second tab changes nothing. The row of the enrolment
is locked while its progress changes: two last steps ticked at the same moment must see each other to finish the path.
"""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from people.models import User

from .models import Enrolment, PathPage, StepProgress, Supporter
from .outline import path_outline
from .querysets import Progress
from .reading import forget_people
from .standing import Standing


class StepNotOnPath(Exception):
    """The step isn't on the path now, or not for this person: unknown, moved away, unpublished or closed to them."""


class EnrolmentEnded(Exception):
    """The enrolment was ended: it can be read, not changed."""


class PathNotPublished(Exception):
    """Nobody can be put on a path that readers can't see."""


@transaction.atomic
def enrol(*, user: User, path: PathPage, start_date: date, buddy: User | None = None) -> Enrolment:
    """Put ``user`` on ``path``; who is on it already stays on it as they are, start date included.

    ``path`` may be in either language. Raises ``PathNotPublished``.
    """
    if not PathPage.objects.live().filter(translation_key=path.translation_key).exists():
        raise PathNotPublished(path)
    # get_or_create falls back on the constraint where two do this at once.
    enrolment, created = Enrolment.objects.get_or_create(
        user=user, path_key=path.translation_key, ended_on=None, defaults={"start_date": start_date}
    )
    if created and buddy is not None:
        set_buddy(enrolment=enrolment, colleague=buddy)
    return enrolment


@transaction.atomic
def set_buddy(*, enrolment: Enrolment, colleague: User | None) -> None:
    """Make ``colleague`` the one buddy of this enrolment; None for nobody. Nobody is their own buddy (ValueError)."""
    if colleague is not None and colleague.pk == enrolment.user_id:
        raise ValueError("Nobody is their own buddy.")
    buddies = Supporter.objects.filter(enrolment=enrolment, role=Supporter.Role.BUDDY)
    buddies.exclude(colleague=colleague).delete() if colleague else buddies.delete()
    if colleague is not None:
        Supporter.objects.get_or_create(enrolment=enrolment, colleague=colleague, role=Supporter.Role.BUDDY)
    transaction.on_commit(lambda: forget_people(enrolment))


def record_opening(*, enrolment: Enrolment, step_key: UUID) -> None:
    """Keep when a step was opened first; one row, written once. The caller knows the step is on the path."""
    now = timezone.now()
    row, created = StepProgress.objects.get_or_create(
        enrolment=enrolment, step_key=step_key, defaults={"opened_at": now}
    )
    if not created and row.opened_at is None:
        StepProgress.objects.filter(pk=row.pk, opened_at=None).update(opened_at=now)


@transaction.atomic
def complete_step(*, enrolment: Enrolment, step_key: UUID) -> Standing:
    """The step is done. Done before, it keeps its first date.

    Sets ``completed_at`` of the enrolment when this was the last step that counts. Returns where the person stands now.
    Raises ``StepNotOnPath`` and ``EnrolmentEnded``.
    """
    enrolment = _lock(enrolment, step_key)
    now = timezone.now()
    row, created = StepProgress.objects.get_or_create(
        enrolment=enrolment, step_key=step_key, defaults={"opened_at": now, "completed_at": now}
    )
    if not created and row.completed_at is None:
        row.completed_at = now
        row.save(update_fields=["completed_at"])
    standing = _standing(enrolment)
    if enrolment.completed_at is None and standing.is_finished:
        enrolment.completed_at = now
        enrolment.save(update_fields=["completed_at"])
    return standing


@transaction.atomic
def reopen_step(*, enrolment: Enrolment, step_key: UUID) -> Standing:
    """The step is not done. Not done before, nothing changes.

    A step that counts reopens a finished enrolment as well; everything that counts by then counts again, also what
    editors added after it was finished. Returns where the person stands now. Raises as ``complete_step`` does.
    """
    enrolment = _lock(enrolment, step_key)
    changed = StepProgress.objects.done().filter(enrolment=enrolment, step_key=step_key).update(completed_at=None)
    standing = _standing(enrolment)
    if changed and enrolment.completed_at is not None and any(step.key == step_key for step in standing.counting):
        enrolment.completed_at = None
        enrolment.save(update_fields=["completed_at"])
        standing = Standing(enrolment, standing.outline, standing.progress)
    return standing


def _lock(enrolment: Enrolment, step_key: UUID) -> Enrolment:
    """The enrolment as it is now, locked until the transaction ends; checked to be open for this step."""
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if locked.ended_on is not None:
        raise EnrolmentEnded(locked)
    outline = path_outline(locked.user, locked.path_key, settings.LANGUAGE_CODE)
    if outline is None or outline.step(step_key) is None:
        raise StepNotOnPath(step_key)
    return locked


def _standing(enrolment: Enrolment) -> Standing:
    outline = path_outline(enrolment.user, enrolment.path_key, settings.LANGUAGE_CODE)
    rows = StepProgress.objects.filter(enrolment=enrolment).values_list("step_key", "opened_at", "completed_at")
    return Standing(enrolment, outline, {key: Progress(*moments) for key, *moments in rows})
