"""What the clock does for the search index: what waits and what no event told about."""

from datetime import timedelta

from notifications.jobs import register_job

from .engine import IndexBusy, IndexUnavailable
from .outbox import drain, rebuild, reconcile


def update_index(now) -> int:
    """Bring the index up to date, making it anew where there is none; returns how many pages.

    Another process that is writing takes along what waits.
    """
    try:
        try:
            reconcile()
            return drain()
        except IndexUnavailable:
            return rebuild()
    except IndexBusy:
        return 0


register_job("search", update_index, every=timedelta(minutes=5))
