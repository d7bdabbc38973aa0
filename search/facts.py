"""What every reader sees of a page that was found, kept until any content changes.

Whether this reader may see the page is never kept: it is asked of the database before any of this is shown.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import TextField
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from base.models.byline import Bylined
from base.stamp import remembered_each
from guidelines.models import ChapterPage, ManualPage
from guidelines.reading import governance_of

from .extraction import FIRST_TOLD_DEPTH
from .kinds import Kind, kind_of

STEP = Page.steplen
# What a row shows of the page itself; a page has three times as many columns.
SHOWN = ("path", "depth", "title", "url_path", "translation_key", "alias_of", "locale__language_code", "content_type")


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A live page as a result names it.

    ``trail`` are the titles above it, from the top. ``alias_of`` is the page that it shows the text of, where it is a
    stand-in.
    """

    pk: int
    path: str
    title: str
    url: str
    language: str
    translation_key: UUID
    alias_of: int | None
    content_type: int
    trail: tuple[str, ...]

    @property
    def model(self) -> type[Page]:
        """The type of the page; Page where that type is no more."""
        return ContentType.objects.get_for_id(self.content_type).model_class() or Page

    @property
    def kind(self) -> Kind:
        """The kind that readers tell it by."""
        of = ContentType.objects.get_for_id(self.content_type)
        return kind_of(of.app_label, of.model)


def pages_and_twins(pks: Iterable[int]) -> dict[int, tuple[FoundPage, ...]]:
    """For each of these that is live: itself and all live pages with the same translation key, itself included.

    Whoever calls this asks who may see each of them. At most two queries.
    """
    found = remembered_each("search-page", pks, _load_twins)
    return {pk: twins for pk, twins in found.items() if twins}


def _load_twins(pks: Collection[int]) -> dict[int, tuple[FoundPage, ...]]:
    wanted = Page.objects.filter(pk__in=pks).values("translation_key")
    rows = Page.objects.live().order_by("path").filter(translation_key__in=wanted).select_related("locale").only(*SHOWN)
    pages = list(rows)
    above = {path for page in pages for path in paths_above(page.path)}
    titles = dict(Page.objects.live().order_by().filter(path__in=above).values_list("path", "title"))
    by_key: dict[UUID, list[FoundPage]] = defaultdict(list)
    for page in pages:
        by_key[page.translation_key].append(
            FoundPage(
                pk=page.pk,
                path=page.path,
                title=page.title,
                url=page.get_url() or "",
                language=page.locale.language_code,
                translation_key=page.translation_key,
                alias_of=page.alias_of_id,
                content_type=page.content_type_id,
                trail=tuple(titles[path] for path in paths_above(page.path) if path in titles),
            )
        )
    wanted_pks = set(pks)
    return {page.pk: tuple(twins) for twins in by_key.values() for page in twins if page.pk in wanted_pks}


@dataclass(frozen=True)
class Facts:
    """``byline`` is who wrote it, or who answers for it (``is_governed``); ``is_due``: it wasn't checked in time."""

    summary: str = ""
    source_path: str = ""
    date: datetime.date | None = None
    byline: str = ""
    is_governed: bool = False
    reviewed_on: datetime.date | None = None
    is_due: bool = False


def facts_of(pages: Iterable[FoundPage]) -> dict[int, Facts]:
    """For each of these pages, by primary key; whether somebody may see it is to be known beforehand.

    At most a query for each type, none for what was asked since the last change of content. A check falls due overnight.
    """
    by_pk = {page.pk: page for page in pages}
    key = f"search-facts:{timezone.localdate():%Y%m%d}"
    return remembered_each(key, by_pk, lambda pks: _load([by_pk[pk] for pk in pks]))


def paths_above(path: str) -> list[str]:
    """The places above this one, from the top; without those that are above everything."""
    return [path[:end] for end in range(FIRST_TOLD_DEPTH * STEP, len(path), STEP)]


def _load(pages: list[FoundPage]) -> dict[int, Facts]:
    signed, governed = _signed(pages), _governed(pages)
    return {page.pk: _facts(page, signed, governed) for page in pages}


def _signed(pages: list[FoundPage]) -> dict[int, Page]:
    rows: dict[int, Page] = {}
    for model in {page.model for page in pages}:
        if issubclass(model, Bylined):
            rows |= model.objects.select_related("author").defer(*_long_fields(model)).in_bulk([p.pk for p in pages])
    return rows


def _governed(pages: list[FoundPage]) -> dict[str, Page]:
    if not any(issubclass(page.model, ManualPage | ChapterPage) for page in pages):
        return {}
    paths = {path for page in pages for path in (*paths_above(page.path), page.path)}
    rows = chain.from_iterable(
        model.objects.live().filter(path__in=paths).defer("body").with_owner() for model in (ManualPage, ChapterPage)
    )
    return {page.path: page for page in rows}


def _long_fields(model: type[Page]) -> list[str]:
    long = (field for field in model._meta.local_fields if isinstance(field, StreamField | TextField))
    return [field.name for field in long if field.name != "summary"]


def _facts(page: FoundPage, signed: dict[int, Page], governed: dict[str, Page]) -> Facts:
    if (own := governed.get(page.path)) is not None:
        above = [governed[path] for path in paths_above(page.path) if path in governed]
        governance = governance_of(own, above)
        return Facts(
            summary=own.summary,
            source_path=own.source_path,
            is_governed=True,
            byline=governance.owner.get_full_name() if governance.owner else "",
            reviewed_on=governance.reviewed_on,
            is_due=governance.is_due,
        )
    if (row := signed.get(page.pk)) is not None:
        return Facts(summary=row.summary, date=timezone.localdate(row.date), byline=row.byline_name)
    return Facts()
