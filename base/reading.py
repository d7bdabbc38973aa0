"""What a reader is told about a text before and while reading: how long it takes, and what is in it."""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext
from wagtail.models import Page

from .access import visible_pages
from .stamp import remembered

WORDS_PER_MINUTE = 200
DAY = 60 * 60 * 24


@dataclass(frozen=True)
class Entry:
    """One line of a table of contents; ``number`` only for tips."""

    anchor: str
    title: str
    level: int
    number: int | None = None


@dataclass(frozen=True)
class Place:
    """A heading or tip of a text as it is stored: its anchor, the id of its block (the same in every language), how long it is."""

    anchor: str
    title: str
    block_id: str
    is_tip: bool
    words: int


@dataclass(frozen=True)
class Edition:
    """What a template fragment of a page is cached under: ``{% cache edition.seconds name ... edition.key %}``.

    A new day is a new edition, because freshness and the date of printing depend on it. A preview is never kept and
    never finds what was kept: it shows a draft.
    """

    key: str
    seconds: int


def edition_of(page, request) -> Edition:
    """The edition of ``page`` that this request shows."""
    if page.pk is None or getattr(request, "is_preview", False):
        return Edition(key=f"preview-{uuid4()}", seconds=0)
    return Edition(key=f"{page.pk}:{timezone.localdate().isoformat()}", seconds=DAY)


def minutes_to_read(words: int) -> int:
    """Whole minutes, at least one."""
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def minutes_in_words(minutes: int) -> str:
    """``5 minutes to read``."""
    return ngettext("%(count)d minute to read", "%(count)d minutes to read", minutes) % {"count": minutes}


def untranslated_in_words(page) -> str:
    """``in Dutch`` below the teaser of a page that isn't there in the reader's language; empty otherwise."""
    words = {"nl": gettext("in Dutch"), "en": gettext("in English")}
    return words.get(page.other_language, "")


def breadcrumbs_of(page, user) -> list[Page]:
    """The way from the front page to ``page``, over the pages that ``user`` may see."""
    path = page.path or ""
    above = [path[:end] for end in range(2 * Page.steplen, len(path), Page.steplen)]
    return [*visible_pages(user).filter(path__in=above).select_related("locale").order_by("path"), page]


def count_words(raw: Any) -> int:
    """The words in a text, or in the stored form of a stream (``body.raw_data``).

    Counting what is stored costs no query; making blocks of it would look up every picture and page in them.
    """
    return sum(len(strip_tags(text).split()) for text in _texts(raw))


def _texts(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for key, value in raw.items():
            if key not in {"id", "type", "anchor", "level", "tone", "url"}:
                yield from _texts(value)
    elif not isinstance(raw, bytes | int | float | None):
        for item in raw:
            yield from _texts(item)


def stream_minutes(body) -> int:
    """Minutes to read a stream of blocks."""
    return minutes_to_read(count_words(list(body.raw_data)))


def has_block(body, block_type: str) -> bool:
    """Whether a stream has a block of this type at its top level; costs no query."""
    return any(block["type"] == block_type for block in body.raw_data)


def table_of_contents(body, prefix: str = "") -> list[Entry]:
    """Headings and tips of a stream, in order. Call it before the stream is rendered.

    Every one gets an anchor that no other has, with ``prefix`` before it where several texts share a page, and every
    tip its ``number``; blocks render with these, and with the anchors they had before, so that old links still land.
    """
    entries, taken, tips, anchored = [], set(), 0, []
    for block in body:
        if block.block_type not in ("heading", "tip"):
            continue
        anchor = free_name(f"{prefix}{block.value.anchor_id}", taken)
        block.value["anchor"] = anchor
        anchored.append(block.value)
        if block.block_type == "tip":
            tips += 1
            block.value.number = tips
            entries.append(Entry(anchor, block.value["title"], 2, tips))
        else:
            entries.append(Entry(anchor, block.value["text"], int(block.value["level"])))
    for value in anchored:
        former = [] if prefix else (value.get("former") or "").split()
        value.former_ids = [anchor for anchor in former if anchor not in taken]
        taken.update(value.former_ids)
    return entries


def places_in(body) -> list[Place]:
    """The same headings and tips with the same anchors, for text that isn't rendered here: no picture is looked up.

    A heading is as long as what stands below it.
    """
    blocks, taken, places = list(body.raw_data), set(), []
    for index, block in enumerate(blocks):
        if block["type"] not in ("heading", "tip"):
            continue
        value = body.stream_block.child_blocks[block["type"]].to_python(block["value"])
        is_tip = block["type"] == "tip"
        part = [block] if is_tip else [block, *_below(blocks[index + 1 :], int(value["level"] or 2))]
        places.append(
            Place(
                anchor=free_name(value.anchor_id, taken),
                title=value["title"] if is_tip else value["text"],
                block_id=str(block.get("id") or ""),
                is_tip=is_tip,
                words=count_words([each["value"] for each in part]),
            )
        )
    return places


def _below(blocks: list, level: int) -> Iterator:
    """The blocks until the next heading that is as high."""
    return takewhile(lambda block: block["type"] != "heading" or int(block["value"].get("level") or 2) > level, blocks)


def free_name(wanted: str, taken: set[str]) -> str:
    """``wanted``, with a number behind it where it is taken; from then on the name is taken too."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return name


class LazyRows:
    """A queryset that is not even built before rows of it are asked for: building takes as long as a small page."""

    ordered = True

    def __init__(self, build: Callable[[], QuerySet]):
        self.build = build

    def __getitem__(self, part: slice):
        return SimpleLazyObject(lambda: self.build()[part])


class RememberedPaginator(Paginator):
    """A paginator that counts once per content stamp; its page is not fetched before it is looped over.

    ``build`` makes the queryset. ``count_key`` must tell audience and language apart; see ``base.access.cache_key_for``.
    """

    def __init__(self, build: Callable[[], QuerySet], per_page: int, *, count_key: str):
        super().__init__(LazyRows(build), per_page)
        self.build, self.count_key = build, count_key

    @cached_property
    def count(self) -> int:
        """How many there are."""
        return remembered(self.count_key, lambda: self.build().count())


def number_in(text: str | None) -> int | None:
    """The number typed into an address; None for anything that isn't a plain number."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else None
