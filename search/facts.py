"""What only pages of some types know and every reader sees with a result; kept until any content changes."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from django.db.models import TextField
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from base.models.byline import Bylined
from base.stamp import remembered_each
from guidelines.models import ChapterPage, ManualPage
from guidelines.reading import governance_of

from .extraction import FIRST_TOLD_DEPTH

STEP = Page.steplen


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


def facts_of(pages: Iterable[Page]) -> dict[int, Facts]:
    """For each of these pages, by primary key; whether somebody may see it is to be known beforehand.

    At most a query for each type, none for what was asked since the last change of content. A check falls due overnight.
    """
    by_pk = {page.pk: page for page in pages}
    key = f"search-facts:{timezone.localdate():%Y%m%d}"
    return remembered_each(key, by_pk, lambda pks: _load([by_pk[pk] for pk in pks]))


def titles_of(paths: Iterable[str]) -> dict[str, str | None]:
    """The titles of the live pages in these places of the tree, None where there is none; at most one query."""
    rows = Page.objects.live().order_by()
    return remembered_each(
        "search-title", paths, lambda missing: dict(rows.filter(path__in=missing).values_list("path", "title"))
    )


def paths_above(path: str) -> list[str]:
    """The places above this one, from the top; without those that are above everything."""
    return [path[:end] for end in range(FIRST_TOLD_DEPTH * STEP, len(path), STEP)]


def _load(pages: list[Page]) -> dict[int, Facts]:
    signed, governed = _signed(pages), _governed(pages)
    return {page.pk: _facts(page, signed, governed) for page in pages}


def _signed(pages: list[Page]) -> dict[int, Page]:
    rows: dict[int, Page] = {}
    for model in {page.cached_content_type.model_class() for page in pages}:
        if model is not None and issubclass(model, Bylined):
            rows |= model.objects.select_related("author").defer(*_long_fields(model)).in_bulk([p.pk for p in pages])
    return rows


def _governed(pages: list[Page]) -> dict[str, Page]:
    if not any(issubclass(page.cached_content_type.model_class() or Page, ManualPage | ChapterPage) for page in pages):
        return {}
    paths = {path for page in pages for path in (*paths_above(page.path), page.path)}
    rows = chain.from_iterable(
        model.objects.live().filter(path__in=paths).defer("body").with_owner() for model in (ManualPage, ChapterPage)
    )
    return {page.path: page for page in rows}


def _long_fields(model: type[Page]) -> list[str]:
    long = (field for field in model._meta.local_fields if isinstance(field, StreamField | TextField))
    return [field.name for field in long if field.name != "summary"]


def _facts(page: Page, signed: dict[int, Page], governed: dict[str, Page]) -> Facts:
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
