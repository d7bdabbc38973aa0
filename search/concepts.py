"""Words that mean the same, in both languages: how a query reaches a page that says it in other words.

Looked up by what forms of a word have in common, so "ziekmeldingen" is "ziekmelding". No database in here: see
``search.words_in_use`` for those of the editors.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from .analysis import LANGUAGES, stems, words_of
from .stopwords import STOP_WORDS

# A longer phrase is a sentence; nobody types it the same way twice.
MOST_WORDS_IN_PHRASE = 4

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say something: the folded words of one language."""

    language: str
    words: Phrase


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the words asked, from ``start`` up to ``stop``, and the other ways to say it."""

    start: int
    stop: int
    others: tuple[Wording, ...]


class Concepts:
    """A list of concepts, each the ways to say one thing."""

    def __init__(self, concepts: Iterable[dict[str, Sequence[str]]] = ()):
        """``concepts``: ``{language: [words or phrases as written]}`` for each."""
        self._wordings: list[tuple[Wording, ...]] = []
        self._places: dict[str, dict[Phrase, list[int]]] = {language: {} for language in LANGUAGES}
        self._longest = 1
        for concept in concepts:
            wordings = tuple(
                dict.fromkeys(
                    Wording(language, words)
                    for language in LANGUAGES
                    for written in concept.get(language, ())
                    if (words := tuple(words_of(written))) and len(words) <= MOST_WORDS_IN_PHRASE
                )
            )
            for wording in wordings:
                self._longest = max(self._longest, len(wording.words))
                for key in _keys(wording.words, wording.language):
                    places = self._places[wording.language].setdefault(key, [])
                    if len(self._wordings) not in places:
                        places.append(len(self._wordings))
            self._wordings.append(wordings)

    def __len__(self) -> int:
        return len(self._wordings)

    def knows(self, word: str) -> bool:
        """Whether a folded word alone is one of them, in whatever language."""
        return any(self._at((word,), language) for language in LANGUAGES)

    def find(self, typed: Sequence[str], language: str) -> Iterator[Match]:
        """The stretches of ``typed`` (folded words) that are known, the longest first and no word in two of them.

        A word is taken in ``language`` where it has a meaning there, else in the other.
        """
        free = [True] * len(typed)
        for length in range(min(self._longest, len(typed)), 0, -1):
            for start in range(len(typed) - length + 1):
                stop = start + length
                if not all(free[start:stop]):
                    continue
                words = tuple(typed[start:stop])
                if others := self._others(words, language):
                    free[start:stop] = [False] * length
                    yield Match(start, stop, others)

    def _others(self, words: Phrase, language: str) -> tuple[Wording, ...]:
        for tried in sorted(LANGUAGES, key=lambda other: other != language):
            if places := self._at(words, tried):
                found = dict.fromkeys(wording for place in places for wording in self._wordings[place])
                return tuple(found)
        return ()

    def _at(self, words: Phrase, language: str) -> list[int]:
        places = self._places[language]
        return list(dict.fromkeys(place for key in _keys(words, language) for place in places.get(key, ())))


NO_CONCEPTS = Concepts()


def said_words(wording: Wording) -> Phrase:
    """The words of a wording that say something ("off" in "time off" doesn't)."""
    stop = STOP_WORDS[wording.language]
    return tuple(word for word in wording.words if word not in stop)


def _keys(words: Phrase, language: str) -> Iterator[Phrase]:
    if len(words) > MOST_WORDS_IN_PHRASE:
        return iter(())
    return product(*(stems(word, language) for word in words))
