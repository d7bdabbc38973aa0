"""One manual or one chapter as it is read."""

from django.utils.functional import cached_property
from wagtail.models import Page

from base.access import visible_pages
from base.reading import Entry, has_block, stream_minutes, table_of_contents

from ..querysets import STEP, around, paths_above
from .changes import ChangesReading
from .governance import Governance, applies_to_of, governance_of
from .own import OwnReading
from .page_types import chapter_model, manual_model


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
    def _governing(self) -> list[Page]:
        return [
            other
            for model in (manual_model(), chapter_model())
            for other in model.objects.governing(self.path)
            if other.path != self.path
        ]

    @cached_property
    def governance(self) -> Governance:
        """Owner and dates, also those of the pages above."""
        return governance_of(self.page, self._governing)

    @property
    def applies_to(self) -> str:
        """Whom the text is for: what it says itself, or else the nearest page above; empty where none does."""
        return applies_to_of(self.page, self._governing)

    @cached_property
    def changes(self) -> ChangesReading:
        """Its published versions."""
        return ChangesReading(self.page)

    @cached_property
    def own(self) -> OwnReading:
        """What the reader said of it, and whether they follow it: never in a shared fragment."""
        return OwnReading(self.page, self.user)

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
        chapters = chapter_model().objects.visible_to(self.user)
        return chapters.below(self.path, levels) if self.path else chapters.none()
