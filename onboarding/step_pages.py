"""The page of a step as somebody on its path reads it."""

from uuid import UUID

from .last_published import as_last_published
from .making_outlines import readable
from .models import Enrolment, StepPage
from .outline import Outline, Step
from .reading_outlines import path_outline


def held_step(enrolment: Enrolment, outline: Outline | None, step_key: UUID) -> Step | None:
    """The step of this outline (``path_outline``) as this one enrolment has it; None where it is off the path for them.

    One query for a step that was taken off the path, none for the others.
    """
    step = outline.step(step_key) if outline else None
    if step is None or enrolment.planned_at is None:
        # Without a plan there is only what is published.
        published = outline.published() if outline else None
        return published.step(step_key) if published else None
    if step.is_removed and not enrolment.progress.filter(step_key=step_key, in_plan=True).exists():
        return None
    return step


def shown_step(enrolment: Enrolment, step_key: UUID, language: str) -> tuple[StepPage, Step] | None:
    """The page with what it asks, and its place on the path, as the person sees them in ``language``.

    None where it isn't on the path for them now. One query, besides those of ``path_outline``.
    """
    step = held_step(enrolment, path_outline(enrolment.user, enrolment.path_key, language), step_key)
    page = page_of_step(step) if step else None
    return (page, step) if page else None


def page_of_step(step: Step, reader=None) -> StepPage | None:
    """The page of a step in a plan, as it is or last was published; None where it is closed to ``reader``. One query."""
    page = readable(StepPage, reader).filter(pk=step.page_id).first()
    return as_last_published([page])[0] if page else None
