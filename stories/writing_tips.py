"""Tips of a guideline beside the form in which colleagues write."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from wagtail.models import Page

from base.access import cache_key_for, visible_pages
from base.reading import has_block, table_of_contents
from base.rich_text import render_prose
from base.stamp import remembered
from guidelines.models import ChapterPage

from .models import StoryIndexPage

MOST_TIPS = 5


@dataclass(frozen=True)
class TipBeside:
    """One tip: its line, where it stands, and what it says as clean HTML (each may be empty)."""

    title: str
    url: str
    do: SafeString
    dont: SafeString
    why: SafeString


@dataclass(frozen=True)
class TipsBeside:
    """Up to five tips, and the page they come from."""

    title: str = ""
    url: str = ""
    tips: tuple[TipBeside, ...] = ()


def tips_for(channel: StoryIndexPage, step: str, user, language: str) -> TipsBeside:
    """The tips an editor chose for this channel and ``step`` ("words", "photos", "check"), where ``user`` may read them.

    In the reader's language; worked out once per content stamp and audience.
    """
    kind = "photos" if step == "photos" else "words"
    key = f"write-tips:{channel.translation_key}:{kind}:{language}:{cache_key_for(user)}"
    return remembered(key, lambda: _load(channel, kind, user, language))


def _load(channel: StoryIndexPage, kind: str, user, language: str) -> TipsBeside:
    page = _chosen(channel, kind)
    if page is None:
        return TipsBeside()
    here = visible_pages(user).filter(translation_key=page.translation_key, locale__language_code=language).first()
    if here is None:
        return TipsBeside()
    texts = [here.specific]
    below = ChapterPage.objects.visible_to(user).filter(path__startswith=here.path, depth__gt=here.depth)
    texts += below.with_tips().order_by("path")
    tips: list[TipBeside] = []
    for text in texts:
        if len(tips) < MOST_TIPS and has_block(text.body, "tip"):
            tips += _tips_in(text)
    return TipsBeside(here.title, here.get_url(), tuple(tips[:MOST_TIPS]))


def _chosen(channel: StoryIndexPage, kind: str) -> Page | None:
    # An editor chooses on the page of one language; it holds for the other.
    pages = StoryIndexPage.objects.filter(translation_key=channel.translation_key)
    for one in sorted(pages.select_related("writing_tips", "photo_tips"), key=lambda other: other.pk != channel.pk):
        page = (one.photo_tips if kind == "photos" else None) or one.writing_tips
        if page is not None:
            return page
    return None


def _tips_in(page) -> list[TipBeside]:
    table_of_contents(page.body)
    url = page.get_url()
    return [
        TipBeside(
            title=block.value["title"],
            url=f"{url}#{block.value.anchor_id}",
            do=render_prose(block.value["do"]),
            dont=render_prose(block.value["dont"]),
            why=render_prose(block.value["why"]),
        )
        for block in page.body
        if block.block_type == "tip"
    ]
