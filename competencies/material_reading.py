"""From gap to page: what somebody may read to get from where they stand to what is asked."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Page

from base.access import visible_pages
from base.reading import minutes_in_words
from base.translation import languages_of

from .levels import NOT_YET, Level, level_in_words, span_in_words
from .material_places import Found, find, with_facts
from .models import CompetencyMaterial, ReadMark
from .own_paths import RunningPath, known_paths

# A competency, the level somebody stands at (None where that isn't known), and the level that is asked.
Gap = tuple[UUID, int | None, int]


@dataclass(frozen=True)
class Material:
    """Something to read for a competency, as one person finds it in their language.

    ``title`` is that of the page, or of the tip or heading in the page called ``page_title``; ``language`` is that of the
    text where it isn't the reader's, else empty. ``reason`` is the sentence that says what it helps with. ``page_key`` and
    ``anchor`` are what it is known by when it is ticked off or put on a path.
    """

    competency_key: UUID
    page_key: UUID
    anchor: str
    title: str
    page_title: str
    url: str
    language: str
    minutes: int | None
    from_level: int
    to_level: int
    reason: str | SafeString
    is_read: bool = False
    is_changed: bool = False
    is_on_path: bool = False

    @property
    def is_to_read(self) -> bool:
        """Not read yet, or not as it is now."""
        return not self.is_read or self.is_changed

    @property
    def name(self) -> str:
        """What a form calls it; see ``place_named``."""
        return f"{self.page_key}#{self.anchor}"

    @property
    def row_id(self) -> str:
        """Its place on a page that lists several competencies."""
        return f"material-{self.competency_key}-{self.page_key}-{self.anchor}".rstrip("-")

    @property
    def alone(self) -> list["Material"]:
        """Only this, for what takes several."""
        return [self]

    @property
    def minutes_in_words(self) -> str:
        """``5 minutes to read``; empty where that isn't known."""
        return minutes_in_words(self.minutes) if self.minutes else ""

    @property
    def span_in_words(self) -> str:
        """``Not yet to basic``."""
        return span_in_words(self.from_level, self.to_level)


class Materials(list[Material]):
    """What there is for one gap, in the order to read it."""

    @property
    def not_on_path(self) -> list[Material]:
        """What could still be put on a path."""
        return [material for material in self if not material.is_on_path]


def place_named(name: str) -> tuple[UUID, str]:
    """The page key and the anchor of what a form calls it. Raises ValueError for anything else."""
    page_key, _hash, anchor = name.partition("#")
    return UUID(page_key), anchor


def material_for(user, language: str, gaps: Iterable[Gap]) -> dict[UUID, Materials]:
    """What this person may read for each gap, by competency: what they haven't read first, then what is nearest to where
    they stand. A gap without anything to read has an empty list.

    The same number of queries for any number of gaps, rows and pages.
    """
    spans: dict[UUID, tuple[int, int]] = {}
    for key, standing, required in gaps:
        low, high = spans.get(key, (Level.EXPERT, NOT_YET))
        spans[key] = (min(low, standing or NOT_YET), max(high, required))

    def closes(row: CompetencyMaterial) -> bool:
        standing, required = spans[row.competency_key]
        return standing < required and row.to_level > standing and row.from_level < required

    found = {key: Materials() for key in spans}
    shelf = _Shelf(user, language, spans, closes)
    for each in shelf.found:
        found[each.row.competency_key].append(shelf.material(each))
    for key, rows in found.items():
        # Sorted by the tree already, and that stays among equals.
        rows.sort(key=lambda row: (not row.is_to_read, abs(row.from_level - spans[key][0]), row.from_level))
    return found


def material_by_level(user, language: str, competency_key: UUID) -> list[dict]:
    """``{"level", "materials"}`` for each level that something leads to: what everybody sees who may see the same pages."""
    shelf = _Shelf(user, language, [competency_key], is_personal=False)
    by_level = defaultdict(list)
    for each in shelf.found:
        by_level[each.row.to_level].append(shelf.material(each))
    return [{"level": level, "materials": by_level[level]} for level in Level if level in by_level]


def one_material(user, language: str, competency_key: UUID, page_key: UUID, anchor: str) -> Material | None:
    """One of them, as it is now; None where it isn't there for this person."""
    shelf = _Shelf(user, language, [competency_key], lambda row: (row.page_key, row.anchor) == (page_key, anchor or ""))
    return next((shelf.material(each) for each in shelf.found), None)


def running_paths(user) -> list[RunningPath]:
    """The paths that this person may put something on."""
    paths = known_paths()
    return paths.running(user) if paths else []


class _Shelf:
    """The material of some competencies that one person may see, in one language; looked up once."""

    def __init__(
        self,
        user,
        language: str,
        competency_keys: Iterable[UUID],
        is_wanted: Callable[[CompetencyMaterial], bool] = lambda row: True,
        *,
        is_personal: bool = True,
    ):
        keys = list(competency_keys)
        self.language = language
        rows = CompetencyMaterial.objects.for_competencies(keys)
        here = visible_pages(user).filter(locale__language_code=language)
        pages = {
            page.translation_key: page
            for page in with_facts(here.filter(translation_key__in=rows.order_by().values("page_key")))
        }
        self.found = sorted(find(filter(is_wanted, rows), pages), key=lambda each: (each.order, each.row.pk))
        titles = list(here.filter(translation_key__in=keys).select_related("locale", "alias_of__locale"))
        self.competencies = {page.translation_key: page for page in titles}
        self.languages = languages_of([*titles, *pages.values()])
        self.marks: dict[tuple[UUID, str], datetime] = ReadMark.objects.marked_by(user) if is_personal else {}
        paths = known_paths()
        self.on_paths = paths.on_them(user) if paths and is_personal else set()

    def material(self, found: Found) -> Material:
        """As this person finds it."""
        row, page, place = found.row, found.page, found.place
        key = (row.page_key, row.anchor)
        marked_at = self.marks.get(key)
        return Material(
            competency_key=row.competency_key,
            page_key=row.page_key,
            anchor=row.anchor,
            title=place.title if place else page.title,
            page_title=page.title if place else "",
            url=found.url,
            language=self._other(page),
            minutes=found.minutes,
            from_level=row.from_level,
            to_level=row.to_level,
            reason=self._reason(row),
            is_read=marked_at is not None,
            is_changed=marked_at is not None and _changed_since(page, marked_at),
            is_on_path=key in self.on_paths,
        )

    def _other(self, page: Page) -> str:
        language = self.languages[page.pk]
        return "" if language == self.language else language

    def _reason(self, row: CompetencyMaterial) -> str | SafeString:
        levels = {"from": level_in_words(row.from_level), "to": level_in_words(row.to_level)}
        competency = self.competencies.get(row.competency_key)
        if competency is None:
            # What was asked once isn't published any more.
            words = _("Helps you to %(to)s") if row.from_level == NOT_YET else _("Helps you from %(from)s to %(to)s")
            return words % levels
        language = self._other(competency)
        title = format_html('<span lang="{}">{}</span>', language, competency.title) if language else competency.title
        if row.from_level == NOT_YET:
            words = _("Helps you to {to} in {competency}")
        else:
            words = _("Helps you from {from} to {to} in {competency}")
        return format_html(words, competency=title, **levels)


def _changed_since(page: Page, moment: datetime) -> bool:
    written = page.alias_of if page.alias_of_id else page
    return written.last_published_at is not None and written.last_published_at > moment
