"""Which competencies that profiles ask nobody can read anything for. About texts, never about people."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from wagtail.models import Page

from base.stamp import remembered

from .levels import NOT_YET, Level, span_in_words
from .material_places import find, with_facts
from .models import CompetencyMaterial, CompetencyPage, CompetencyProfilePage
from .reading import asked_by


@dataclass(frozen=True)
class ContentGap:
    """A competency, the highest level that a live profile asks, and the spans up to it that no live page covers."""

    competency: CompetencyPage
    highest: Level
    spans: tuple[tuple[int, int], ...]

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to read for it at all."""
        return self.spans == ((NOT_YET, self.highest),)

    @property
    def spans_in_words(self) -> list[str]:
        """``Not yet to basic``, and so on."""
        return [span_in_words(low, high) for low, high in self.spans]

    @property
    def size(self) -> int:
        """How many levels are without."""
        return sum(high - low for low, high in self.spans)


def content_gaps() -> list[ContentGap]:
    """Those without, whole gaps first; the same number of queries for any number of profiles and pages."""
    competencies = {page.translation_key: page for page in _competencies()}
    profiles = set(CompetencyProfilePage.objects.live().values_list("translation_key", flat=True))
    highest: dict[UUID, Level] = {}
    for asked in asked_by(profiles, competencies).values():
        for row in asked:
            highest[row.key] = max(row.level, highest.get(row.key, row.level))
    covered = covered_spans(highest)
    gaps = [
        ContentGap(competencies[key], level, spans)
        for key, level in highest.items()
        if (spans := uncovered(covered[key], level))
    ]
    return sorted(gaps, key=lambda gap: (not gap.is_whole, -gap.size, gap.competency.title.casefold()))


def count_without() -> int:
    """How many competencies have nothing to read at all, worked out once per content stamp."""
    return remembered("competencies-without-material", lambda: sum(gap.is_whole for gap in content_gaps()))


def covered_spans(keys) -> dict[UUID, list[tuple[int, int]]]:
    """What live pages lead from and to, by competency."""
    rows = CompetencyMaterial.objects.for_competencies(keys)
    pages: dict[UUID, Page] = {}
    live = Page.objects.live().filter(translation_key__in=rows.values("page_key"))
    # Of one text in two languages the original says what is in it.
    for page in with_facts(live).order_by("alias_of", "pk"):
        if page.translation_key not in pages or pages[page.translation_key].alias_of_id:
            pages[page.translation_key] = page
    covered = defaultdict(list)
    for each in find(rows, pages):
        covered[each.row.competency_key].append((each.row.from_level, each.row.to_level))
    return covered


def uncovered(spans: list[tuple[int, int]], highest: int) -> tuple[tuple[int, int], ...]:
    """The spans from "not yet" up to ``highest`` that none of these covers, as long as they go."""
    left: list[tuple[int, int]] = []
    for level in range(NOT_YET, highest):
        if any(low <= level < high for low, high in spans):
            continue
        if left and left[-1][1] == level:
            left[-1] = (left[-1][0], level + 1)
        else:
            left.append((level, level + 1))
    return tuple(left)


def _competencies():
    language = get_language() or "nl"
    return CompetencyPage.objects.live().in_language(language).select_related("locale")
