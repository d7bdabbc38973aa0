"""What the clock does for the search index: what waits and what no event told about."""

from datetime import time, timedelta

from notifications.jobs import register_job

from .engine import IndexBusy, IndexMissing
from .outbox import drain, rebuild, reconcile
from .query_log import forget_old_words
from .telling import tell_promotions_end, tell_worklist


def update_index(now) -> int:
    """Bring the index up to date, making it anew where there is none; returns how many pages.

    Another process that is writing takes along what waits.
    """
    try:
        try:
            reconcile()
            return drain()
        except IndexMissing:
            return rebuild()
    except IndexBusy:
        return 0


register_job("search", update_index, every=timedelta(minutes=5))
register_job("search words", forget_old_words, at=time(2, 45))
# Each day, so that an outage on Monday costs nothing; everybody is told once a week.
register_job("search worklist", tell_worklist, at=time(7, 30))
register_job("search promotions", tell_promotions_end, at=time(7, 35))
