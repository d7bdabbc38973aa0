"""Writing to the server: bringing documents up to date, and making all indices anew."""

import contextlib
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Collection as Many
from itertools import islice

from ...analysis import possible_splits
from ...documents import Collection, Document
from ...engine import EngineDown, IndexMissing, IndexUnavailable
from ...indexing import Split, indexed_document, indexed_sections, read_twice, splitters, words_in
from . import mappings
from .leases import LEASE_SECONDS, Renew, lease
from .mappings import PARTS, SECTIONS, WHOLE, Names, section_id
from .transport import Conflict, Servers
from .vocabulary import WordCounts

STATE = "state"
WRITING, REBUILDING = "writing", "rebuilding"
REBUILD_WAIT_SECONDS = 10.0
# Longer than any update writes.
SWAP_WAIT_SECONDS = 120.0
# Reading a text may take long; a lease is kept meanwhile.
SAY_SECONDS = LEASE_SECONDS / 6
# What is sent at once: servers refuse more than some tens of megabytes.
MOST_BYTES = 4_000_000
# Rows asked for in one trip.
MOST_ROWS = 1000

NameOf = Callable[[str], str]


class Writer:
    """What changes the indices. The section rows of a document are deleted by number, so their number is kept with it."""

    def __init__(self, servers: Servers, names: Names):
        self._servers, self._names = servers, names

    def rows(self, pks: Iterable[int], collection: Collection) -> dict[int, dict]:
        """What is kept of these, seen as soon as it was written. Raises IndexMissing."""
        found: dict[int, dict] = {}
        left = iter(pks)
        while some := [str(pk) for pk in islice(left, MOST_ROWS)]:
            answer = self._servers.read("mget", index=self._names.alias(collection, WHOLE), ids=some)
            for document in answer["docs"]:
                if document.get("error"):
                    raise IndexMissing(f"There is no search index called {self._names.prefix}.")
                if document["found"]:
                    found[int(document["_id"])] = document["_source"]
        return found

    def update(self, documents: Iterable[Document], removed: Many[int], collection: Collection) -> None:
        """Everything is read before anything is written, and found when everything was."""
        # Where there is no index nothing is made, not even who writes to it.
        self.rows([0], collection)
        with self._alone(WRITING, "Another process is writing to the search index.") as renew:
            coming = {document.pk: document for document in documents}
            before = self.rows(sorted(coming.keys() | set(removed)), collection)
            name = lambda part: self._names.alias(collection, part)  # noqa: E731
            split = self._splitting(coming.values(), collection)
            actions = _Bulk(self._servers, renew, require_alias=True)
            for pk, row in before.items():
                if pk not in coming:
                    actions.add([{"delete": {"_index": name(WHOLE), "_id": str(pk)}}])
                    actions.add(_deletions(name(SECTIONS), pk, range(row["sections"])))
            for pk, document in coming.items():
                rows, sections = _written(document, split(document.language), name)
                stale = range(sections, before.get(pk, {}).get("sections", 0))
                actions.add([*rows, *_deletions(name(SECTIONS), pk, stale)])
            actions.finish()
            if before or coming:
                self._servers.write("indices.refresh", index=[name(part) for part in PARTS])
                self._changed()

    def rebuild(self, documents: Mapping[Collection, Iterable[Document]], generation: str) -> int:
        """Returns how many documents. The old generation goes on until all aliases are moved in one call.

        Only the collections given are there afterwards; another one is missing until a rebuild is given it too.
        """
        with contextlib.suppress(Conflict):
            self._create(self._names.meta, mappings.META_MAPPING)
        busy = "Another process is making the search index anew."
        with self._alone(REBUILDING, busy, REBUILD_WAIT_SECONDS) as renew:
            made: list[str] = []
            is_sent = False
            try:
                total = sum(self._build(of, some, generation, made, renew) for of, some in documents.items())
                self._make_ready(made)
                with self._alone(WRITING, "Another process keeps the search index busy.", SWAP_WAIT_SECONDS):
                    renew()
                    is_sent = True
                    self._swap(generation, documents)
            except BaseException:
                # A swap whose answer got lost may have been done, or be done yet: what readers use then is not deleted.
                # If it wasn't, the next rebuild takes this one's indices away.
                if not is_sent:
                    with contextlib.suppress(IndexUnavailable):
                        self._delete(made)
                raise
            # What is left behind by this or by one that was broken off; failing at it costs only room.
            with contextlib.suppress(IndexUnavailable):
                self._delete([index for index in self._existing() if self._names.is_left_behind(index, generation)])
        return total

    def _build(
        self, collection: Collection, documents: Iterable[Document], generation: str, made: list[str], renew: Renew
    ) -> int:
        name = lambda part: self._names.index(collection, part, generation)  # noqa: E731
        for part in PARTS:
            made.append(name(part))
            self._create(name(part), mappings.MAPPINGS[part])
        total = 0
        with read_twice(_saying(documents, renew)) as (counts, again):
            split = splitters(lambda language: counts.setdefault(language, Counter()).__getitem__)
            actions = _Bulk(self._servers, renew)
            for document in again:
                rows, _sections = _written(document, split(document.language), name)
                actions.add(rows)
                total += 1
            actions.finish()
        return total

    def _make_ready(self, made: list[str]) -> None:
        """Wait until each of these can be asked and shows all that was written to it."""
        ready = self._servers.write("cluster.health", index=made, wait_for_status="yellow", timeout="25s")
        if ready["timed_out"]:
            raise EngineDown("The search server doesn't get the new index ready.")
        self._servers.write("indices.refresh", index=made)

    def _swap(self, generation: str, collections: Iterable[Collection]) -> None:
        actions = []
        existing = self._existing()
        for collection in collections:
            for part in PARTS:
                alias, new = self._names.alias(collection, part), self._names.index(collection, part, generation)
                actions += [
                    {"remove": {"index": index, "alias": alias}}
                    for index, aliases in existing.items()
                    if alias in aliases and index != new
                ]
                actions.append({"add": {"index": new, "alias": alias, "is_write_index": True}})
        self._servers.write("indices.update_aliases", actions=actions)
        self._changed()

    def _existing(self) -> dict[str, set[str]]:
        """The aliases of all indices that may be ours."""
        answer = self._servers.write("indices.get_alias", index=self._names.pattern)
        return {index: set(about["aliases"]) for index, about in answer.items()}

    def _create(self, index: str, mapping: dict) -> None:
        settings = mappings.settings(self._servers.address.replicas)
        # Not waited for one by one; who writes to it is let in when it is ready.
        self._servers.write(
            "indices.create", index=index, settings=settings, mappings=mapping, wait_for_active_shards=0
        )

    def _delete(self, indices: list[str]) -> None:
        if indices:
            self._servers.write("indices.delete", index=indices, ignore_unavailable=True)

    def _changed(self) -> None:
        self._servers.write("index", index=self._names.meta, id=STATE, document={"change": uuid.uuid4().hex})

    def _alone(self, name: str, busy: str, wait_seconds: float = 0.0) -> contextlib.AbstractContextManager[Renew]:
        return lease(self._servers, self._names.meta, name, busy=busy, wait_seconds=wait_seconds)

    def _splitting(self, documents: Iterable[Document], collection: Collection) -> Callable[[str], Split]:
        """Splits compounds by the words of the index, all asked for at once."""
        counts = WordCounts(self._servers, self._names.alias(collection, WHOLE))
        words: dict[str, set[str]] = {}
        for document in documents:
            words.setdefault(document.language, set()).update(*words_in(document).values())
        for language, some in words.items():
            splits = [pair for word in some for pair in possible_splits(word, language)]
            counts.learn((right for _left, right in splits), language)
            counts.learn((left for left, right in splits if counts.pages_with(right, language)), language)
        return splitters(lambda language: lambda word: counts.pages_with(word, language))


class _Bulk:
    """Sends actions in parts that a server takes; says each time before that its lease is still held."""

    def __init__(self, servers: Servers, renew: Renew, **parameters):
        self._servers, self._renew, self._parameters = servers, renew, parameters
        self._lines: list[dict] = []
        self._bytes = 0

    def add(self, lines: Iterable[dict]) -> None:
        """Lines that belong together are never sent apart."""
        for line in lines:
            self._lines.append(line)
            self._bytes += len(json.dumps(line, ensure_ascii=False))
        if self._bytes > MOST_BYTES:
            self.finish()

    def finish(self) -> None:
        """Send what is left."""
        if self._lines:
            self._renew()
            self._servers.send(self._lines, **self._parameters)
        self._lines, self._bytes = [], 0


def _written(document: Document, split: Split, name: NameOf) -> tuple[list[dict], int]:
    """The lines that write a document, and how many sections are among them."""
    lines: list[dict] = []
    count = 0
    for count, section in enumerate(indexed_sections(document, split), 1):
        at = {"_index": name(SECTIONS), "_id": section_id(document.pk, count - 1)}
        lines += [{"index": at}, mappings.section_row(document.pk, section)]
    lines.append({"index": {"_index": name(WHOLE), "_id": str(document.pk)}})
    lines.append(mappings.whole_row(indexed_document(document, split), count))
    return lines, count


def _deletions(index: str, pk: int, numbers: Iterable[int]) -> list[dict]:
    return [{"delete": {"_index": index, "_id": section_id(pk, number)}} for number in numbers]


def _saying(documents: Iterable[Document], renew: Renew) -> Iterator[Document]:
    """The same documents; says now and then that somebody is still reading them."""
    said_at = time.monotonic()
    for document in documents:
        if time.monotonic() - said_at > SAY_SECONDS:
            renew()
            said_at = time.monotonic()
        yield document
