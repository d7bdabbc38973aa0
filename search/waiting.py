"""What the index may tell wrongly: it waits to be brought up to date."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.db.models import QuerySet

from .documents import Collection
from .models import OutboxEntry

_local = Local()


@contextmanager
def looked_once() -> Iterator[None]:
    """Inside the block is asked once in which collections anything waits: one search looks at all of them.

    What comes to wait after that was right in the index when the search began, and the database is asked once more about
    the rows found in any case.
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
    if collection not in _collections_waiting():
        return frozenset()
    # At this moment, not that of the first look: what was worked off in between is right in the index by now.
    waiting = OutboxEntry.objects.filter(collection=collection)
    known = readable().order_by().filter(pk__in=waiting.values("object_id"))
    return frozenset(waiting.exclude(object_id__in=known.values("pk")).values_list("object_id", flat=True))


def _collections_waiting() -> frozenset[str]:
    looks_once = getattr(_local, "looks_once", False)
    if looks_once and _local.waiting is not None:
        return _local.waiting
    waiting = frozenset(OutboxEntry.objects.order_by().values_list("collection", flat=True).distinct())
    if looks_once:
        _local.waiting = waiting
    return waiting
