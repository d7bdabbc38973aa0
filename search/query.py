"""The one place where a reader's search is answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from base.reading import number_in

from . import promotions
from .analysis import LANGUAGES
from .catalogue import CHECKED, Catalogue, catalogue
from .concepts import Concepts
from .documents import EVERYTHING, Scope
from .engine import SearchEngine, best_coverage, get_engine
from .kinds import BY_KEY
from .narrowing import NARROWED_BY, narrow
from .planner import Plan, clean
from .scope import scope_for
from .words_in_use import plan_for

# More pages than anybody leafs through; beyond it the numbers are said to be "more than".
MOST = 5000
PER_PAGE = 10
# Below it none of the first pages found has most of what was asked.
FIRST_SEEN = 5
WEAK_COVERAGE = 0.6
# Among so many of the best a text that is out of date gives way to the one after it.
GIVING_WAY = 20
MOST_CHOICES = 20


@dataclass(frozen=True)
class Question:
    """What somebody asks: a clean query, the interface's language, what the results are narrowed to.

    ``choices`` are those made, ``{name: values}`` by the names of ``NARROWED_BY``: keys, codes, or primary keys of a manual,
    a theme and a team. ``exact``: words are taken as typed. ``was_cut``: the query was longer than what is searched for.
    """

    text: str
    language: str
    choices: Mapping[str, frozenset] = field(default_factory=dict)
    exact: bool = False
    was_cut: bool = False

    @classmethod
    def from_input(
        cls, query: str, language: str, choices: Mapping[str, Iterable[str]] | None = None, *, exact: bool = False
    ) -> "Question":
        """From whatever an address holds; what can't be a choice is left out."""
        text, was_cut = clean(query)
        read = {name: _read(name, (choices or {}).get(name, ())) for name in NARROWED_BY}
        made = {name: values for name, values in read.items() if values}
        return cls(text=text, language=language, choices=made, exact=exact, was_cut=was_cut)

    def chosen(self, name: str) -> frozenset:
        """What is chosen of one of ``NARROWED_BY``; empty for everything."""
        return self.choices.get(name, frozenset())

    @property
    def key(self) -> str:
        """Another text for every other question."""
        choices = [(name, sorted(self.choices[name])) for name in NARROWED_BY if name in self.choices]
        return repr((self.text, self.language, choices, self.exact, self.was_cut))


def _read(name: str, typed: Iterable[str]) -> frozenset:
    known = {"kind": BY_KEY.keys(), "language": LANGUAGES, "checked": CHECKED[1:]}
    some = list(typed)[:MOST_CHOICES]
    if name in known:
        return frozenset(some) & frozenset(known[name])
    return frozenset(filter(None, map(number_in, some)))


@dataclass(frozen=True)
class Answer:
    """What was found, before it is shown: ``pages`` are primary keys, best first, narrowed and without twins.

    ``counts[name][value]`` says how many results a choice would give beside the choices made of other names; values
    without a result are left out. ``promoted`` are those that editors put first.
    """

    plan: Plan
    pages: Sequence[int] = ()
    total: int = 0
    counts: dict[str, dict] = field(default_factory=dict)
    is_more: bool = False
    is_weak: bool = False
    promoted: frozenset[int] = frozenset()

    @property
    def corrected(self) -> str:
        """The query as it was understood, where that differs from what was typed and something was found with it."""
        return self.plan.corrected if self.total else ""


def answer(question: Question, user) -> Answer:
    """Find what ``user`` may read. Raises IndexUnavailable where there is no usable index."""
    return answer_in(question, scope_for(user), get_engine())


def answer_in(
    question: Question,
    scope: Scope = EVERYTHING,
    engine: SearchEngine | None = None,
    concepts: Concepts | None = None,
    rules: Sequence[promotions.Rule] | None = None,
) -> Answer:
    """The same in a scope. Everything counted is counted in it only.

    ``concepts`` and ``rules`` (promotions): instead of those in use.
    """
    engine, known = engine or get_engine(), catalogue()
    vocabulary = engine.vocabulary(scope)
    plan = plan_for(question.text, question.language, vocabulary, correct=not question.exact, concepts=concepts)
    hits = engine.search(plan, limit=MOST, scope=scope)
    found = _in_order(hits, plan, question, known, engine)
    found, promoted = promotions.apply(question, found, known, scope, corrected=plan.corrected, using=rules)
    narrowed, counts = narrow(found, question.choices, question.language, known)
    if len(hits) == MOST and (question.chosen("kind") or question.chosen("language")):
        # More than was looked at: what it is narrowed to is asked for by itself.
        within = replace(scope, languages=question.chosen("language"), kinds=question.chosen("kind"))
        hits = engine.search(plan, limit=MOST, scope=within)
        found = _in_order(hits, plan, question, known, engine)
        found, promoted = promotions.apply(question, found, known, within, corrected=plan.corrected, using=rules)
        narrowed, inside = narrow(found, question.choices, question.language, known)
        for name, least in inside.items():
            for value, number in least.items():
                counts[name][value] = max(number, counts[name].get(value, 0))
    return Answer(
        plan=plan,
        pages=narrowed,
        total=len(narrowed),
        counts=counts,
        is_more=len(hits) == MOST,
        # What an editor chose for the words answers them, whatever words it has.
        is_weak=bool(narrowed) and narrowed[0] not in promoted and is_weak(plan, narrowed[:FIRST_SEEN], engine),
        promoted=promoted,
    )


def _in_order(hits: Sequence[int], plan: Plan, question: Question, known: Catalogue, engine: SearchEngine) -> list[int]:
    """Live pages, best first: what is called exactly so before all others, and what is out of date a place further down."""
    found = [pk for pk in hits if pk in known]
    called = [pk for pk in found if known.is_called(pk, question.text)]
    if called:
        first = set(called)
        found = [*called, *(pk for pk in found if pk not in first)]
    overdue, last = CHECKED.index("out-of-date"), min(len(found), GIVING_WAY + 1)
    if not any(known.checked[pk] == overdue for pk in found[len(called) : last]):
        return found
    having = engine.coverages(plan, found[:last])
    place = len(called)
    while place < last - 1:
        this, following = found[place], found[place + 1]
        is_fresh = 0 < known.checked[following] < overdue
        if known.checked[this] == overdue and is_fresh and having[following] >= having[this]:
            found[place], found[place + 1] = following, this
            place += 1
        place += 1
    return found


def is_weak(plan: Plan, pages: Sequence[int], engine: SearchEngine) -> bool:
    """Whether none of these pages has most of what was asked, rare words counting more."""
    plans = [plan.asked]
    if len(plan.asked.groups) < len(plan.groups):
        plans.append(plan.asked_or_joined)
    return all(best_coverage(engine, judged, pages) < WEAK_COVERAGE for judged in plans)
