"""Plainer search, in the database: for while there is no index, so that nobody is left with nothing.

It knows no spelling mistakes, no compounds and no sections, and counts nothing.
"""

from collections.abc import Sequence
from functools import reduce
from operator import and_

from django.db.models import Q
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from base.access import closed_paths, without_paths

from .analysis import stems, without_stop_words, words_of
from .planner import Group, Plan
from .results import Result, opened_pages, plain_results
from .suggestions import MOST as MOST_SUGGESTIONS
from .suggestions import Option, Options, page_group

MOST = 20
# Of each way to look so many are taken, of which those are left out that the reader may not see.
LOOKED_AT = 100
MOST_WORDS = 6


def plain_plan(text: str, language: str) -> Plan:
    """The words to mark, without an index that knows which other words mean the same."""
    words = without_stop_words(words_of(text), language)[:MOST_WORDS]
    groups = tuple(Group(word, dict.fromkeys((*stems(word, "nl"), *stems(word, "en")), 1.0)) for word in words)
    return Plan(groups, language)


def find_plainly(text: str, user) -> list[Result]:
    """At most twenty pages that ``user`` may read with the words in their title, or else in their text."""
    language = get_language()
    plan = plain_plan(text, language)
    words = [group.word for group in plan.groups]
    if not words:
        return []
    return plain_results(_readable([*_by_title(words, user), *_by_text(words)], user, language)[:MOST], plan, user)


def suggest_plainly(text: str, user) -> Options:
    """At most six pages with what was typed in their title."""
    words = words_of(text)[:MOST_WORDS]
    pks = _readable(_by_title(words, user), user, get_language())[:MOST_SUGGESTIONS] if words else []
    opened = opened_pages(pks, user)
    options = [
        Option(
            title=opened[pk].title,
            url=opened[pk].url,
            language=opened[pk].language,
            kind=opened[pk].kind,
        )
        for pk in pks
        if pk in opened
    ]
    return page_group(options)


def _by_title(words: Sequence[str], user) -> list[int]:
    every = reduce(and_, (Q(title__icontains=word) for word in words))
    pages = without_paths(Page.objects.live().filter(every, alias_of=None, depth__gt=1), closed_paths(user))
    titles = list(pages.order_by("pk").values_list("pk", "title")[:LOOKED_AT])
    # A short title with the words says more of them than a long one.
    return [pk for pk, _title in sorted(titles, key=lambda row: (len(row[1]), row[0]))]


def _by_text(words: Sequence[str]) -> list[int]:
    """What the index of the admin has; who may read it is asked afterwards."""
    found = get_search_backend().search(" ".join(words), Page.objects.live(), operator="or")
    return [page.pk for page in found[:LOOKED_AT]]


def _readable(pks: Sequence[int], user, language: str) -> list[int]:
    """Those that may be read, one of each page, in the same order: that in ``language`` before its translation."""
    rows = without_paths(Page.objects.live().filter(pk__in=pks, alias_of=None, depth__gt=1), closed_paths(user))
    known = {pk: (key, code) for pk, key, code in rows.values_list("pk", "translation_key", "locale__language_code")}
    kept: dict = {}
    for pk in pks:
        if pk in known:
            key, code = known[pk]
            if key not in kept or (code == language and known[kept[key]][1] != language):
                kept[key] = pk
    return list(kept.values())
