"""From a published page to the index: an entry in the database first, which no failing index can lose.

An entry is written in the transaction of the change itself. Entries are worked off in batches: after the response where
a request made them, else at once but not more often than every ``PAUSE_SECONDS`` (an import publishes hundreds of pages),
and at the end of the process. What stays behind, because another process was writing or because the index is broken, is
taken along by the next one, by the first search some seconds later, or by ``manage.py update_search``.
"""

import atexit
import contextlib
import logging
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from asgiref.local import Local
from django.db import DatabaseError, transaction
from wagtail.models import Page

from .documents import Collection, Document
from .engine import EngineDown, IndexBusy, IndexMissing, IndexUnavailable, SearchEngine, get_engine
from .models import OutboxEntry
from .sources import Source, all_sources, source_of
from .sources.pages import indexed_pages

logger = logging.getLogger(__name__)

BATCH = 100
PAUSE_SECONDS = 2.0
LOOK_SECONDS = 5.0
# A missing index of so many pages is made while the reader waits: some seconds at most.
SMALL_SITE = 500
RETRY_SECONDS = 60.0

_local = Local()
_process = {"drained_at": float("-inf"), "looked_at": float("-inf"), "failed_at": float("-inf"), "dirty": False}


def enqueue(pks: Iterable[int], collection: Collection = Collection.PAGES) -> None:
    """Have these brought up to date once the transaction is through; they may be new, changed or gone."""
    entries = OutboxEntry.objects.bulk_create(
        [OutboxEntry(object_id=pk, collection=collection) for pk in pks], batch_size=1000
    )
    if entries:
        transaction.on_commit(_committed, robust=True)


def enqueue_page(instance: Page, **kwargs) -> None:
    """The same for the page of an event."""
    enqueue([instance.pk])


def enqueue_moved(instance: Page, parent_page_before=None, parent_page_after=None, **kwargs) -> None:
    """A page that has another page above it now, and all below it: their breadcrumbs are part of what is found."""
    if parent_page_before is None or parent_page_after is None or parent_page_before.pk != parent_page_after.pk:
        enqueue(Page.objects.filter(path__startswith=instance.path).values_list("pk", flat=True))


@contextlib.contextmanager
def hold() -> Iterator[None]:
    """Leave entries alone until the end of the block, then work them off together."""
    before = getattr(_local, "held", False)
    _local.held = True
    try:
        yield
    finally:
        _local.held = before
        if not before and _process["dirty"]:
            drain_quietly()


def request_started(**kwargs) -> None:
    """Entries wait for the end of this request."""
    _local.in_request = True


def request_finished(**kwargs) -> None:
    """Work off what this request left, and now and then what others left behind: the reader has the answer already."""
    _local.in_request = False
    look = getattr(_local, "look", False)
    _local.look = False
    if _process["dirty"]:
        drain_quietly()
    elif look and time.monotonic() - _process["looked_at"] > LOOK_SECONDS:
        _process["looked_at"] = time.monotonic()
        drain_quietly()


def look_later() -> None:
    """Look for entries left behind when this request is over."""
    _local.look = True


def _committed() -> None:
    _process["dirty"] = True
    if getattr(_local, "held", False) or getattr(_local, "in_request", False):
        return
    if time.monotonic() - _process["drained_at"] > PAUSE_SECONDS:
        drain_quietly()


def forget_what_waits() -> None:
    """Let this process work off nothing by itself; entries stay in the database for whoever drains next."""
    _process["dirty"] = False


@atexit.register
def _at_exit() -> None:
    if _process["dirty"]:
        drain_quietly()


def drain_quietly() -> None:
    """Work off all entries; whatever goes wrong is logged and costs nobody their page."""
    _process["dirty"] = False
    try:
        drain()
    except IndexBusy:
        logger.info("Another process is writing to the search index; it or the next one takes the entries along.")
    except EngineDown as error:
        logger.warning("Search can't be brought up to date now, it is tried again later: %s", error)
    except IndexMissing as error:
        if not make_missing_index():
            logger.error("Search can't be brought up to date: %s Run `manage.py rebuild_search`.", error)
    except Exception:
        # Entries are still there, and whoever saved something has nothing to do with it.
        logger.exception("Search can't be brought up to date")
    finally:
        _process["drained_at"] = time.monotonic()


def drain(engine: SearchEngine | None = None) -> int:
    """Work off all entries; returns how many documents were looked at.

    Raises IndexBusy where another process is writing and IndexUnavailable where there is no index; entries stay then.
    """
    engine = engine or get_engine()
    done = 0
    # Asked again after each batch: who finds the index busy leaves entries for the one that is writing.
    while rows := list(OutboxEntry.objects.order_by("pk").values_list("pk", "collection", "object_id")[:BATCH]):
        # Documents last: reading a new one may take a while.
        for collection in [one for one in Collection if any(of == one for _pk, of, _object_id in rows)]:
            pks = sorted({object_id for _pk, of, object_id in rows if of == collection})
            _bring(engine, collection, pks)
            done += len(pks)
        OutboxEntry.objects.filter(pk__in=[pk for pk, _collection, _object_id in rows]).delete()
    return done


def _bring(engine: SearchEngine, collection: Collection, pks: list[int]) -> None:
    source = source_of(collection)
    if source is None:
        return
    _prepare(source, pks)
    renamed: list[int] = []
    # Read while the index is locked, so an older text never replaces a newer one.
    engine.update(_current_documents(source, pks, engine, renamed), removed=pks, collection=collection)
    for path in Page.objects.filter(pk__in=renamed, numchild__gt=0).values_list("path", flat=True):
        below = Page.objects.live().filter(path__startswith=path, alias_of=None).exclude(path=path)
        OutboxEntry.objects.bulk_create([OutboxEntry(object_id=pk) for pk in below.values_list("pk", flat=True)])


def _prepare(source: Source, pks: list[int]) -> None:
    # Before the index is locked, and never during a request: what isn't prepared then is wanted again by ``reconcile``.
    if not getattr(_local, "in_request", False):
        source.prepare(pks)


def _current_documents(source: Source, pks: list[int], engine: SearchEngine, renamed: list[int]) -> Iterator[Document]:
    stored = engine.stored(pks) if source.collection == Collection.PAGES else {}
    for document in source.documents(pks):
        before = stored.get(document.pk)
        if before is not None and before.title != document.title:
            renamed.append(document.pk)
        yield document


def rebuild(progress=None) -> int:
    """Make the index anew from the database; returns how many documents. ``progress(done, total)`` is called on the way.

    Readers go on with the old one, which is kept up to date meanwhile; what changed since is taken along at the end.
    Raises IndexBusy where another process is rebuilding and IndexUnavailable where the engine can't write.
    """
    versions = {source: source.versions() for source in all_sources()}
    total, done = sum(len(pks) for pks in versions.values()), 0

    def documents(source: Source) -> Iterator[Document]:
        nonlocal done
        for batch in _batches(versions[source]):
            _prepare(source, batch)
            yield from source.documents(batch)
            done += len(batch)
            if progress:
                progress(done, total)

    count = get_engine().rebuild({source.collection: documents(source) for source in versions})
    reconcile()
    drain()
    return count


def _batches(pks: Iterable[int]) -> Iterator[list[int]]:
    left = iter(pks)
    while batch := list(islice(left, BATCH)):
        yield batch


def make_missing_index() -> bool:
    """Make an index where there is no usable one and the site is small; True if there is one now.

    Tried at most once a minute, so that a folder that can't be written doesn't slow every search down.
    """
    if time.monotonic() - _process["failed_at"] < RETRY_SECONDS or indexed_pages().count() > SMALL_SITE:
        return False
    try:
        rebuild()
    except (IndexBusy, IndexUnavailable, DatabaseError, OSError) as error:
        _process["failed_at"] = time.monotonic()
        logger.error("The search index could not be made: %s", error)
        return False
    return True


def reconcile() -> int:
    """Enter everything whose place in the index differs from the database; returns how many.

    For changes that no event told about: pages saved by code, a database put back from a backup.
    """
    total = 0
    for source in all_sources():
        indexed, wanted = get_engine().versions(collection=source.collection), source.versions()
        differing = {pk for pk in indexed.keys() | wanted.keys() if indexed.get(pk) != wanted.get(pk)}
        enqueue(differing, source.collection)
        total += len(differing)
    return total
