"""A path as the plain outline that services read, for tests that would publish real pages too often."""

from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch
from uuid import UUID

from onboarding.outline import Outline, Phase, Step

STEPS = 4
READERS = ["doing.path_outline", "previews.path_outline", "enrolling.whole_path", "counting.whole_path"]


class Editor:
    """A path that an editor changes: ``outline`` is what is published now."""

    def __init__(self, path_key: UUID):
        self.path_key = path_key
        self.away: dict[UUID, Step] = {}
        self.start_anew()

    def start_anew(self) -> None:
        """As it was first."""
        self.steps = [_step(number) for number in range(1, STEPS + 1)]
        self.away.clear()

    @property
    def outline(self) -> Outline:
        steps = tuple(replace(step, number=number) for number, step in enumerate(self.steps, start=1))
        phases = tuple(
            Phase(UUID(int=90 + n), n, f"Fase {n}", "", "nl", 7 * n - 6, 7 * n, tuple(s for s in steps if s.phase == n))
            for n in (1, 2)
        )
        return Outline(self.path_key, "Pad", "", "", "/nl/pad/", "nl", phases, steps)

    def edit(self, what: str, place: int) -> None:
        """One edit of the step at ``place``; what can't be done then isn't."""
        if what == "publish" and self.away:
            self.steps.append(self.away.pop(min(self.away, key=str)))
        if what == "add" and len(self.steps) + len(self.away) < 8:
            self.steps.insert(place % (len(self.steps) + 1), _step(10 + len(self.steps) + len(self.away)))
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


def _step(number: int) -> Step:
    rule = {"from": "start", "unit": "calendar", "count": 7}
    return Step(
        UUID(int=number), number, f"Stap {number}", "", f"/{number}/", "nl", 1, "do", 10, True, None, False, rule=rule
    )


@contextmanager
def reading(editor: Editor):
    """In this block services find the editor's path as it is published at that moment."""
    patches = [patch(f"onboarding.services.{name}", lambda *args: editor.outline) for name in READERS]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
