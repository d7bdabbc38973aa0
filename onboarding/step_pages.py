"""The page of a step as somebody on its path reads it."""

from uuid import UUID

from .models import Enrolment, StepPage
from .outline import Step
from .reading_outlines import path_outline


def shown_step(enrolment: Enrolment, step_key: UUID, language: str) -> tuple[StepPage, Step] | None:
    """The page with what it asks, and its place on the path, as the person sees them in ``language``.

    None where it isn't on the path for them now. One query, besides those of ``path_outline``.
    """
    outline = path_outline(enrolment.user, enrolment.path_key, language)
    step = outline.step(step_key) if outline else None
    page = StepPage.objects.filter(pk=step.page_id, live=True).first() if step else None
    return (page, step) if page else None
