"""What can be found: each app says of its own things how they are read, who may find them and how they are shown.

A source is registered when its app is ready; pages are one of them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from ..documents import Collection, Document, Scope
from ..planner import Plan


@dataclass(frozen=True)
class Source:
    """Where a collection comes from.

    ``versions()`` is ``{pk: version}`` of all that should be in the index. ``documents(pks)`` yields those of these that
    should be there. ``scope(user)`` is what somebody may find, None where nothing. ``results(pks, plan, user)`` are the
    rows shown, in the same order, after asking the database once more who may see them; ``template`` shows one as
    ``result``. ``label`` is the heading above them. ``prepare(pks)`` does what takes long before these are read, never
    while somebody waits for a page. ``least`` is how much of what was asked its best has to have (as
    ``SearchEngine.coverage`` tells) for any of it to be shown.
    """

    collection: Collection
    label: str | Promise
    icon: str
    template: str
    versions: Callable[[], dict[int, int]]
    documents: Callable[[Iterable[int]], Iterator[Document]]
    scope: Callable[[object], Scope | None]
    results: Callable[[Sequence[int], Plan, object], list]
    prepare: Callable[[Iterable[int]], object] = lambda pks: None
    least: float = 0.6


_sources: dict[Collection, Source] = {}


def register(source: Source) -> None:
    """Have it found. Registering a collection again replaces what was there."""
    _sources[source.collection] = source


def all_sources() -> list[Source]:
    """Every source, in the order of ``Collection``."""
    return [_sources[collection] for collection in Collection if collection in _sources]


def source_of(collection: Collection) -> Source | None:
    """The source of a collection, where there is one."""
    return _sources.get(collection)
