"""The words of the index, read from its own term list."""

from collections.abc import Collection as Many

from ...analysis import LANGUAGES
from ...documents import EVERYTHING, Scope
from .guard import guarded
from .reader import CollectionReader
from .schema import words_field


class IndexVocabulary:
    """``search.planner.Vocabulary`` over one collection of an open generation."""

    def __init__(self, reader: CollectionReader, scope: Scope = EVERYTHING):
        self._reader, self._scope = reader, scope

    def prefetch(self, words: Many[str], terms: Many[str], *, beginning: str = "") -> None:
        """Nothing to do: it is all on this machine."""

    def pages_with(self, word: str, language: str) -> int:
        """How many documents of the language have this very word."""
        if language not in LANGUAGES or not word:
            return 0
        with guarded():
            return self._reader.whole.doc_freq(words_field(language), word)

    def has_term(self, term: str) -> bool:
        """Whether anything in scope is found under this term."""
        return bool(term) and self._reader.any_having("text", term, self._scope)

    def is_open(self, word: str, language: str) -> bool:
        """Whether anything in scope has this very word."""
        return (
            language in LANGUAGES and bool(word) and self._reader.any_having(words_field(language), word, self._scope)
        )

    def beginning_with(self, prefix: str, language: str, limit: int) -> list[tuple[str, int]]:
        """Words with this beginning, most frequent first."""
        if language not in LANGUAGES:
            return []
        with guarded():
            return self._reader.whole.terms_with_prefix(words_field(language), prefix, limit=limit)

    def like(self, word: str, language: str, most: int) -> list[tuple[str, int]]:
        """Words with the same first letter that are at most ``most`` letters longer or shorter."""
        if language not in LANGUAGES:
            return []
        by_length = self._reader.words_by_length(words_field(language), word[:1])
        return [pair for length in range(len(word) - most, len(word) + most + 1) for pair in by_length.get(length, ())]
