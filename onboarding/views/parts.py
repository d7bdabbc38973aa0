"""What a kind of step shows in the place of the plain "done" button: a checklist, a quiz, a form, a confirmation."""

from collections.abc import Callable

from django.http import HttpRequest

from ..models import StepAttempt, StepPage
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


def last_words(standing: Standing, step: Step) -> StepAttempt | None:
    """What was written to whoever does this step when it came back or was opened again; None for no word. One query then."""
    if standing.row(step).attempt < 2 or not standing.is_open(step):
        return None
    attempts = StepAttempt.objects.filter(progress__enrolment=standing.enrolment, progress__step_key=step.key)
    last = attempts.select_related("reopened_by").order_by("-number").first()
    return last if last and last.note else None
