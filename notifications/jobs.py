"""What has to be done by the clock. Apps register jobs; ``manage.py run_due`` runs them all.

A job asks "what is due by now and not yet done", never "what is due exactly now", so any interval and any outage is fine.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

logger = logging.getLogger(__name__)
_jobs: dict[str, Callable[[datetime], int]] = {}


def register_job(name: str, run: Callable[[datetime], int]) -> None:
    """Add a job: ``run(now)`` does what is due and returns how many things it did."""
    _jobs[name] = run


def run_jobs(*, now: datetime | None = None) -> dict[str, int | None]:
    """Run every job; one that fails is logged, gives None, and stops no other."""
    now = now or timezone.now()
    done: dict[str, int | None] = {}
    for name, run in _jobs.items():
        try:
            done[name] = run(now)
        except Exception:
            # Whatever broke in one job must not keep the others from people.
            logger.exception("The job %s failed.", name)
            done[name] = None
    return done
