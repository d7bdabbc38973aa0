"""What a kind of step shows in the place of the plain "done" button: a checklist, a quiz, a form, a confirmation."""

from collections.abc import Callable

from django.http import HttpRequest

from ..models import StepPage
from ..outline import Step
from ..standing import Standing

# ``make(request, page, standing, step)`` returns the context of the part, with its ``template``; None for the plain one.
MakePart = Callable[[HttpRequest, StepPage, Standing, Step], dict | None]

_parts: dict[str, MakePart] = {}


def part_of(kind: str) -> Callable[[MakePart], MakePart]:
    """Declare what this kind of step shows (decorator)."""

    def declare(make: MakePart) -> MakePart:
        _parts[kind] = make
        return make

    return declare


def step_part(request: HttpRequest, page: StepPage, standing: Standing, step: Step) -> dict | None:
    """The part of this step for its owner; None for a kind with the plain button."""
    make = _parts.get(step.kind)
    return make(request, page, standing, step) if make else None
