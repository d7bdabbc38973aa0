"""What the pages of the handbook show around a text: the way through it, who answers for it and how fresh it is.

Everything is worked out when a template asks for it, so that a cached page asks for nothing.
"""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import Page

from base.access import visible_pages
from base.reading import Entry, has_block, stream_minutes, table_of_contents

from .querysets import STEP, around, paths_above


@dataclass(frozen=True)
class Governance:
    """Who answers for a page and when it was checked, each with the page above that says so (None: the page itself)."""

    owner: object | None = None
    deputy: object | None = None
    owner_from: Page | None = None
    reviewed_on: date | None = None
    review_by: date | None = None
    dates_from: Page | None = None

    @property
    def is_due(self) -> bool:
        """Past its review date: shown as being checked, and still an answer."""
        return self.review_by is not None and self.review_by < timezone.localdate()

    @property
    def is_fresh(self) -> bool:
        """Checked, and not due again."""
        return self.reviewed_on is not None and not self.is_due


def governance_of(page, above=()) -> Governance:
    """From the page itself or else the nearest of the pages ``above`` it that has an owner, and that has a date."""
    chain = [page, *sorted(above, key=lambda other: other.depth, reverse=True)]
    owning = next((p for p in chain if p.owner_colleague_id and p.owner_colleague.is_active), None)
    dated = next((p for p in chain if p.reviewed_on or p.review_by), None)
    return Governance(
        owner=owning.owner_colleague if owning else None,
        deputy=owning.deputy if owning and owning.deputy_id and owning.deputy.is_active else None,
        owner_from=None if owning in (page, None) else owning,
        reviewed_on=dated.reviewed_on if dated else None,
        review_by=dated.review_by if dated else None,
        dates_from=None if dated in (page, None) else dated,
    )


class TextReading:
    """What a manual and a chapter have in common."""

    def __init__(self, page, user):
        self.page, self.user = page, user
        self.path = page.path or ""

    @cached_property
    def contents(self) -> list[Entry]:
        """Headings and tips, with the anchors they are rendered with."""
        return table_of_contents(self.page.body)

    @property
    def minutes(self) -> int:
        """Minutes to read it."""
        return stream_minutes(self.page.body)

    @cached_property
    def governance(self) -> Governance:
        """Owner and dates, also those of the pages above."""
        above = [
            other
            for model in (_manuals(), _chapters())
            for other in model.objects.governing(self.path)
            if other.path != self.path
        ]
        return governance_of(self.page, above)

    @cached_property
    def _around(self) -> list[Page]:
        return list(around(visible_pages(self.user), self.path).select_related("locale", "content_type"))

    @cached_property
    def ancestors(self) -> list[Page]:
        """The pages above that may be read, from the front page down."""
        above = set(paths_above(self.path))
        return [page for page in self._around if page.path in above]

    @cached_property
    def children(self) -> list[Page]:
        """The chapters directly below."""
        return [page for page in self._around if len(page.path) == len(self.path) + STEP]

    @property
    def breadcrumbs(self) -> list[Page]:
        """From the handbook down to this page."""
        return [*(page for page in self.ancestors if page.depth > 2), self.page]


class ChapterReading(TextReading):
    """A chapter in its manual."""

    @cached_property
    def manual(self) -> Page | None:
        """The manual it is in; None where that may not be read."""
        return next((page for page in self.ancestors if page.content_type.model == "manualpage"), None)

    @property
    def chapters_above(self) -> list[Page]:
        """The chapters between the manual and this one."""
        return [page for page in self.ancestors if page.content_type.model == "chapterpage"]

    @cached_property
    def siblings(self) -> list[Page]:
        """The chapters on its level, itself among them."""
        return [page for page in self._around if len(page.path) == len(self.path)]

    @cached_property
    def number(self) -> int | None:
        """Its place among these, from 1; only where it is directly below the manual and not a new draft."""
        if self.chapters_above or self.page.pk is None:
            return None
        return next((i for i, page in enumerate(self.siblings, 1) if page.pk == self.page.pk), None)

    @cached_property
    def _in_reading_order(self):
        manual_path = next(
            (page.path for page in self.ancestors if page.content_type.model == "manualpage"), self.path or "-"
        )
        return visible_pages(self.user).filter(path__startswith=manual_path).select_related("locale")

    @cached_property
    def previous(self) -> Page | None:
        """The page that is read before this one: may be deep in another chapter, or the manual itself."""
        return self._in_reading_order.filter(path__lt=self.path).order_by("-path").first()

    @cached_property
    def next(self) -> Page | None:
        """The page that is read after this one."""
        return self._in_reading_order.filter(path__gt=self.path).order_by("path").first()


class ManualReading(TextReading):
    """A manual with its chapters."""

    @cached_property
    def outline(self) -> list[dict]:
        """Its chapters with the titles one level below: ``[{"page", "children"}, ...]``."""
        rows: list[dict] = []
        for chapter in self._chapters_below(levels=2):
            if chapter.depth == self.page.depth + 1:
                rows.append({"page": chapter, "children": []})
            elif rows and chapter.path.startswith(rows[-1]["page"].path):
                rows[-1]["children"].append(chapter)
        return rows

    @cached_property
    def chapter_count(self) -> int:
        """All chapters, at every level."""
        return self._chapters_below().count()

    @property
    def is_guideline(self) -> bool:
        """A guideline is a manual whose rules are tips."""
        return has_block(self.page.body, "tip") or self._chapters_below(levels=1).with_tips().exists()

    @cached_property
    def whole(self) -> list[dict]:
        """Every chapter with its text, for printing: ``[{"page", "level", "number", "contents"}, ...]``."""
        rows, first = [], 0
        for chapter in self._chapters_below():
            level = chapter.depth - self.page.depth
            first += level == 1
            rows.append(
                {
                    "page": chapter,
                    "level": level,
                    "number": first if level == 1 else None,
                    "contents": table_of_contents(chapter.body, prefix=f"c{chapter.pk}-"),
                }
            )
        return rows

    def _chapters_below(self, levels: int | None = None):
        chapters = _chapters().objects.visible_to(self.user)
        return chapters.below(self.path, levels) if self.path else chapters.none()


class HandbookReading:
    """All manuals, grouped by what they are."""

    def __init__(self, page, user, language: str):
        self.page, self.user, self.language = page, user, language

    @cached_property
    def groups(self) -> dict[str, list[dict]]:
        """``{"guidelines", "manuals"}``, each ``[{"page", "governance", "chapters"}, ...]``."""
        manuals = list(_manuals().objects.for_handbook(self.user, self.language))
        chapters = _chapters().objects.visible_to(self.user)
        depth = manuals[0].depth if manuals else 0
        counts = chapters.count_by_manual(depth)
        tipped = set(_manuals().objects.visible_to(self.user).with_tips().values_list("path", flat=True))
        tipped |= {
            path[: depth * STEP] for path in chapters.filter(depth=depth + 1).with_tips().values_list("path", flat=True)
        }
        groups: dict[str, list[dict]] = {"guidelines": [], "manuals": []}
        for manual in manuals:
            row = {"page": manual, "governance": governance_of(manual), "chapters": counts[manual.path]}
            groups["guidelines" if manual.path in tipped else "manuals"].append(row)
        return groups


def _manuals():
    # By name: the page types import this module.
    return apps.get_model("guidelines", "ManualPage")


def _chapters():
    return apps.get_model("guidelines", "ChapterPage")
