"""A checklist, ticked item by item, and a text that is confirmed."""

from uuid import UUID

from django.conf import settings
from django.db import transaction

from people.models import User

from ..checklists import items_of, ticked_items
from ..editions import edition_read, text_key
from ..models import ChecklistTick, Enrolment, StepPage
from ..reading_outlines import path_outline
from ..roles import Who
from ..standing import Standing
from .doing import NotYoursToDo, StepLocked, complete_step, lock_step


class ItemGone(Exception):
    """The item isn't on the checklist now."""


class NotTicked(Exception):
    """Some items aren't ticked; ``missing`` is how many of ``total``."""

    def __init__(self, missing: int, total: int):
        super().__init__(missing, total)
        self.missing, self.total = missing, total


class NothingToConfirm(Exception):
    """The page to read isn't there to be read just now."""


@transaction.atomic
def set_tick(
    *, enrolment: Enrolment, step_key: UUID, item: UUID, ticked: bool, as_role: str = Who.NEWCOMER
) -> frozenset[UUID]:
    """The item is ticked, or isn't; ticked before, it keeps its moment. Returns all that is ticked now.

    Of a step that is done, waits to be signed off or is waived the ticks stay as they are. Raises ``ItemGone``, and as ``complete_step`` does.
    """
    locked, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    if item not in {each.id for each in items_of(step)}:
        raise ItemGone(item)
    outline = path_outline(locked.user, locked.path_key, settings.LANGUAGE_CODE)
    standing = Standing(locked, outline, locked.progress.as_progress())
    if standing.row(step).assignee != as_role:
        raise NotYoursToDo(step_key)
    if standing.is_locked(step):
        raise StepLocked(step_key)
    if row.completed_at is None and row.waived_at is None and row.submitted_at is None:
        if ticked:
            ChecklistTick.objects.get_or_create(progress=row, item=item)
        else:
            row.ticks.filter(item=item).delete()
    return ticked_items(locked, step_key)


@transaction.atomic
def complete_checklist(
    *, enrolment: Enrolment, step_key: UUID, actor: User | None = None, as_role: str = Who.NEWCOMER
) -> Standing:
    """The step is done, all its items being ticked. Raises ``NotTicked``, and as ``complete_step`` does.

    An empty checklist asks nothing. What an editor took off it since needn't be ticked, what was added has to be.
    """
    locked, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    items = {item.id for item in items_of(step)} if step.kind == StepPage.Kind.DO else set()
    missing = items - ticked_items(locked, step_key)
    if missing and row.completed_at is None:
        raise NotTicked(len(missing), len(items))
    return complete_step(enrolment=enrolment, step_key=step_key, actor=actor, as_role=as_role)


@transaction.atomic
def confirm_step(
    *, enrolment: Enrolment, step_key: UUID, actor: User | None = None, as_role: str = Who.NEWCOMER
) -> Standing:
    """The text was read and understood, as it is now: keeps which edition that was.

    Raises ``NothingToConfirm`` while its page is being updated or closed to the person, and as ``complete_step`` does.
    """
    _locked, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    was_done = row.completed_at is not None
    if step.reads_is_missing and not was_done:
        raise NothingToConfirm(step_key)
    standing = complete_step(enrolment=enrolment, step_key=step_key, actor=actor, as_role=as_role)
    if not was_done:
        row.refresh_from_db()
        revision_id = row.read_revision_id if step.reads_key else row.revision_id
        row.edition = edition_read(text_key(step), revision_id)
        row.save(update_fields=["edition"])
    return standing
