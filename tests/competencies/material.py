"""What tests of material make: pages to read, rows, and a path that isn't onboarding's."""

from contextlib import contextmanager

from competencies import own_paths
from competencies.material_reading import material_for
from competencies.models import CompetencyMaterial
from competencies.own_paths import Paths, RunningPath


def publish(page):
    """As an editor does, so that the other language and what is cached follow."""
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def tip(title: str, anchor: str = "", text: str = "<p>Doe het zo.</p>") -> tuple[str, dict]:
    return "tip", {"title": title, "text": text, "why": "<p>Omdat het helpt.</p>", "anchor": anchor}


def heading(text: str, level: str = "2", anchor: str = "") -> tuple[str, dict]:
    return "heading", {"text": text, "level": level, "anchor": anchor}


def helps(page, competency, low: int, high: int, anchor: str = "") -> CompetencyMaterial:
    """The row, as if an editor had said so."""
    return CompetencyMaterial.objects.create(
        competency_key=competency.translation_key,
        page_key=page.translation_key,
        anchor=anchor,
        from_level=low,
        to_level=high,
    )


def offered(user, competency, standing, required, language="nl"):
    return material_for(user, language, [(competency.translation_key, standing, required)])[competency.translation_key]


class FakePaths:
    """One path that keeps what is put on it; ``runs`` says whether anybody is on it."""

    def __init__(self, runs: bool = True):
        self.runs, self.put_there = runs, []

    def running(self, user) -> list[RunningPath]:
        return [RunningPath("path-1", "Jouw start", "/nl/onboarding/1/")] if self.runs else []

    def on_them(self, user) -> set:
        return {(wanted.page_key, wanted.anchor) for wanted in self.put_there}

    def put(self, user, path_key, wanted) -> int:
        if path_key != "path-1" or not self.runs:
            raise LookupError(path_key)
        new = [each for each in wanted if (each.page_key, each.anchor) not in self.on_them(user)]
        self.put_there += new
        return len(new)


@contextmanager
def paths_are(fake: FakePaths | None):
    """While this lasts these are the paths there are, or none; then the real ones again."""
    kept = list(own_paths._paths)
    own_paths._paths[:] = [Paths(fake.running, fake.on_them, fake.put)] if fake else []
    try:
        yield fake
    finally:
        own_paths._paths[:] = kept
