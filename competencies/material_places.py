"""Where material stands: the page of the one who reads, and the tip or heading in it.

A tip without an anchor of its own is known by its title, which is another one in each language. So a place that the page
at hand doesn't have is looked for in its twins, and found back by its block, which is the same in every language.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from wagtail.fields import StreamField
from wagtail.models import Page

from base.reading import Place, minutes_to_read, places_in, stream_minutes

from .models import CompetencyIndexPage, CompetencyMaterial, CompetencyPage, CompetencyProfilePage

CACHE_SECONDS = 60 * 60 * 24
# What one learns is no material for learning it.
NO_MATERIAL = (CompetencyIndexPage, CompetencyPage, CompetencyProfilePage)
# The root and the front pages are places, not something to read.
TOP = 2
SOURCE = settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Facts:
    """What a page holds: its headings and tips, and how long it takes to read (None where that says nothing)."""

    places: tuple[Place, ...] = ()
    minutes: int | None = None

    def at(self, anchor: str) -> Place | None:
        """The heading or tip with this anchor."""
        return next((place for place in self.places if place.anchor == anchor), None)

    def of_block(self, block_id: str) -> Place | None:
        """The heading or tip that is this block."""
        return next((place for place in self.places if block_id and place.block_id == block_id), None)


@dataclass(frozen=True)
class Found:
    """Material that is there: its row, the page, and the place in it (None for the whole page)."""

    row: CompetencyMaterial
    page: Page
    place: Place | None
    facts: Facts

    @property
    def order(self) -> tuple:
        """Where it comes in the tree, and on its page."""
        return self.page.path, self.facts.places.index(self.place) if self.place else -1

    @property
    def minutes(self) -> int | None:
        """How long it takes to read."""
        return minutes_to_read(self.place.words) if self.place else self.facts.minutes

    @property
    def url(self) -> str:
        """The address, with the anchor that the place has in this language."""
        return f"{self.page.get_url()}#{self.place.anchor}" if self.place else self.page.get_url()


def may_be_material(page: Page) -> bool:
    """Whether this page is something to learn from."""
    return page.depth > TOP and not issubclass(page.specific_class or Page, NO_MATERIAL)


def with_facts(pages: QuerySet) -> QuerySet:
    """Of these pages those that may be material, with what ``find`` needs of them, in one query."""
    pages = pages.filter(depth__gt=TOP).not_type(*NO_MATERIAL)
    return pages.select_related("locale", "content_type", "alias_of__locale")


def find(rows: Iterable[CompetencyMaterial], pages: dict[UUID, Page]) -> list[Found]:
    """The rows whose page is among ``pages`` (by translation key) and whose place is in it, if need be by its twins.

    Two queries, and one for each kind of page there is, for any number of rows.
    """
    rows = [row for row in rows if row.page_key in pages]
    facts = facts_of({pages[row.page_key].pk: pages[row.page_key] for row in rows}.values())
    elsewhere = {row.page_key for row in rows if row.anchor and _may_differ(row, pages[row.page_key], facts)}
    twins = _facts_of_twins(elsewhere, {pages[key].pk for key in elsewhere}) if elsewhere else {}
    found = []
    for row in rows:
        page = pages[row.page_key]
        here = facts[page.pk]
        place = _place(row, here, twins.get(row.page_key, [])) if row.anchor else None
        if place or not row.anchor:
            found.append(Found(row, page, place, here))
    return found


def _may_differ(row: CompetencyMaterial, page: Page, facts: dict[int, Facts]) -> bool:
    """Whether the anchor may mean something else in the original, or nothing here."""
    is_translation = page.alias_of_id is None and page.locale.language_code != SOURCE
    return is_translation or facts[page.pk].at(row.anchor) is None


def _place(row: CompetencyMaterial, here: Facts, twins: list[Facts]) -> Place | None:
    elsewhere = (there.at(row.anchor) for there in twins)
    same = (here.of_block(there.block_id) for there in elsewhere if there)
    return next(filter(None, same), None) or here.at(row.anchor)


def _facts_of_twins(keys: set[UUID], besides: set[int]) -> dict[UUID, list[Facts]]:
    """By page, the original first."""
    pages = Page.objects.filter(translation_key__in=keys, alias_of=None).exclude(pk__in=besides)
    twins = list(pages.select_related("content_type", "locale").order_by("pk"))
    facts = facts_of(twins)
    found = defaultdict(list)
    for twin in sorted(twins, key=lambda twin: twin.locale.language_code != SOURCE):
        found[twin.translation_key].append(facts[twin.pk])
    return found


def facts_of(pages: Iterable[Page]) -> dict[int, Facts]:
    """What each of these pages holds, by id: one query for each kind of page, for those not published since last time."""
    pages = list(pages)
    keys = {page.pk: _cache_key(page) for page in pages}
    kept = cache.get_many([key for key in keys.values() if key])
    facts = {pk: kept[key] for pk, key in keys.items() if key in kept}
    by_model = defaultdict(list)
    for page in pages:
        if page.pk not in facts:
            by_model[page.content_type.model_class()].append(page)
    for model, some in by_model.items():
        facts |= _read(model, some)
    cache.set_many({key: facts[pk] for pk, key in keys.items() if key and key not in kept}, CACHE_SECONDS)
    return facts


def _cache_key(page: Page) -> str:
    # A page that was saved and never published says nothing of when it changed.
    moment = page.last_published_at
    return f"material-facts:{page.pk}:{page.live_revision_id}:{moment.timestamp()}" if moment else ""


def _read(model: type[Page] | None, pages: list[Page]) -> dict[int, Facts]:
    facts = {page.pk: Facts() for page in pages}
    if model is None:
        # Its app is gone.
        return facts
    has_body, has_minutes = isinstance(_field(model, "body"), StreamField), _field(model, "minutes") is not None
    if not has_body and not has_minutes:
        return facts
    names = ["body"] * has_body + ["minutes"] * has_minutes
    # The text of what has pages below it is only its opening.
    openings = {page.pk for page in pages if page.numchild}
    for pk, *values in model._base_manager.filter(pk__in=list(facts)).values_list("pk", *names):
        body = values[0] if has_body else None
        minutes = values[-1] if has_minutes else stream_minutes(body)
        facts[pk] = Facts(
            places=tuple(places_in(body)) if has_body else (), minutes=None if pk in openings else minutes or None
        )
    return facts


def _field(model: type[Page], name: str):
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
