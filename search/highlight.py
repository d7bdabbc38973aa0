"""The sentence that was found, with the words marked. Everything else in it is escaped."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from .analysis import LONGEST_WORD, SHORTEST_COMPOUND, WORD, fold, stems
from .planner import Plan

LONGEST = 240
BEFORE_FIRST = 60
# A part of a compound that is marked with it; shorter ones are in too many words.
SHORTEST_PART = 5
# Longer than any word: in languages that don't write words together.
NO_WORD = LONGEST_WORD + 1
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_ENDED = re.compile(r"[.!?…:;,]\W*$")


@dataclass(frozen=True, slots=True)
class _Place:
    """A word that was found, from ``start`` up to ``stop`` in its text, and the terms it was found by."""

    start: int
    stop: int
    terms: frozenset[str]


class Highlighter:
    """Marks what a plan looks for in texts of one language; what it learnt of a word serves every text."""

    def __init__(self, plan: Plan, language: str):
        self.language = language
        self.terms = plan.terms
        self._shortest = SHORTEST_COMPOUND.get(language, NO_WORD)
        self._parts = tuple(term for term in self.terms if len(term) >= SHORTEST_PART)
        self._known: dict[str, frozenset[str]] = {}
        self._written: dict[str, frozenset[str]] = {}
        self._read: tuple[str, list[_Place]] = ("", [])

    def matches(self, word: str) -> frozenset[str]:
        """The terms that a folded word is found by."""
        if word not in self._known:
            found = self.terms.intersection(stems(word, self.language))
            if not found and len(word) >= self._shortest:
                found = frozenset(p for p in self._parts if word.startswith(p) or word.endswith(p))
            self._known[word] = found
        return self._known[word]

    def finds_in(self, text: str) -> bool:
        """Whether any word of the text is one to mark."""
        return bool(self._places(text))

    def mark(self, text: str) -> SafeString:
        """The text, escaped, with ``<mark>`` around the words found."""
        pieces, end = [], 0
        for place in self._places(text):
            pieces.append((text[end : place.start], text[place.start : place.stop]))
            end = place.stop
        return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[end:])

    def snippet(self, text: str) -> SafeString:
        """The sentence with most of what was asked, and those after it as long as they fit; marked."""
        sentences = list(_sentences(text))
        if not sentences:
            return SafeString()
        scores = self._scores(text, sentences)
        best = max(range(len(sentences)), key=lambda i: (scores[i], -i))
        chosen, *others = (text[start:stop] for start, stop in sentences[best:])
        for following in others:
            if len(chosen) + len(following) > LONGEST:
                break
            # Lines of a list or a table have no sign at their end.
            chosen = f"{chosen} {following}" if _ENDED.search(chosen) else f"{chosen} · {following}"
        return self.mark(self._shortened(chosen))

    def _places(self, text: str) -> list[_Place]:
        # A text is asked about more than once in a row; reading it is what takes time.
        if self._read[0] != text:
            places, known = [], self._written
            for match in WORD.finditer(text):
                terms = known.get(written := match.group())
                if terms is None:
                    terms = self._terms_of(written)
                if terms:
                    places.append(_Place(match.start(), match.end(), terms))
            self._read = (text, places)
        return self._read[1]

    def _terms_of(self, written: str) -> frozenset[str]:
        # Remembered as it is written, so that most words need not be folded once more.
        word = fold(written)[:LONGEST_WORD]
        terms = self._written[written] = self.matches(word) if word else frozenset()
        return terms

    def _scores(self, text: str, sentences: list[tuple[int, int]]) -> list[int]:
        """For each sentence how many terms are found in it."""
        found: list[set[str]] = [set() for _ in sentences]
        number = 0
        # Both in the order of the text; a word is in one sentence.
        for place in self._places(text):
            while place.start >= sentences[number][1]:
                number += 1
            found[number] |= place.terms
        return [len(terms) for terms in found]

    def _shortened(self, text: str) -> str:
        """At most ``LONGEST`` characters around the first word found, cut between words."""
        if len(text) <= LONGEST:
            return text
        first = next((place.start for place in self._places(text)), 0)
        start = 0 if first <= BEFORE_FIRST else text.find(" ", first - BEFORE_FIRST, first) + 1 or first
        end = text.rfind(" ", start + 1, start + LONGEST) if len(text) > start + LONGEST else len(text)
        if end <= start:
            end = start + LONGEST
        return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence, or line, of a text starts and ends; blank ones are none."""
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        if text[start : gap.start()].strip():
            yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text)
