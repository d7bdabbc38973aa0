"""Tips of the handbook beside the form in which colleagues write."""

from dataclasses import dataclass

from wagtail.models import Page

from base.access import cache_key_for, visible_pages
from base.reading import has_block
from base.stamp import remembered
from guidelines.models import ChapterPage
from guidelines.situations import Situation
from guidelines.tips import MOST_TIPS, TipCard, cards_of, tips_for_situation, without_doubles

from .models import StoryIndexPage

# Before sending, once more whether a customer is in it.
SITUATIONS = {
    "words": (Situation.WRITING,),
    "photos": (Situation.PHOTO,),
    "check": (Situation.CLIENT, Situation.WRITING),
}


@dataclass(frozen=True)
class TipsBeside:
    """Up to five tips, and the page an editor chose them from (empty where nobody chose one)."""

    title: str = ""
    url: str = ""
    tips: tuple[TipCard, ...] = ()


def tips_for(channel: StoryIndexPage | None, step: str, user, language: str) -> TipsBeside:
    """The tips for this ``step`` ("words", "photos", "check"), where ``user`` may read them, in their language.

    First those of the page an editor chose for this channel, then those that any manual marks for this moment; each
    once. Worked out once per content stamp and audience.
    """
    chosen = _chosen_tips(channel, step, user, language) if channel else TipsBeside()
    marked = (tips_for_situation(situation, user, language) for situation in SITUATIONS[step])
    return TipsBeside(chosen.title, chosen.url, without_doubles(chosen.tips, *marked))


def _chosen_tips(channel: StoryIndexPage, step: str, user, language: str) -> TipsBeside:
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
    tips: list[TipCard] = []
    for text in texts:
        if len(tips) < MOST_TIPS and has_block(text.body, "tip"):
            tips += cards_of(text)
    return TipsBeside(here.title, here.get_url(), tuple(tips[:MOST_TIPS]))


def _chosen(channel: StoryIndexPage, kind: str) -> Page | None:
    # An editor chooses on the page of one language; it holds for the other.
    pages = StoryIndexPage.objects.filter(translation_key=channel.translation_key)
    for one in sorted(pages.select_related("writing_tips", "photo_tips"), key=lambda other: other.pk != channel.pk):
        page = (one.photo_tips if kind == "photos" else None) or one.writing_tips
        if page is not None:
            return page
    return None
