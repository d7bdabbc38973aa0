"""From what somebody typed to weighted groups of terms, the same for every engine.

A group stands for one word: its terms are other ways to find that word (its stem, a stem in the other language, the parts
of a compound, words that begin like it, words spelled nearly like it), and a page counts only its best. A page need not
have every word: the more, and the rarer, the higher.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import LANGUAGES, possible_splits, split_compound, stems, without_stop_words, words_of
from .concepts import NO_CONCEPTS, Concepts, Match, Wording, said_words

MOST_CHARACTERS = 200
MOST_WORDS = 20
MOST_ENDINGS = 30
MOST_SPELLINGS = 5
SHORTEST_PREFIX = 2
SHORTEST_TYPO = 4

OTHER_LANGUAGE = COMPOUND_PART = ENDING_OF_KNOWN = 0.5
ENDING_OF_UNKNOWN = 0.7
OTHER_SPELLING = 0.6
SAME_MEANING = 0.5
SAME_MEANING_OF_PHRASE = 0.3
# Terms of this weight stand for the word that was asked.
STANDS_FOR = 0.5


class Vocabulary(Protocol):
    """What an engine tells about the words it holds; only of what this reader may see, where it matters."""

    def prefetch(self, words: Collection[str], terms: Collection[str], *, beginning: str = "") -> None:
        """Called with most of the words and terms that will be asked for next: one trip to a server for all of them.

        ``beginning`` is a word that ``beginning_with`` will be asked for; empty is none.
        """

    def pages_with(self, word: str, language: str) -> int:
        """How many documents of the language have this very word."""

    def has_term(self, term: str) -> bool:
        """Whether anything the reader may see is found under this term."""

    def is_open(self, word: str, language: str) -> bool:
        """Whether anything the reader may see has this very word."""

    def beginning_with(self, prefix: str, language: str, limit: int) -> list[tuple[str, int]]:
        """Words with this beginning and how many documents have them, most frequent first."""

    def like(self, word: str, language: str, most: int) -> list[tuple[str, int]]:
        """Words with the same first letter, at most ``most`` letters longer or shorter, and how many have them."""


@dataclass(frozen=True, slots=True)
class Group:
    """One word of the query: ``{term: weight}``, the heaviest counts.

    ``is_extra``: a page that lacks it lacks nothing of what was asked, such as two words of the query written as one.
    """

    word: str
    terms: dict[str, float]
    is_extra: bool = False

    def without_hints(self) -> "Group":
        """Without terms that tell of the word but don't stand for it, such as one word of a phrase."""
        kept = {term: weight for term, weight in self.terms.items() if weight >= STANDS_FOR}
        return replace(self, terms=kept or self.terms)


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

    @property
    def asked(self) -> "Plan":
        """By what is judged whether a page is an answer: the words asked, and what stands for one as a whole."""
        groups = (group for group in self.groups if not group.is_extra)
        return replace(self, groups=tuple(group.without_hints() for group in groups))

    @property
    def asked_or_joined(self) -> "Plan":
        """The same and what is extra: a page may answer by having two of the words written as one."""
        return replace(self, groups=tuple(group.without_hints() for group in self.groups))


def clean(query: str) -> tuple[str, bool]:
    """The query as it is searched for, and whether it was cut: control characters go, spaces become one."""
    text = "".join(c if c.isprintable() else " " for c in query)
    words = text[: MOST_CHARACTERS + 1].split()
    kept = " ".join(words[:MOST_WORDS])[:MOST_CHARACTERS]
    return kept, len(" ".join(text.split())) > len(kept)


def make_plan(
    query: str, language: str, vocabulary: Vocabulary, *, correct: bool = True, concepts: Concepts = NO_CONCEPTS
) -> Plan:
    """Plan a clean query asked in ``language``; without ``correct`` words are taken as they were typed.

    ``concepts`` are other words with the same meaning; see ``search.words_in_use``.
    """
    typed = words_of(query)[:MOST_WORDS]
    said = without_stop_words(typed, language)
    unfinished = typed[-1] if typed and typed[-1] == said[-1] and not query.endswith(" ") else ""
    beginning = unfinished if len(unfinished) >= SHORTEST_PREFIX else ""
    vocabulary.prefetch(*_asked_for(typed, said, language, concepts), beginning=beginning)
    joined, parts_of_joined = _joined_groups(typed, language, vocabulary)
    groups, corrections = [], {}
    for word in dict.fromkeys(said):
        terms = _terms_of(word, language, vocabulary)
        known = concepts.knows(word) or any(vocabulary.has_term(term) for term in terms)
        if word == unfinished and len(word) >= SHORTEST_PREFIX:
            weight = ENDING_OF_KNOWN if known else ENDING_OF_UNKNOWN
            endings = _endings(word, language, vocabulary, weight)
            vocabulary.prefetch((), () if known else endings)
            terms = endings | terms
            known = known or any(vocabulary.has_term(term) for term in endings)
        if correct and not known and word not in parts_of_joined and len(word) >= SHORTEST_TYPO:
            spellings = _other_spellings(word, language, vocabulary)
            for other in spellings:
                _add(terms, _terms_of(other, language, vocabulary), OTHER_SPELLING)
            if spellings:
                corrections[word] = spellings[0]
        groups.append(Group(word, terms))
    meant = [corrections.get(word, word) for word in typed]
    for match in concepts.find(meant, language):
        _add_same_meaning(groups, match, typed, vocabulary)
    return Plan((*groups, *joined), language, _corrected(query, corrections))


def _asked_for(typed: list[str], said: list[str], language: str, concepts: Concepts) -> tuple[set[str], set[str]]:
    """Most of the words and the terms that the vocabulary will be asked for."""
    words = {part for word in said for pair in possible_splits(word, language) for part in pair}
    words |= {f"{left}{link}{right}" for left, right in pairwise(typed) for link in _links(language)}
    words |= {
        word
        for match in concepts.find(typed, language)
        for wording in match.others
        if len(wording.words) > 1
        for word in said_words(wording)
    }
    terms = {stem for word in said for tried in LANGUAGES for stem in stems(word, tried)}
    return words | set(said), terms


def _add_same_meaning(groups: list[Group], match: Match, typed: list[str], vocabulary: Vocabulary) -> None:
    """The other ways to say a stretch of the query, as terms of its rarest word: a page that has both counts once."""
    stretch = typed[match.start : match.stop]
    candidates = [group for group in groups if group.word in stretch]
    if not candidates and len(stretch) > 1:
        # A phrase of nothing but small words, such as "one on one".
        candidates = [Group(" ".join(stretch), {}, is_extra=True)]
        groups.extend(candidates)
    if not candidates:
        return
    group = min(candidates, key=lambda group: sum(vocabulary.pages_with(group.word, other) for other in LANGUAGES))
    # Another word of the query counts as itself, not once more as this one.
    asked = {term for other in groups if other is not group for term, weight in other.terms.items() if weight == 1}
    for wording in match.others:
        word = wording.words[0] if len(wording.words) == 1 else _telling_word(wording, vocabulary)
        if word:
            weight = SAME_MEANING if len(wording.words) == 1 else SAME_MEANING_OF_PHRASE
            _add(group.terms, (term for term in stems(word, wording.language) if term not in asked), weight)


def _telling_word(wording: Wording, vocabulary: Vocabulary) -> str:
    """The rarest word of a phrase, for it as a whole: engines don't keep where words stand. Empty where one is missing."""
    said = said_words(wording)
    known = [(pages, word) for word in said if (pages := vocabulary.pages_with(word, wording.language))]
    return min(known)[1] if said and len(known) == len(said) else ""


def _links(language: str) -> tuple[str, ...]:
    return ("", "s", "e") if language == "nl" else ("",)


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
    groups, parts = [], set()
    for left, right in pairwise(typed):
        if not without_stop_words([left, right, ""], language)[:-1]:
            # "for a" is no "fora".
            continue
        for link in _links(language):
            word = f"{left}{link}{right}"
            if vocabulary.is_open(word, language):
                groups.append(Group(word, dict.fromkeys(stems(word, language), 1.0), is_extra=True))
                parts |= {left, right}
    return groups, parts


def _other_spellings(word: str, language: str, vocabulary: Vocabulary) -> list[str]:
    """Known words one or two letters off that begin with the same letter, nearest and most frequent first."""
    most = 1 if len(word) < 8 else 2
    for tried in sorted(LANGUAGES, key=lambda other: other != language):
        pages = dict(vocabulary.like(word, tried, most))
        near = process.extract(word, pages.keys(), scorer=OSA.distance, score_cutoff=most, limit=None)
        ranked = sorted(near, key=lambda match: (match[1], -pages[match[0]], match[0]))
        likely = [other for other, _distance, _index in ranked[:MOST_SPELLINGS]]
        parts = {part for other in likely for pair in possible_splits(other, language) for part in pair}
        vocabulary.prefetch(parts.union(other for other, _distance, _index in ranked), ())
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
