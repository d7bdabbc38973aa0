"""What the index may tell wrongly: it waits to be brought up to date."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from asgiref.local import Local
from django.db.models import QuerySet

from .documents import Collection
from .models import OutboxEntry

_local = Local()


@contextmanager
def looked_once() -> Iterator[None]:
    """Inside the block what waits is read once, for every collection: one search looks at all of them.

    What comes to wait during the block was right in the index when the search began; the rows found are asked for in the
    database once more in any case.
    """
    if getattr(_local, "looks_once", False):
        yield
        return
    _local.looks_once, _local.waiting = True, None
    try:
        yield
    finally:
        _local.looks_once, _local.waiting = False, None


def hidden_for_now(collection: Collection, readable: Callable[[], QuerySet]) -> frozenset[int]:
    """The primary keys of this collection that wait and aren't among ``readable()``, which is asked for where any waits.

    Two queries, one where nothing waits.
    """
    pks = _waiting_in(collection)
    if not pks:
        return pks
    waiting = OutboxEntry.objects.filter(collection=collection).values("object_id")
    return pks - frozenset(readable().filter(pk__in=waiting).values_list("pk", flat=True))


def _waiting_in(collection: Collection) -> frozenset[int]:
    if not getattr(_local, "looks_once", False):
        return frozenset(OutboxEntry.objects.filter(collection=collection).values_list("object_id", flat=True))
    if _local.waiting is None:
        _local.waiting = _all_waiting()
    return _local.waiting.get(collection, frozenset())


def _all_waiting() -> Mapping[str, frozenset[int]]:
    pks: dict[str, set[int]] = defaultdict(set)
    for collection, pk in OutboxEntry.objects.values_list("collection", "object_id"):
        pks[collection].add(pk)
    return {collection: frozenset(some) for collection, some in pks.items()}
