"""The seam between search and what does the looking-up: the embedded engine now, a server later."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .documents import PageDocument, Passage, StoredPage
from .planner import Plan, Vocabulary


class IndexUnavailable(Exception):
    """The index is not there, is broken or was made by another version: it has to be rebuilt (or its server started)."""


class IndexBusy(Exception):
    """Somebody else is writing to the index; what has to be indexed stays in the outbox."""


class SearchEngine(Protocol):
    """What every engine does. All methods but ``version`` raise IndexUnavailable where there is no usable index."""

    def search(self, plan: Plan, *, limit: int) -> Sequence[int]:
        """Primary keys of the pages found, best first, at most ``limit``."""

    def passages(self, plan: Plan, page: int, *, limit: int) -> list[Passage]:
        """The sections of one page that match, best first."""

    def coverage(self, plan: Plan, pages: Sequence[int]) -> float:
        """How much of what was asked the best of these pages has, rare words counting more: 0 to 1."""

    def stored(self, pages: Collection[int]) -> dict[int, StoredPage]:
        """What is kept of these pages; a page that isn't indexed is left out."""

    def versions(self) -> dict[int, int]:
        """``{page: version}`` of all that is indexed."""

    def vocabulary(self, is_readable: Callable[[int], bool] | None = None) -> Vocabulary:
        """The words of the index; with ``is_readable`` a word counts as known only if a readable page has it."""

    def version(self) -> str:
        """Another text after each change of the index, the same in all processes; empty where there is none."""

    def update(self, documents: Iterable[PageDocument], removed: Collection[int] = ()) -> None:
        """Put these pages in place of what was kept of them, and forget the removed ones. Raises IndexBusy."""

    def rebuild(self, documents: Iterable[PageDocument]) -> int:
        """Make a new index beside the old one and swap them at once; returns how many pages. Raises IndexBusy."""


def engine_for(url: str, folder: str) -> SearchEngine:
    """The engine that ``SEARCH_URL`` names; empty is the embedded one, which keeps its index in ``folder``.

    Raises ImproperlyConfigured where nothing answers to the address' scheme.
    """
    if not url:
        from .backends.embedded import EmbeddedEngine

        return EmbeddedEngine(Path(folder))
    scheme = urlsplit(url).scheme
    raise ImproperlyConfigured(
        f"SEARCH_URL starts with {scheme or url!r}, and this version has no search engine of that name. "
        "Leave SEARCH_URL empty to use the embedded engine."
    )


@lru_cache(maxsize=8)
def _cached_engine(url: str, folder: str) -> SearchEngine:
    return engine_for(url, folder)


def get_engine() -> SearchEngine:
    """The engine of the settings; one for each process."""
    return _cached_engine(settings.SEARCH_URL, str(settings.SEARCH_INDEX_PATH))
