"""The embedded engine behind ``search.engine.SearchEngine``."""

import threading
from collections import Counter
from collections.abc import Collection as Many
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import tantivy

from ...documents import EVERYTHING, Collection, Document, Passage, Scope, Stored
from ...engine import IndexMissing, IndexUnavailable
from ...indexing import Split, indexed_document, indexed_sections, read_twice, splitters
from ...planner import Plan
from .folder import IndexFolder
from .guard import guarded
from .reader import SECTIONS, WHOLE, CollectionReader, Reader
from .schema import section_row, section_schema, whole_row, whole_schema
from .vocabulary import IndexVocabulary

# The least Tantivy takes; a rebuild gets more so that it writes fewer, larger segments.
UPDATE_HEAP, REBUILD_HEAP = 15_000_000, 100_000_000


class EmbeddedEngine:
    """Tantivy in an index folder. Many processes may read; one at a time writes."""

    def __init__(self, folder: Path):
        self.folder = IndexFolder(folder)
        self._reader: Reader | None = None
        self._opening = threading.Lock()

    def search(
        self, plan: Plan, *, limit: int, scope: Scope = EVERYTHING, collection: Collection = Collection.PAGES
    ) -> Sequence[int]:
        """Primary keys of what is found, best first."""
        return self._open(collection).search(plan, limit, scope) if plan.groups else []

    def passages(
        self, plan: Plan, pks: Sequence[int], *, limit: int, collection: Collection = Collection.PAGES
    ) -> dict[int, list[Passage]]:
        """The sections that match, best first."""
        if not plan.groups:
            return {pk: [] for pk in pks}
        reader = self._open(collection)
        return {pk: reader.passages(plan, pk, limit) for pk in pks}

    def coverages(
        self, plan: Plan, pks: Sequence[int], *, collection: Collection = Collection.PAGES
    ) -> dict[int, float]:
        """How much of what was asked each of these has."""
        return self._open(collection).coverages(plan, pks)

    def stored(self, pks: Many[int], *, collection: Collection = Collection.PAGES) -> dict[int, Stored]:
        """What is kept of these."""
        return self._open_checked(collection).stored(pks)

    def versions(self, *, collection: Collection = Collection.PAGES) -> dict[int, int]:
        """Everything that is indexed."""
        return self._open_checked(collection).versions()

    def vocabulary(self, scope: Scope = EVERYTHING, *, collection: Collection = Collection.PAGES) -> IndexVocabulary:
        """The words of the index."""
        return IndexVocabulary(self._open_checked(collection), scope)

    def version(self) -> str:
        """Generation and last commits; empty where there is no usable index."""
        try:
            reader = self._open_all()
        except IndexUnavailable:
            return ""
        return f"{reader.folder.name}:{reader.state}"

    def update(
        self, documents: Iterable[Document], removed: Many[int] = (), *, collection: Collection = Collection.PAGES
    ) -> None:
        """Replace and remove; both indexes are committed when everything was written."""
        with guarded(), self.folder.locked():
            reader = self._open_checked(collection)
            vocabulary = IndexVocabulary(reader)
            split = splitters(lambda language: lambda word: vocabulary.pages_with(word, language))
            writers = _Writers(reader.whole_index, reader.section_index, UPDATE_HEAP)
            for pk in removed:
                writers.delete(pk)
            for document in documents:
                writers.delete(document.pk)
                writers.add(document, split(document.language))
            writers.finish()

    def rebuild(self, documents: Mapping[Collection, Iterable[Document]]) -> int:
        """Build beside the old index while that is read and written, then swap."""
        with guarded(), self.folder.rebuilding(), self.folder.new_generation() as folder:
            return sum(self._build(folder / collection, documents.get(collection, ())) for collection in Collection)

    @staticmethod
    def _build(folder: Path, documents: Iterable[Document]) -> int:
        whole, sections = _new_index(whole_schema(), folder / WHOLE), _new_index(section_schema(), folder / SECTIONS)
        total = 0
        with read_twice(documents, folder) as (counts, again):
            split = splitters(lambda language: counts.setdefault(language, Counter()).__getitem__)
            writers = _Writers(whole, sections, REBUILD_HEAP)
            for document in again:
                writers.add(document, split(document.language))
                total += 1
            writers.finish()
        return total

    def _open(self, collection: Collection) -> CollectionReader:
        return self._open_all().collections[collection]

    def _open_checked(self, collection: Collection) -> CollectionReader:
        # Once a search, which begins with the words: looking at each file takes a part of a millisecond.
        reader = self._open(collection)
        reader.check()
        return reader

    def _open_all(self) -> Reader:
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
                        raise IndexMissing(f"The search index {folder} is gone.")
                    reader = Reader(folder)
                    if self.folder.current() != folder:
                        raise IndexMissing(f"The search index {folder} was replaced.")
                    self._reader = reader
        reader.refresh()
        return reader


class _Writers:
    """The writers of a collection's two indexes."""

    def __init__(self, whole: tantivy.Index, sections: tantivy.Index, heap: int):
        self.whole, self.sections = whole.writer(heap, 1), sections.writer(heap, 1)

    def add(self, document: Document, split: Split) -> None:
        self.whole.add_document(whole_row(indexed_document(document, split)))
        for section in indexed_sections(document, split):
            self.sections.add_document(section_row(document.pk, section))

    def delete(self, pk: int) -> None:
        self.whole.delete_documents_by_term("pk", pk)
        self.sections.delete_documents_by_term("pk", pk)

    def finish(self) -> None:
        for writer in (self.sections, self.whole):
            writer.commit()
            writer.wait_merging_threads()


def _new_index(schema: tantivy.Schema, folder: Path) -> tantivy.Index:
    folder.mkdir(parents=True)
    index = tantivy.Index(schema, path=str(folder), reuse=False)
    # Or a thread of its own reads what was committed, when it comes to it: of a file that was cut off by then that ends the process.
    index.config_reader(reload_policy="manual")
    return index
