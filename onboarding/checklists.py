"""What a checklist asks, and what of it is ticked."""

from typing import NamedTuple
from uuid import UUID

from .models import ChecklistTick, Enrolment, StepPage
from .outline import Step
from .step_pages import page_of_step


class Item(NamedTuple):
    """One thing to tick; its id is the same in every language."""

    id: UUID
    text: str
    hint: str


def items_of(step: Step) -> list[Item]:
    """The checklist of a step in the language the step is shown in; one query."""
    page = page_of_step(step)
    return items_on(page) if page else []


def items_on(page: StepPage) -> list[Item]:
    """The checklist of a page; an item without an id (a page saved by hand) can't be ticked and is left out."""
    return [Item(UUID(block.id), block.value["text"], block.value["hint"]) for block in page.checklist if block.id]


def ticked_items(enrolment: Enrolment, step_key: UUID) -> frozenset[UUID]:
    """What this person ticked of this step; one query."""
    ticks = ChecklistTick.objects.filter(progress__enrolment=enrolment, progress__step_key=step_key)
    return frozenset(ticks.values_list("item", flat=True))
