"""A step that somebody is about to do something with: locked in the database, and open to be done."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from ..models import Enrolment, StepPage, StepProgress
from ..outline import Step
from ..reading_outlines import path_outline
from ..roles import Who
from ..standing import Standing
from ..step_pages import shown_step
from .doing import NotYoursToDo, StepLocked, StepNotOnPath, lock_step


def lock_ready_step(
    *, enrolment: Enrolment, step_key: UUID, kind: str, as_role: str = Who.NEWCOMER
) -> tuple[Enrolment, StepPage, Step, StepProgress]:
    """The enrolment, the page as the active language shows it, its place on the path and its row, locked.

    Raises ``NotYoursToDo`` for a step of another kind or of somebody else, and what ``complete_step`` raises.
    """
    enrolment, step, row = lock_step(enrolment=enrolment, step_key=step_key)
    shown = shown_step(enrolment, step_key, get_language() or settings.LANGUAGE_CODE)
    if shown is None:
        raise StepNotOnPath(step_key)
    outline = path_outline(enrolment.user, enrolment.path_key, settings.LANGUAGE_CODE)
    standing = Standing(enrolment, outline, enrolment.progress.as_progress())
    if step.kind != kind or standing.row(step).assignee != as_role:
        raise NotYoursToDo(step_key)
    if standing.is_locked(step):
        raise StepLocked(step_key)
    return enrolment, *shown, row
