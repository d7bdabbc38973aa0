"""How text becomes the terms that are looked up: the same for every engine, for what is indexed and for what is asked."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

import snowballstemmer

from .stopwords import STOP_WORDS

# Two for Dutch: the newer algorithm knows more forms, the first one sees that "vakantiedagen" is "vakantiedag".
ALGORITHMS = {"nl": ("dutch", "dutch_porter"), "en": ("english",)}
LANGUAGES = tuple(ALGORITHMS)
# A made-up word of any length is one term; engines refuse terms beyond some tens of kilobytes.
LONGEST_WORD = 60

WORD = re.compile(r"[^\W_]+")
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)
_stemmers = {language: [snowballstemmer.stemmer(name) for name in names] for language, names in ALGORITHMS.items()}


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower case without accents: "Élan" and "elan" are one word, "ĳs" is "ijs"; one word, also of what spells several ("ﷺ")."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    kept = (c for c in decomposed if not unicodedata.combining(c) and not c.isspace())
    return "".join(kept).translate(_NO_DECOMPOSITION)


def words_with_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Each run of letters and digits, folded, with the place in ``text`` where it starts and ends."""
    for match in WORD.finditer(text):
        if word := fold(match.group())[:LONGEST_WORD]:
            yield word, match.start(), match.end()


def words_of(text: str) -> list[str]:
    """The folded words of ``text`` in order."""
    return [word for word, _start, _end in words_with_places(unicodedata.normalize("NFC", text))]


@lru_cache(maxsize=200_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """What the forms of a folded word have in common, one or two terms; the word itself where no stemmer knows it."""
    if not word.isascii():
        return (word,)
    return tuple(dict.fromkeys(stemmer.stemWord(word) for stemmer in _stemmers.get(language, ()))) or (word,)


def without_stop_words(words: list[str], language: str) -> list[str]:
    """The words that say something; all of them where none does ("to be or not to be")."""
    stop = STOP_WORDS.get(language, frozenset())
    return [word for word in words if word not in stop] or words


# Compounds ---------------------------------------------------------------------------------
LINKS = ("", "s", "e", "n", "en")
SHORTEST_COMPOUND = {"nl": 9, "en": 8}
SHORTEST_PART = 4
# A part that only one page has is as often a fault as a word.
LEAST_PAGES = 2


def possible_splits(word: str, language: str) -> Iterator[tuple[str, str]]:
    """Every left and right part that ``word`` could be made of, whether these are words or not."""
    if len(word) < SHORTEST_COMPOUND.get(language, 99):
        return
    for place in range(SHORTEST_PART, len(word) - SHORTEST_PART + 1):
        for link in LINKS:
            left = word[: place - len(link)]
            if len(left) >= SHORTEST_PART and word[:place].endswith(link):
                yield left, word[place:]


def split_compound(word: str, language: str, pages_with: Callable[[str], int]) -> tuple[str, ...]:
    """The two known words that ``word`` is made of ("overdrachtsformulier": overdracht, formulier); empty if none.

    ``pages_with(word)`` tells how many pages of this language have a word. Of several splits the one whose rarer part
    is most frequent is taken.
    """
    best: tuple[str, ...] = ()
    most = LEAST_PAGES - 1
    for left, right in possible_splits(word, language):
        if (score := pages_with(right)) > most and (score := min(score, pages_with(left))) > most:
            most, best = score, (left, right)
    return best


def index_terms(words: list[str], language: str, split: Callable[[str], tuple[str, ...]]) -> list[str]:
    """The terms under which a text is found: the stems of each word, and those of a compound's parts."""
    terms = []
    for word in words:
        terms.extend(stems(word, language))
        if len(word) >= SHORTEST_COMPOUND.get(language, 99):
            for part in split(word):
                terms.extend(stems(part, language))
    return terms
