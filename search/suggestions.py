"""What a reader may mean while typing, in groups."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from . import promotions
from .analysis import words_of
from .catalogue import Catalogue, catalogue
from .documents import Collection
from .engine import get_engine
from .groups import other_groups
from .highlight import Highlighter
from .kinds import Kind
from .narrowing import without_twins
from .planner import Plan
from .query import Question
from .results import opened_pages
from .scope import scope_for
from .words_in_use import plan_for

SHORTEST = 2
MOST = 6
# With other groups beside them.
FEWER = 4
IN_A_GROUP = 2
# Of so many of the best, those that have most of the words in their title come first.
CONSIDERED = 30
LOOKED_AT = 500


@dataclass(frozen=True)
class Option:
    """Something to go to at once; ``kind`` only of pages."""

    title: str
    url: str
    language: str = ""
    kind: Kind | None = None
    icon: str = ""


@dataclass(frozen=True)
class OptionGroup:
    """Options under one heading; ``key`` makes its id."""

    key: str
    label: str | Promise
    options: Sequence[Option]


Options = list[OptionGroup]


def page_group(options: Sequence[Option]) -> Options:
    """Pages under their heading; nothing where there are none."""
    return [OptionGroup(Collection.PAGES.value, _("Pages"), options)] if options else []


def suggest(question: Question, user) -> Options:
    """At most six pages for what has been typed so far, and a few people, questions and documents.

    Who is called so stands on top. Raises IndexUnavailable where there is no usable index.
    """
    if len(question.text) < SHORTEST or not words_of(question.text):
        return []
    others = [
        (
            OptionGroup(group.source.collection.value, group.source.label, _options(group.rows, group.source.icon)),
            group.is_exact,
        )
        for group in other_groups(question, user, IN_A_GROUP)
    ]
    pages = page_group(_pages(question, user)[: FEWER if others else MOST])
    people_first = [group for group, is_exact in others if is_exact and group.key == Collection.PEOPLE]
    return [*people_first, *pages, *(group for group, _is_exact in others if group not in people_first)]


def _options(rows: Sequence, icon: str) -> list[Option]:
    """Of rows of any source: they have a ``url`` and a ``title``, or a ``name`` where they are people, with words marked."""
    return [
        Option(_unmarked(getattr(row, "title", "") or row.name), row.url, getattr(row, "language", ""), icon=icon)
        for row in rows
        if row.url
    ]


def _unmarked(title: str) -> str:
    return html.unescape(strip_tags(title))


def _pages(question: Question, user) -> list[Option]:
    known, scope, engine = catalogue(), scope_for(user), get_engine()
    plan = plan_for(question.text, question.language, engine.vocabulary(scope))
    found: Sequence[int] = [pk for pk in engine.search(plan, limit=LOOKED_AT, scope=scope) if pk in known]
    found, promoted = promotions.apply(question, found, known, scope, corrected=plan.corrected)
    best = without_twins(found, known, question.language)[:CONSIDERED]
    opened = opened_pages(best, user)
    ranked = sorted(
        (pk for pk in best if pk in opened),
        key=lambda pk: (pk not in promoted, *_rank(pk, opened[pk].title, question, plan, known)),
    )
    return [
        Option(
            title=opened[pk].title,
            url=opened[pk].url,
            language=opened[pk].language,
            kind=known.kind(pk),
        )
        for pk in ranked[:MOST]
    ]


def _rank(pk: int, title: str, question: Question, plan: Plan, known: Catalogue) -> tuple:
    is_called_so = known.is_called(pk, question.text) or words_of(title) == words_of(question.text)
    return (not is_called_so, -_words_in_title(title, plan, known.language(pk)))


def _words_in_title(title: str, plan: Plan, language: str) -> int:
    highlighter = Highlighter(plan, language)
    found: Sequence[frozenset[str]] = [highlighter.matches(word) for word in words_of(title)]
    return sum(any(not terms.isdisjoint(group.terms) for terms in found) for group in plan.groups)
