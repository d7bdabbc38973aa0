"""How hard a text is to read: a hint for who writes it, not a verdict.

English gets Rudolf Flesch's reading ease (A new readability yardstick, Journal of Applied Psychology, 1948); Dutch the
same with the weights of W.H. Douma (De leesbaarheid van landbouwbladen, Wageningen, 1960). Both only look at how long
sentences and words are. Syllables are counted where the word may be hyphenated, which misses a few.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

import pyphen
from django.utils.html import strip_tags

# Below this a few long names decide the figure.
FEWEST_WORDS = 100
MOST_WORDS = 20_000
LONG_SENTENCE, MOST_SENTENCES = 20, 3
# Constant, weight of words in a sentence, weight of syllables in a word.
WEIGHTS = {"en": (206.835, 1.015, 84.6), "nl": (206.84, 0.93, 77.0)}
# From this score up a text asks for this level of language (the usual reading of the scale, roughly).
LEVELS = ((80, "A2"), (60, "B1"), (45, "B2"), (-1000, "C1"))
B1 = 60
DICTIONARIES = {"en": "en_GB", "nl": "nl_NL"}

_BLOCK_END = re.compile(
    r"<(?:br\s*/?|/(?:p|h[1-6]|li|td|th|tr|blockquote|div|dt|dd|summary|figcaption))>", re.IGNORECASE
)
_CODE = re.compile(r"<(pre|code|table)\b.*?</\1>", re.IGNORECASE | re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”’\"')\]]*\s+(?=[“‘\"'(\[]*[A-Z0-9À-ÞĲŁ])|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# By block, where its sentences are; headings, tables and what has to be copied are no sentences.
_SENTENCES_IN = {
    "rich_text": (),
    "formatted": (),
    "tip": ("text", "do", "dont", "why", "example"),
    "callout": ("text",),
    "steps": ("title", "text"),
    "quote": ("text",),
}


@dataclass(frozen=True)
class ReadingLevel:
    """``score`` from 0 (hard) to 100 (easy) and the ``level`` of language it asks for, both None for a short text.

    ``longest`` are at most three sentences of more than twenty words, the longest first.
    """

    words: int
    score: int | None
    level: str | None
    longest: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether most adults read it easily: B1 or simpler."""
        return self.score is not None and self.score >= B1


def reading_level(sources: Iterable[str], language: str) -> ReadingLevel:
    """How hard these texts (plain or HTML) are for a reader of ``language``; no score in one that has no weights."""
    sentences, words = [], 0
    for source in sources:
        for sentence in sentences_in(source):
            found = _WORD.findall(sentence)
            if found and words < MOST_WORDS:
                words += len(found)
                sentences.append((len(found), sentence, found))
    long = [row[:2] for row in sentences if row[0] > LONG_SENTENCE]
    longest = tuple(sentence for _count, sentence in nlargest(MOST_SENTENCES, long, key=lambda row: row[0]))
    if words < FEWEST_WORDS or language not in WEIGHTS:
        return ReadingLevel(words, None, None, longest)
    base, per_sentence, per_word = WEIGHTS[language]
    syllables = sum(count_syllables(word, language) for _count, _sentence, found in sentences for word in found)
    ease = base - per_sentence * words / len(sentences) - per_word * syllables / words
    level = next(name for lowest, name in LEVELS if ease >= lowest)
    return ReadingLevel(words, round(min(100, max(0, ease))), level, longest)


def sentences_in(source: str) -> list[str]:
    """The sentences of a text, plain or HTML; an abbreviation ends none unless a capital follows it."""
    text = html.unescape(strip_tags(_BLOCK_END.sub("\n", _CODE.sub("\n", source))))
    parts = (" ".join(part.split()) for part in _SENTENCE_END.split(text))
    return [part for part in parts if part]


@lru_cache(maxsize=8192)
def count_syllables(word: str, language: str) -> int:
    """The syllables of a word in English or Dutch, at least one."""
    return len(_dictionary(language).positions(word[:60].lower())) + 1


@lru_cache(maxsize=4)
def _dictionary(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=DICTIONARIES[language], left=1, right=1)


def texts_in(raw: Iterable[dict]) -> list[str]:
    """The running text of a stream as it is stored (``body.raw_data``); costs no query."""
    found = []
    for block in raw:
        parts = _SENTENCES_IN.get(block["type"])
        if parts is not None:
            found += _strings(block["value"], parts)
    return found


def _strings(value, parts: tuple[str, ...]) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        # Steps are a list of such parts, each with its own wrapping.
        wanted = [value[name] for name in (*parts, "value") if name in value]
        wanted += [value["steps"]] if isinstance(value.get("steps"), list) else []
        return [text for one in wanted for text in _strings(one, parts)]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one, parts)]
    return []
