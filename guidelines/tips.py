"""Tips as cards, for beside the form in which a colleague does what they are about."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from base.access import cache_key_for
from base.reading import table_of_contents
from base.rich_text import render_prose
from base.stamp import remembered

from .models import ChapterPage, ManualPage
from .situations import Situation

MOST_TIPS = 5


@dataclass(frozen=True)
class TipCard:
    """One tip: its line, where it stands, and what it says as clean HTML (each may be empty)."""

    title: str
    url: str
    do: SafeString
    dont: SafeString
    why: SafeString


def cards_of(page, situation: Situation | None = None) -> list[TipCard]:
    """The tips of a manual or chapter, in order; with ``situation`` only those that are for it."""
    table_of_contents(page.body)
    url = page.get_url()
    return [
        TipCard(
            title=block.value["title"],
            url=f"{url}#{block.value.anchor_id}",
            do=render_prose(block.value["do"]),
            dont=render_prose(block.value["dont"]),
            why=render_prose(block.value["why"]),
        )
        for block in page.body
        if block.block_type == "tip" and (situation is None or situation in (block.value.get("situations") or ()))
    ]


def tips_for_situation(situation: Situation, user, language: str, limit: int = MOST_TIPS) -> tuple[TipCard, ...]:
    """At most ``limit`` tips (five at the highest) that editors meant for ``situation``, from any manual ``user`` may read.

    In the order of the handbook, and in ``language``; worked out once per content stamp and audience.
    """
    situation = Situation(situation)
    key = f"tips-for:{situation.value}:{language}:{cache_key_for(user)}"
    return remembered(key, lambda: _load(situation, user, language))[:limit]


def _load(situation: Situation, user, language: str) -> tuple[TipCard, ...]:
    pages = [
        page
        for model in (ManualPage, ChapterPage)
        for page in model.objects.visible_to(user).in_language(language).with_tips_for(situation)
    ]
    cards: list[TipCard] = []
    for page in sorted(pages, key=lambda page: page.path):
        if len(cards) < MOST_TIPS:
            cards += cards_of(page, situation)
    return tuple(cards[:MOST_TIPS])


def without_doubles(*groups: tuple[TipCard, ...], limit: int = MOST_TIPS) -> tuple[TipCard, ...]:
    """The cards of these groups in order, each tip once, ``limit`` at most."""
    return tuple({card.url: card for group in groups for card in group}.values())[:limit]
