"""What every engine writes of a document: the same terms, so that all engines find and rank the same."""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .analysis import LANGUAGES, index_terms, split_compound, words_of
from .documents import Document, Section

# One more whenever what is written changes: fields, weights, or the terms that search.analysis makes.
VERSION = 3
# In one field, repeated by worth: a cheap and faithful BM25F. The title is a field of its own as well.
TITLE_WORTH, SUMMARY_WORTH, HEADING_WORTH = 5, 3, 2

Split = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """The terms of a document: ``text`` and ``title_terms`` with spaces between them, ``words`` unstemmed."""

    source: Document
    text: str
    title_terms: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class IndexedSection:
    """The terms of a section, its heading twice."""

    source: Section
    text: str


def words_in(document: Document) -> dict[str, list[str]]:
    """The words of each part: ``{"title", "summary", "keywords", "crumbs", "headings", "body"}``."""
    return {
        "title": words_of(document.title),
        "summary": words_of(document.summary),
        "keywords": words_of(document.keywords),
        "crumbs": words_of(" ".join(document.crumbs)),
        "headings": words_of(" ".join(section.heading for section in document.sections)),
        "body": words_of(" ".join(section.text for section in document.sections)),
    }


def indexed_document(document: Document, split: Split) -> IndexedDocument:
    """A document as it is found; ``split`` tells what a compound of its language is made of."""
    words = words_in(document)
    terms = {part: index_terms(some, document.language, split) for part, some in words.items()}
    text = (
        terms["title"] * TITLE_WORTH
        + (terms["summary"] + terms["keywords"]) * SUMMARY_WORTH
        + terms["headings"] * HEADING_WORTH
        + terms["crumbs"]
        + terms["body"]
    )
    known = (
        frozenset(word for some in words.values() for word in some) if document.language in LANGUAGES else frozenset()
    )
    return IndexedDocument(document, " ".join(text), " ".join(terms["title"]), known)


def indexed_sections(document: Document, split: Split) -> Iterator[IndexedSection]:
    """Its sections, without the empty ones."""
    for section in document.sections:
        heading = index_terms(words_of(section.heading), document.language, split)
        body = index_terms(words_of(section.text), document.language, split)
        if heading or body:
            yield IndexedSection(section, " ".join(heading * HEADING_WORTH + body))


def splitters(counting: Callable[[str], Callable[[str], int]]) -> Callable[[str], Split]:
    """For each language a function that splits a compound, each word worked out once.

    ``counting(language)(word)`` tells how many documents of the language have a word.
    """

    @lru_cache(maxsize=8)
    def for_language(language: str) -> Split:
        pages_with = lru_cache(maxsize=100_000)(counting(language))
        return lru_cache(maxsize=100_000)(lambda word: split_compound(word, language, pages_with))

    return for_language


@contextmanager
def read_twice(
    documents: Iterable[Document], folder: Path | None = None
) -> Iterator[tuple[dict[str, Counter], Iterator]]:
    """For a rebuild: the words of all documents counted by language, and then the documents once more.

    A compound is known only when all words have been seen; in between, documents are kept in a nameless file in
    ``folder`` (None: where temporary files go).
    """
    with tempfile.TemporaryFile(dir=folder) as spool:
        counts: dict[str, Counter] = {}
        for document in documents:
            words = {word for some in words_in(document).values() for word in some}
            counts.setdefault(document.language, Counter()).update(words)
            pickle.dump(document, spool, protocol=pickle.HIGHEST_PROTOCOL)
        spool.seek(0)
        yield counts, _spooled(spool)


def _spooled(spool) -> Iterator[Document]:
    while True:
        try:
            yield pickle.load(spool)  # noqa: S301 (written by the lines above, in a file without a name)
        except EOFError:
            return
