"""A path as the plain outline that services read, for tests that would publish real pages too often."""

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch
from uuid import UUID

from onboarding import reading_outlines
from onboarding.models import StepPage
from onboarding.outline import Outline, Phase, Step
from onboarding.roles import Who

STEPS = 4
MOST_STEPS = 8


class Editor:
    """A path that an editor changes: ``outline`` is what is published now.

    ``pages`` are those of its steps, the first ``STEPS`` of them published; without any there are no pages to ask for.
    """

    def __init__(self, path_key: UUID, pages: Sequence[StepPage] = ()):
        self.path_key, self.pages = path_key, pages
        # Unpublished, or moved to another path: of plans that have it still.
        self.away: dict[UUID, Step] = {}
        self.start_anew()

    def start_anew(self) -> None:
        """As it was first."""
        self.steps = [_step(number, self.pages) for number in range(1, STEPS + 1)]
        self.away.clear()

    @property
    def every(self) -> list[Step]:
        """All there ever were."""
        return [*self.steps, *self.away.values()]

    @property
    def outline(self) -> Outline:
        """With what was taken off, last in its phase."""
        there = [*self.steps, *(replace(step, is_removed=True) for step in self.away.values())]
        steps = tuple(replace(step, number=number) for number, step in enumerate(there, start=1))
        phases = tuple(
            Phase(UUID(int=90 + n), n, f"Fase {n}", "", "nl", 7 * n - 6, 7 * n, tuple(s for s in steps if s.phase == n))
            for n in (1, 2)
        )
        variant = "removed" if self.away else ""
        return Outline(self.path_key, "Pad", "", "", "/nl/pad/", "nl", phases, steps, variant=variant)

    def is_reached(self, step: Step, row: dict | None) -> bool:
        """Whether somebody with this row finds the step: it is on the path, or in their plan still."""
        return step in self.steps or (row is not None and row["in_plan"])

    def edit(self, what: str, place: int) -> None:
        """One edit of the step at ``place``; what can't be done then isn't."""
        if what == "publish" and self.away:
            self.steps.append(self.away.pop(min(self.away, key=str)))
        if what == "add" and len(self.every) < MOST_STEPS:
            self.steps.insert(place % (len(self.steps) + 1), _step(len(self.every) + 1, self.pages))
        if not self.steps:
            return
        place %= len(self.steps)
        step = self.steps[place]
        match what:
            case "unpublish":
                self.away[step.key] = self.steps.pop(place)
            case "move":
                self.steps[place] = replace(step, phase=3 - step.phase)
            case "reorder":
                self.steps.insert(0, self.steps.pop(place))
            case "rename":
                self.steps[place] = replace(step, title=f"{step.title}!", url=f"{step.url}!")
            case "optional":
                self.steps[place] = replace(step, is_required=not step.is_required)
            case "due":
                self.steps[place] = replace(step, rule={"from": "start", "unit": "working", "count": place + 3})
            case "doer":
                other = Who.BUDDY if step.assignee == Who.NEWCOMER else Who.NEWCOMER
                self.steps[place] = replace(step, assignee=other)


def _step(number: int, pages: Sequence[StepPage] = ()) -> Step:
    rule = {"from": "start", "unit": "calendar", "count": 7}
    step = Step(
        UUID(int=number), number, f"Stap {number}", "", f"/{number}/", "nl", 1, "do", 10, True, None, False, rule=rule
    )
    if not pages:
        return step
    page = pages[number - 1]
    return replace(step, key=page.translation_key, kind=page.kind, page_id=page.pk, signed_off_by=page.signed_off_by)


def wide_outline(path_key: UUID, steps: int) -> Outline:
    """A path of so many steps in six phases, every twentieth the buddy's."""
    number_of = range(1, steps + 1)
    made = tuple(
        replace(_step(n), phase=(n - 1) * 6 // steps + 1, assignee=Who.NEWCOMER if n % 20 else Who.BUDDY)
        for n in number_of
    )
    phases = tuple(
        Phase(UUID(int=900 + n), n, f"Fase {n}", "", "nl", 7 * n - 6, 7 * n, tuple(s for s in made if s.phase == n))
        for n in range(1, 7)
    )
    return Outline(path_key, "Pad", "", "", "/nl/pad/", "nl", phases, made)


@contextmanager
def reading(editor):
    """In this block everybody reads the path as its ``editor`` has published it at that moment, without a query.

    ``editor`` has a ``path_key``, and an ``outline`` or, where the language matters, ``outline_in(language)``.
    """
    load, remembered = reading_outlines._load_outline, reading_outlines.remembered

    def load_outline(user, path_key, language):
        if path_key != editor.path_key:
            return load(user, path_key, language)
        return editor.outline_in(language) if hasattr(editor, "outline_in") else editor.outline

    def read(key, make):
        return make() if str(editor.path_key) in key else remembered(key, make)

    with (
        patch.object(reading_outlines, "_load_outline", load_outline),
        patch.object(reading_outlines, "remembered", read),
        patch.object(reading_outlines, "cache_key_for", lambda user: ""),
    ):
        yield
