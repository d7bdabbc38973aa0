"""Finding in one source besides pages: the rows of its own group on the result page."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..analysis import words_of
from ..documents import Scope
from ..engine import SearchEngine, best_coverage, get_engine
from ..planner import Plan
from ..query import Question
from ..words_in_use import plan_for
from . import Source

# More than anybody leafs through in a group.
MOST = 200
# Of so many of the best, one that is called exactly what was asked comes first.
CONSIDERED = 50
# How well the first of them fit decides whether a group is shown.
FIRST_SEEN = 3


@dataclass(frozen=True)
class Ranked:
    """What ``user`` may find in a source, best first; ``exact`` are those of them called exactly what was asked."""

    plan: Plan
    pks: Sequence[int]
    exact: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Found:
    """What one source has: ``rows`` for its template, and how many there are in all; ``is_more``: at least that many.

    ``corrected`` is the query as it was understood, empty where that is as it was typed. ``is_exact``: the first is
    called what was typed.
    """

    source: Source
    rows: tuple = ()
    total: int = 0
    is_more: bool = False
    corrected: str = ""
    is_exact: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out of ``rows``."""
        return self.total <= len(self.rows)


def found_in(source: Source, question: Question, user, limit: int) -> Found:
    """At most ``limit`` rows of what ``user`` may find; nothing where nothing has most of what was asked.

    Raises IndexUnavailable.
    """
    ranked = ranked_in(source, question, user)
    if ranked is None:
        return Found(source)
    shown = ranked.pks[:limit]
    rows = tuple(source.results(shown, ranked.plan, user))
    if not rows:
        return Found(source)
    total = len(ranked.pks) - (len(shown) - len(rows))
    is_exact = shown[0] in ranked.exact
    return Found(source, rows, total, len(ranked.pks) == MOST, ranked.plan.corrected, is_exact)


def ranked_in(source: Source, question: Question, user) -> Ranked | None:
    """Everything that ``user`` may find, not yet asked of the database; None where nothing has most of what was asked.

    Words are taken as typed; only if that finds nothing, as they may have been meant, by what is in this collection and
    open to ``user``. Raises IndexUnavailable.
    """
    scope = source.scope(user)
    if scope is None or not words_of(question.text):
        return None
    engine = get_engine()
    plan, hits = _hits(source, question, scope, engine)
    return _exact_first(source, question.text, plan, hits, engine) if hits else None


def _hits(source: Source, question: Question, scope: Scope, engine: SearchEngine) -> tuple[Plan, Sequence[int]]:
    vocabulary = engine.vocabulary(scope, collection=source.collection)
    plan = plan_for(question.text, question.language, vocabulary, correct=False)
    hits = _good_hits(source, plan, scope, engine)
    if hits or question.exact:
        return plan, hits
    plan = plan_for(question.text, question.language, vocabulary)
    return plan, _good_hits(source, plan, scope, engine) if plan.corrected else []


def _good_hits(source: Source, plan: Plan, scope: Scope, engine: SearchEngine) -> Sequence[int]:
    hits = engine.search(plan, limit=MOST, scope=scope, collection=source.collection)
    if hits and best_coverage(engine, plan, hits[:FIRST_SEEN], source.collection) < source.least:
        return []
    return hits


def _exact_first(source: Source, query: str, plan: Plan, hits: Sequence[int], engine: SearchEngine) -> Ranked:
    asked = {tuple(words_of(query)), tuple(words_of(plan.corrected))}
    stored = engine.stored(hits[:CONSIDERED], collection=source.collection)
    exact = [pk for pk in hits[:CONSIDERED] if pk in stored and tuple(words_of(stored[pk].title)) in asked]
    return Ranked(plan, [*exact, *(pk for pk in hits if pk not in set(exact))], frozenset(exact))
