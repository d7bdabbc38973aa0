"""From what somebody typed to weighted groups of terms, the same for every engine.

A group stands for one word: its terms are other ways to find that word (its stem, a stem in the other language, the parts
of a compound, words that begin like it, words spelled nearly like it), and a page counts only its best. A page need not
have every word: the more, and the rarer, the higher.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import LANGUAGES, split_compound, stems, without_stop_words, words_of

MOST_CHARACTERS = 200
MOST_WORDS = 20
MOST_ENDINGS = 30
MOST_SPELLINGS = 5
SHORTEST_PREFIX = 2
SHORTEST_TYPO = 4

OTHER_LANGUAGE = COMPOUND_PART = ENDING_OF_KNOWN = 0.5
ENDING_OF_UNKNOWN = 0.7
OTHER_SPELLING = 0.6


class Vocabulary(Protocol):
    """What an engine tells about the words it holds; only of pages this reader may see, where it matters."""

    def pages_with(self, word: str, language: str) -> int:
        """How many pages of the language have this very word."""

    def has_term(self, term: str) -> bool:
        """Whether any page the reader may see is found under this term."""

    def beginning_with(self, prefix: str, language: str, limit: int | None) -> list[tuple[str, int]]:
        """Words with this beginning and their page counts, most frequent first; all of them where limit is None."""

    def is_open(self, word: str, language: str) -> bool:
        """Whether a page the reader may see has this very word."""


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query: ``{term: weight}``, the heaviest counts."""

    word: str
    terms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look up. ``corrected`` is the query with its misspelled words replaced, empty where none was."""

    groups: tuple[Group, ...]
    language: str
    corrected: str = ""

    @property
    def terms(self) -> frozenset[str]:
        """Every term of every group: what is marked in a result."""
        return frozenset(term for group in self.groups for term in group.terms)


def clean(query: str) -> tuple[str, bool]:
    """The query as it is searched for, and whether it was cut: control characters go, spaces become one."""
    text = "".join(c if c.isprintable() else " " for c in query)
    words = text[: MOST_CHARACTERS + 1].split()
    kept = " ".join(words[:MOST_WORDS])[:MOST_CHARACTERS]
    return kept, len(" ".join(text.split())) > len(kept)


def make_plan(query: str, language: str, vocabulary: Vocabulary, *, correct: bool = True) -> Plan:
    """Plan a clean query asked in ``language``; without ``correct`` words are taken as they were typed."""
    typed = words_of(query)[:MOST_WORDS]
    said = without_stop_words(typed, language)
    unfinished = typed[-1] if typed and typed[-1] == said[-1] and not query.endswith(" ") else ""
    joined, parts_of_joined = _joined_groups(typed, language, vocabulary)
    groups, corrections = [], {}
    for word in dict.fromkeys(said):
        terms = _terms_of(word, language, vocabulary)
        known = any(vocabulary.has_term(term) for term in terms)
        if word == unfinished and len(word) >= SHORTEST_PREFIX:
            weight = ENDING_OF_KNOWN if known else ENDING_OF_UNKNOWN
            endings = _endings(word, language, vocabulary, weight)
            terms = endings | terms
            known = known or any(vocabulary.has_term(term) for term in endings)
        if correct and not known and word not in parts_of_joined and len(word) >= SHORTEST_TYPO:
            spellings = _other_spellings(word, language, vocabulary)
            for other in spellings:
                _add(terms, _terms_of(other, language, vocabulary), OTHER_SPELLING)
            if spellings:
                corrections[word] = spellings[0]
        groups.append(Group(word, terms))
    return Plan((*groups, *joined), language, _corrected(query, corrections))


def _terms_of(word: str, language: str, vocabulary: Vocabulary) -> dict[str, float]:
    terms = dict.fromkeys(stems(word, language), 1.0)
    for other in LANGUAGES:
        _add(terms, stems(word, other), OTHER_LANGUAGE)
    for part in split_compound(word, language, lambda part: vocabulary.pages_with(part, language)):
        _add(terms, stems(part, language), COMPOUND_PART)
    return terms


def _add(terms: dict[str, float], more: Iterable[str], weight: float) -> None:
    for term in more:
        terms.setdefault(term, weight)


def _endings(word: str, language: str, vocabulary: Vocabulary, weight: float) -> dict[str, float]:
    """Stems of the words that begin like this one: the reader may still be typing."""
    found: dict[str, float] = {}
    for other in sorted(LANGUAGES, key=lambda other: other != language):
        for longer, _pages in vocabulary.beginning_with(word, other, MOST_ENDINGS):
            _add(found, stems(longer, other), weight if other == language else weight * OTHER_LANGUAGE)
    return found


def _joined_groups(typed: list[str], language: str, vocabulary: Vocabulary) -> tuple[list[Group], set[str]]:
    """Words typed apart that pages write as one ("off boarding", "inkoop strategie"), and the words they are made of."""
    links = ("", "s", "e") if language == "nl" else ("",)
    groups, parts = [], set()
    for left, right in zip(typed, typed[1:], strict=False):
        for link in links:
            word = f"{left}{link}{right}"
            if vocabulary.is_open(word, language):
                groups.append(Group(word, dict.fromkeys(stems(word, language), 1.0)))
                parts |= {left, right}
    return groups, parts


def _other_spellings(word: str, language: str, vocabulary: Vocabulary) -> list[str]:
    """Known words one or two letters off that begin with the same letter, nearest and most frequent first."""
    most = 1 if len(word) < 8 else 2
    for tried in sorted(LANGUAGES, key=lambda other: other != language):
        pages = {
            other: count
            for other, count in vocabulary.beginning_with(word[0], tried, None)
            if abs(len(other) - len(word)) <= most
        }
        near = process.extract(word, pages.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
        ranked = sorted(near, key=lambda match: (match[1], -pages[match[0]], match[0]))
        spellings = [other for other, _distance, _index in ranked if vocabulary.is_open(other, tried)]
        if spellings:
            return spellings[:MOST_SPELLINGS]
    return []


def _corrected(query: str, corrections: dict[str, str]) -> str:
    if not corrections:
        return ""
    return " ".join(
        " ".join(corrections.get(word, word) for word in words_of(token))
        if any(word in corrections for word in words_of(token))
        else token
        for token in query.split()
    )
