"""Making a missing index of a large portal anew, beside whoever is searching."""

import logging
import threading

from django.core.cache import cache
from django.db import DatabaseError, close_old_connections, connections
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend

from .engine import IndexBusy, IndexUnavailable
from .outbox import rebuild

logger = logging.getLogger(__name__)

# So long nobody starts another one; it is given up by then or was cut off.
PAUSE_SECONDS = 10 * 60
_KEY = "search-rebuild-started"


def start_rebuild() -> bool:
    """Have the index made in the background; False where somebody started that some minutes ago.

    By a worker where the portal has workers. Otherwise in a thread of this process: whoever searches doesn't wait for it,
    and a process that ends meanwhile leaves the old index as it was.
    """
    if not cache.add(_KEY, True, PAUSE_SECONDS):
        return False
    if isinstance(rebuild_index.get_backend(), ImmediateBackend):
        threading.Thread(target=_rebuild_in_thread, name="search-rebuild", daemon=True).start()
    else:
        rebuild_index.enqueue()
    return True


@task()
def rebuild_index() -> None:
    """Make the index anew; where that fails it is logged, and tried again by whoever searches after a while."""
    try:
        rebuild()
    except IndexBusy:
        logger.info("Another process is making the search index.")
    except (IndexUnavailable, DatabaseError, OSError):
        logger.exception("The search index could not be made")


def _rebuild_in_thread() -> None:
    try:
        close_old_connections()
        rebuild_index.call()
    finally:
        connections.close_all()
