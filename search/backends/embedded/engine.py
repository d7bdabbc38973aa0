"""The embedded engine behind ``search.engine.SearchEngine``."""

import pickle
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import tantivy

from ...analysis import split_compound
from ...documents import PageDocument, Passage, StoredPage
from ...engine import IndexUnavailable
from ...planner import Plan
from .folder import IndexFolder
from .reader import Reader, guarded
from .schema import page_row, page_schema, page_words, section_rows, section_schema
from .vocabulary import IndexVocabulary

# The least Tantivy takes; a rebuild gets more so that it writes fewer, larger segments.
UPDATE_HEAP, REBUILD_HEAP = 15_000_000, 100_000_000
REBUILD_WAIT_SECONDS = 600


class EmbeddedEngine:
    """Tantivy in an index folder. Many processes may read; one at a time writes."""

    def __init__(self, folder: Path):
        self.folder = IndexFolder(folder)
        self._reader: Reader | None = None
        self._opening = threading.Lock()

    def search(self, plan: Plan, *, limit: int) -> Sequence[int]:
        """Primary keys of the pages found, best first."""
        return self._open().search(plan, limit) if plan.groups else []

    def passages(self, plan: Plan, page: int, *, limit: int) -> list[Passage]:
        """The sections of one page that match, best first."""
        return self._open().passages(plan, page, limit) if plan.groups else []

    def coverage(self, plan: Plan, pages: Sequence[int]) -> float:
        """How much of what was asked the best of these pages has."""
        return self._open().coverage(plan, pages)

    def stored(self, pages: Collection[int]) -> dict[int, StoredPage]:
        """What is kept of these pages."""
        return self._open().stored(pages)

    def versions(self) -> dict[int, int]:
        """Everything that is indexed."""
        return self._open().versions()

    def vocabulary(self, is_readable: Callable[[int], bool] | None = None) -> IndexVocabulary:
        """The words of the index."""
        return IndexVocabulary(self._open(), is_readable)

    def version(self) -> str:
        """Generation and last commit; empty where there is no usable index."""
        try:
            reader = self._open()
        except IndexUnavailable:
            return ""
        return f"{reader.folder.name}:{reader.state}"

    def update(self, documents: Iterable[PageDocument], removed: Collection[int] = ()) -> None:
        """Replace and remove pages; both indexes are committed when everything was written."""
        with guarded(), self.folder.locked():
            reader = self._open()
            vocabulary = IndexVocabulary(reader)
            split = _splitter(lambda language: lambda word: vocabulary.pages_with(word, language))
            pages = reader.pages.writer(UPDATE_HEAP, 1)
            sections = reader.sections.writer(UPDATE_HEAP, 1)
            for pk in removed:
                _delete(pk, pages, sections)
            for document in documents:
                _delete(document.pk, pages, sections)
                _add(document, split(document.language), pages, sections)
            _finish(sections)
            _finish(pages)

    def rebuild(self, documents: Iterable[PageDocument]) -> int:
        """Build beside the old index, then swap. Two passes: a compound is known only when all words have been seen."""
        with (
            guarded(),
            self.folder.locked(REBUILD_WAIT_SECONDS),
            self.folder.new_generation() as folder,
            tempfile.TemporaryFile(dir=folder) as spool,
        ):
            counts = _spool(documents, spool)
            split = _splitter(lambda language: counts.setdefault(language, Counter()).__getitem__)
            pages = _new_index(page_schema(), folder / "pages").writer(REBUILD_HEAP, 1)
            sections = _new_index(section_schema(), folder / "sections").writer(REBUILD_HEAP, 1)
            total = 0
            for document in _spooled(spool):
                _add(document, split(document.language), pages, sections)
                total += 1
            _finish(sections)
            _finish(pages)
        return total

    def _open(self) -> Reader:
        try:
            return self._open_current()
        except IndexUnavailable:
            # A rebuild may have swapped generations between reading the pointer and opening the folder.
            return self._open_current()

    def _open_current(self) -> Reader:
        folder = self.folder.current()
        reader = self._reader
        if reader is None or reader.folder != folder:
            with self._opening:
                reader = self._reader
                if reader is None or reader.folder != folder:
                    if not folder.is_dir():
                        raise IndexUnavailable(f"The search index {folder} is gone.")
                    reader = self._reader = Reader(folder)
        reader.refresh()
        return reader


def _new_index(schema: tantivy.Schema, folder: Path) -> tantivy.Index:
    folder.mkdir()
    return tantivy.Index(schema, path=str(folder), reuse=False)


def _splitter(counting: Callable[[str], Callable[[str], int]]) -> Callable[[str], Callable[[str], tuple[str, ...]]]:
    """For each language a function that splits a compound, each word worked out once."""

    @lru_cache(maxsize=8)
    def for_language(language: str) -> Callable[[str], tuple[str, ...]]:
        pages_with = lru_cache(maxsize=100_000)(counting(language))
        return lru_cache(maxsize=100_000)(lambda word: split_compound(word, language, pages_with))

    return for_language


def _add(document: PageDocument, split: Callable, pages: tantivy.IndexWriter, sections: tantivy.IndexWriter) -> None:
    pages.add_document(page_row(document, split))
    for row in section_rows(document, split):
        sections.add_document(row)


def _delete(pk: int, pages: tantivy.IndexWriter, sections: tantivy.IndexWriter) -> None:
    pages.delete_documents_by_term("pk", pk)
    sections.delete_documents_by_term("pk", pk)


def _finish(writer: tantivy.IndexWriter) -> None:
    writer.commit()
    writer.wait_merging_threads()


def _spool(documents: Iterable[PageDocument], spool) -> dict[str, Counter]:
    """Write the documents to a file and count in how many pages of each language a word occurs."""
    counts: dict[str, Counter] = {}
    for document in documents:
        words = {word for some in page_words(document).values() for word in some}
        counts.setdefault(document.language, Counter()).update(words)
        pickle.dump(document, spool, protocol=pickle.HIGHEST_PROTOCOL)
    spool.seek(0)
    return counts


def _spooled(spool) -> Iterator[PageDocument]:
    while True:
        try:
            yield pickle.load(spool)  # noqa: S301 (written by the lines above, in a file without a name)
        except EOFError:
            return
