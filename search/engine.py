"""The seam between search and what does the looking-up: the embedded engine, or a server."""

from collections.abc import Collection as Many
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .documents import EVERYTHING, Collection, Document, Passage, Scope, Stored
from .planner import Plan, Vocabulary


class IndexUnavailable(Exception):
    """There is nothing to search in now; ``IndexMissing`` and ``EngineDown`` say whether making it anew helps."""


class IndexMissing(IndexUnavailable):
    """The index is not there, is broken or was made by another version: it has to be rebuilt."""


class EngineDown(IndexUnavailable):
    """The engine doesn't answer or can't write: a rebuild doesn't help, what waits is tried again later."""


class IndexBusy(Exception):
    """Somebody else is writing to the index; what has to be indexed stays in the outbox."""


class SearchEngine(Protocol):
    """What every engine does, in each of its collections.

    All methods but ``version`` raise IndexMissing where there is no usable index and EngineDown where nothing answers.
    """

    def search(
        self, plan: Plan, *, limit: int, scope: Scope = EVERYTHING, collection: Collection = Collection.PAGES
    ) -> Sequence[int]:
        """Primary keys of what is found in ``scope``, best first, at most ``limit``."""

    def passages(
        self, plan: Plan, pks: Sequence[int], *, limit: int, collection: Collection = Collection.PAGES
    ) -> dict[int, list[Passage]]:
        """For each of these documents the sections that match, best first, at most ``limit`` of each."""

    def coverages(
        self, plan: Plan, pks: Sequence[int], *, collection: Collection = Collection.PAGES
    ) -> dict[int, float]:
        """How much of what was asked each of these has, rare words counting more: 0 to 1."""

    def stored(self, pks: Many[int], *, collection: Collection = Collection.PAGES) -> dict[int, Stored]:
        """What is kept of these; what isn't indexed is left out."""

    def versions(self, *, collection: Collection = Collection.PAGES) -> dict[int, int]:
        """``{pk: version}`` of all that is indexed."""

    def vocabulary(self, scope: Scope = EVERYTHING, *, collection: Collection = Collection.PAGES) -> Vocabulary:
        """The words of the index; a word counts as known only if something in ``scope`` has it."""

    def version(self) -> str:
        """Another text after each change of the index, the same in all processes; empty where there is none."""

    def update(
        self, documents: Iterable[Document], removed: Many[int] = (), *, collection: Collection = Collection.PAGES
    ) -> None:
        """Put these in place of what was kept of them, and forget the removed ones. Raises IndexBusy.

        ``documents`` is read while nobody else can write, so an older text never replaces a newer one.
        """

    def rebuild(self, documents: Mapping[Collection, Iterable[Document]]) -> int:
        """Make a new index beside the old one and swap them at once; returns how many documents.

        Readers and ``update`` go on with the old one meanwhile, and what they change is not in the new one: whoever
        rebuilds compares afterwards. Raises IndexBusy where another rebuild is on its way.
        """


def engine_for(url: str, folder: str) -> SearchEngine:
    """The engine that ``SEARCH_URL`` names; empty is the embedded one, which keeps its index in ``folder``.

    Raises ImproperlyConfigured where nothing answers to the address' scheme.
    """
    if not url:
        from .backends.embedded import EmbeddedEngine

        return EmbeddedEngine(Path(folder))
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme == "elasticsearch":
        from .backends.elasticsearch import ElasticsearchEngine
        from .backends.elasticsearch.address import parse_address

        return ElasticsearchEngine(parse_address(url), settings.SEARCH_RETRY_SECONDS)
    raise ImproperlyConfigured(
        f"SEARCH_URL starts with {scheme or 'nothing'!r}, and there is no search engine of that name. It is "
        "elasticsearch://host:9200/prefix, or empty for the embedded engine."
    )


@lru_cache(maxsize=8)
def _cached_engine(url: str, folder: str) -> SearchEngine:
    return engine_for(url, folder)


def get_engine() -> SearchEngine:
    """The engine of the settings; one for each process."""
    return _cached_engine(settings.SEARCH_URL, str(settings.SEARCH_INDEX_PATH))


def best_coverage(
    engine: SearchEngine, plan: Plan, pks: Sequence[int], collection: Collection = Collection.PAGES
) -> float:
    """How much of what was asked the best of these has; 0 where there are none. Raises as the engine does."""
    return max(engine.coverages(plan, pks, collection=collection).values(), default=0.0)
