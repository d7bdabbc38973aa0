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

from asgiref.local import Local
from django.db import DatabaseError, transaction
from wagtail.models import Page

from .documents import PageDocument
from .engine import IndexBusy, IndexUnavailable, SearchEngine, get_engine
from .extraction import documents_for
from .models import OutboxEntry

logger = logging.getLogger(__name__)

BATCH = 100
PAUSE_SECONDS = 2.0
LOOK_SECONDS = 5.0
# A missing index of so many pages is made while the reader waits: some seconds at most.
SMALL_SITE = 500
RETRY_SECONDS = 60.0

_local = Local()
_process = {"drained_at": float("-inf"), "looked_at": float("-inf"), "failed_at": float("-inf"), "dirty": False}


def enqueue(page_ids: Iterable[int]) -> None:
    """Have these pages brought up to date once the transaction is through; a page may be new, changed or gone."""
    entries = OutboxEntry.objects.bulk_create([OutboxEntry(page_id=pk) for pk in page_ids], batch_size=1000)
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
    except IndexUnavailable as error:
        if not make_missing_index():
            logger.error("Search can't be brought up to date: %s Run `manage.py rebuild_search`.", error)
    except DatabaseError:
        logger.exception("Search can't be brought up to date")
    finally:
        _process["drained_at"] = time.monotonic()


def drain(engine: SearchEngine | None = None) -> int:
    """Work off all entries; returns how many pages were looked at.

    Raises IndexBusy where another process is writing and IndexUnavailable where there is no index; entries stay then.
    """
    engine = engine or get_engine()
    done = 0
    # Asked again after each batch: who finds the index busy leaves entries for the one that is writing.
    while entries := dict(OutboxEntry.objects.order_by("pk").values_list("pk", "page_id")[:BATCH]):
        page_ids = sorted(set(entries.values()))
        renamed: list[str] = []
        # Pages are read while the index is locked, so an older text never replaces a newer one.
        engine.update(_current_documents(page_ids, engine, renamed), removed=page_ids)
        for path in renamed:
            below = Page.objects.live().filter(path__startswith=path, alias_of=None).exclude(path=path)
            OutboxEntry.objects.bulk_create([OutboxEntry(page_id=pk) for pk in below.values_list("pk", flat=True)])
        OutboxEntry.objects.filter(pk__in=entries).delete()
        done += len(page_ids)
    return done


def _current_documents(page_ids: list[int], engine: SearchEngine, renamed: list[str]) -> Iterator[PageDocument]:
    pages = indexed_pages().filter(pk__in=page_ids).specific()
    stored = engine.stored(page_ids)
    for page in pages:
        before = stored.get(page.pk)
        if before is not None and before.title != page.title and page.numchild:
            renamed.append(page.path)
    yield from documents_for(pages)


def indexed_pages():
    """Every page that has a place in the index: live, and not a stand-in for a page in another language."""
    return Page.objects.live().filter(alias_of=None, depth__gt=1).select_related("locale")


def rebuild(progress=None) -> int:
    """Make the index anew from the database; returns how many pages. ``progress(done, total)`` is called on the way.

    Raises IndexBusy where another process keeps writing and IndexUnavailable where the folder can't be written.
    """
    entries: list[int] = []
    total = get_engine().rebuild(_all_documents(entries, progress))
    for start in range(0, len(entries), 500):
        OutboxEntry.objects.filter(pk__in=entries[start : start + 500]).delete()
    drain()
    return total


def _all_documents(entries: list[int], progress) -> Iterator[PageDocument]:
    # What is in the outbox now is covered by the pages read below.
    entries.extend(OutboxEntry.objects.values_list("pk", flat=True))
    page_ids = list(indexed_pages().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(page_ids), BATCH):
        yield from documents_for(indexed_pages().filter(pk__in=page_ids[start : start + BATCH]).specific())
        if progress:
            progress(min(start + BATCH, len(page_ids)), len(page_ids))


def make_missing_index() -> bool:
    """Make an index where there is no usable one and the site is small; True if there is one now.

    Tried at most once a minute, so that a folder that can't be written doesn't slow every search down.
    """
    if time.monotonic() - _process["failed_at"] < RETRY_SECONDS or indexed_pages().count() > SMALL_SITE:
        return False
    try:
        rebuild()
    except (IndexBusy, IndexUnavailable, DatabaseError) as error:
        _process["failed_at"] = time.monotonic()
        logger.error("The search index could not be made: %s", error)
        return False
    return True


def reconcile() -> int:
    """Enter every page whose place in the index differs from the database; returns how many.

    For changes that no event told about: pages saved by code, a database put back from a backup.
    """
    indexed = get_engine().versions()
    wanted = {
        pk: int(published.timestamp() * 1000) if published else 0
        for pk, published in indexed_pages().values_list("pk", "last_published_at")
    }
    differing = {pk for pk in indexed.keys() | wanted.keys() if indexed.get(pk) != wanted.get(pk)}
    enqueue(differing)
    return len(differing)
