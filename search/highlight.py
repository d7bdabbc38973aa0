"""The sentence that was found, with the words marked. Everything else in it is escaped."""

import re

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

from .analysis import SHORTEST_COMPOUND, stems, words_with_places
from .planner import Plan

LONGEST = 240
BEFORE_FIRST = 60
# A part of a compound that is marked with it; shorter ones are in too many words.
SHORTEST_PART = 5
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_ENDED = re.compile(r"[.!?…:;,]\W*$")


class Highlighter:
    """Marks what a plan looks for in texts of one language."""

    def __init__(self, plan: Plan, language: str):
        self.language = language
        self.terms = plan.terms
        self._parts = tuple(term for term in self.terms if len(term) >= SHORTEST_PART)
        self._known: dict[str, frozenset[str]] = {}

    def matches(self, word: str) -> frozenset[str]:
        """The terms that a folded word is found by."""
        if word not in self._known:
            found = self.terms.intersection(stems(word, self.language))
            if not found and len(word) >= SHORTEST_COMPOUND.get(self.language, 99):
                found = frozenset(p for p in self._parts if word.startswith(p) or word.endswith(p))
            self._known[word] = frozenset(found)
        return self._known[word]

    def finds_in(self, text: str) -> bool:
        """Whether any word of the text is one to mark."""
        return any(self.matches(word) for word, _start, _stop in words_with_places(text))

    def mark(self, text: str) -> SafeString:
        """The text, escaped, with ``<mark>`` around the words found."""
        pieces, end = [], 0
        for word, start, stop in words_with_places(text):
            if self.matches(word):
                pieces.append((text[end:start], text[start:stop]))
                end = stop
        return format_html_join("", "{}<mark>{}</mark>", pieces) + conditional_escape(text[end:])

    def snippet(self, text: str) -> SafeString:
        """The sentence with most of what was asked, and those after it as long as they fit; marked."""
        sentences = [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]
        if not sentences:
            return SafeString()
        scores = [self._score(sentence) for sentence in sentences]
        best = max(range(len(sentences)), key=lambda i: (scores[i], -i))
        chosen = sentences[best]
        for following in sentences[best + 1 :]:
            if len(chosen) + len(following) > LONGEST:
                break
            # Lines of a list or a table have no sign at their end.
            chosen = f"{chosen} {following}" if _ENDED.search(chosen) else f"{chosen} · {following}"
        return self.mark(self._shortened(chosen))

    def _score(self, sentence: str) -> int:
        found: set[str] = set()
        for word, _start, _stop in words_with_places(sentence):
            found |= self.matches(word)
        return len(found)

    def _shortened(self, text: str) -> str:
        """At most ``LONGEST`` characters around the first word found, cut between words."""
        if len(text) <= LONGEST:
            return text
        first = next((start for word, start, _stop in words_with_places(text) if self.matches(word)), 0)
        start = 0 if first <= BEFORE_FIRST else text.find(" ", first - BEFORE_FIRST, first) + 1 or first
        end = text.rfind(" ", start + 1, start + LONGEST) if len(text) > start + LONGEST else len(text)
        if end <= start:
            end = start + LONGEST
        return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
