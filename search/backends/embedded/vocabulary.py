"""The words of the index, read from its own term list."""

from collections.abc import Callable

from ...analysis import LANGUAGES
from .reader import Reader, guarded
from .schema import words_field


class IndexVocabulary:
    """``search.planner.Vocabulary`` over one open generation."""

    def __init__(self, reader: Reader, is_readable: Callable[[int], bool] | None = None):
        self._reader = reader
        self._is_readable = is_readable

    def pages_with(self, word: str, language: str) -> int:
        """How many pages of the language have this very word."""
        if language not in LANGUAGES or not word:
            return 0
        with guarded():
            return self._reader.page_searcher.doc_freq(words_field(language), word)

    def has_term(self, term: str) -> bool:
        """Whether a readable page is found under this term."""
        return self._any_readable("text", term)

    def is_open(self, word: str, language: str) -> bool:
        """Whether a readable page has this very word."""
        return language in LANGUAGES and self._any_readable(words_field(language), word)

    def beginning_with(self, prefix: str, language: str, limit: int | None) -> list[tuple[str, int]]:
        """Words with this beginning, most frequent first."""
        if language not in LANGUAGES:
            return []
        with guarded():
            return self._reader.page_searcher.terms_with_prefix(words_field(language), prefix, limit=limit)

    def _any_readable(self, field: str, term: str) -> bool:
        if not term:
            return False
        if self._is_readable is None:
            with guarded():
                return self._reader.page_searcher.doc_freq(field, term) > 0
        return self._reader.any_having(field, term, self._is_readable)
