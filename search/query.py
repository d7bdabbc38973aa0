"""The one place where a reader's search is answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .analysis import LANGUAGES
from .engine import SearchEngine, get_engine
from .kinds import ALL_KINDS, BY_KEY, OTHER
from .planner import Plan, clean, make_plan
from .readable import ReadablePages, readable_pages

# More pages than anybody leafs through; beyond it the numbers are said to be "more than".
MOST = 5000
PER_PAGE = 10
# Below it nothing that was found has most of what was asked.
WEAK_COVERAGE = 0.6


@dataclass(frozen=True)
class Question:
    """What somebody asks: a clean query, the interface's language, what the results are narrowed to.

    ``exact``: words are taken as typed. ``was_cut``: the query was longer than what is searched for.
    """

    text: str
    language: str
    kinds: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    exact: bool = False
    was_cut: bool = False

    @classmethod
    def from_input(
        cls, query: str, language: str, *, kinds: Iterable[str] = (), languages: Iterable[str] = (), exact: bool = False
    ) -> "Question":
        """From whatever an address holds; unknown choices are left out."""
        text, was_cut = clean(query)
        return cls(
            text=text,
            language=language,
            kinds=frozenset(kinds) & BY_KEY.keys(),
            languages=frozenset(languages) & frozenset(LANGUAGES),
            exact=exact,
            was_cut=was_cut,
        )


@dataclass(frozen=True)
class Answer:
    """What was found, before it is shown: ``pages`` are primary keys, best first, narrowed and without twins.

    ``kind_counts`` and ``language_counts`` say how many results each choice would give beside the other choices made.
    """

    plan: Plan
    pages: Sequence[int] = ()
    total: int = 0
    kind_counts: dict[str, int] = field(default_factory=dict)
    language_counts: dict[str, int] = field(default_factory=dict)
    is_more: bool = False
    is_weak: bool = False

    @property
    def corrected(self) -> str:
        """The query as it was understood, where that differs from what was typed and something was found with it."""
        return self.plan.corrected if self.total else ""


def answer(question: Question, user) -> Answer:
    """Find what ``user`` may read. Raises IndexUnavailable where there is no usable index."""
    return answer_among(question, readable_pages(user), get_engine())


def answer_among(question: Question, readable: ReadablePages, engine: SearchEngine) -> Answer:
    """The same among the pages given. Everything counted is counted among these only."""
    vocabulary = engine.vocabulary(readable.__contains__)
    plan = make_plan(question.text, question.language, vocabulary, correct=not question.exact)
    hits = engine.search(plan, limit=MOST)
    found = [pk for pk in hits if pk in readable]
    in_languages = [pk for pk in found if not question.languages or readable.language(pk) in question.languages]
    one_each = without_twins(in_languages, readable, question.language)
    kinds = Counter(readable.kind(pk).key for pk in one_each)
    pages = [pk for pk in one_each if not question.kinds or readable.kind(pk).key in question.kinds]
    of_kinds = [pk for pk in found if not question.kinds or readable.kind(pk).key in question.kinds]
    languages = Counter(readable.language(pk) for pk in of_kinds)
    return Answer(
        plan=plan,
        pages=pages,
        total=len(pages),
        kind_counts={kind.key: kinds[kind.key] for kind in ALL_KINDS if kind is not OTHER or kinds[OTHER.key]},
        language_counts={language: languages[language] for language in LANGUAGES},
        is_more=len(hits) == MOST,
        is_weak=bool(pages) and engine.coverage(plan, pages[:3]) < WEAK_COVERAGE,
    )


def without_twins(pages: Sequence[int], readable: ReadablePages, language: str) -> list[int]:
    """One of each page: where translations are found too, the reader's language takes the place of the best."""
    kept: dict[int, int] = {}
    for pk in pages:
        group = readable.group(pk)
        if group not in kept or (readable.language(pk) == language and readable.language(kept[group]) != language):
            # Putting another value at a key leaves the key in its place.
            kept[group] = pk
    return list(kept.values())
