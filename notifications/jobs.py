"""What has to be done by the clock. Apps register jobs; ``manage.py run_due`` runs them all.

A job asks "what is due by now and not yet done", never "what is due exactly now", so any interval and any outage is fine.
An app declares its jobs in a module ``jobs`` (or ``message_kinds``) with ``register_job``.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import (
    Error,
    IntegrityError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models import F, Q
from django.utils import timezone

from base.trail import current_id, trail

logger = logging.getLogger(__name__)
# A job that failed is tried again after this, or after its own interval where that is shorter.
RETRY = timedelta(minutes=15)
# One that neither ended nor failed in so long was cut off: its process was killed, or the database went away.
CUT_OFF = timedelta(hours=6)
# The row that says when a round last came to its end.
ROUND_ENDED = "round ended"


@dataclass(frozen=True)
class Job:
    """Something to do by the clock: ``run(now)`` does what is due and returns how many things it did.

    Without ``every`` it runs each round, in several workers at once if need be. With ``every`` one worker does it, not
    more often than that; with ``at`` it waits for that hour of the organisation's day.
    """

    name: str
    run: Callable[[datetime], int]
    every: timedelta | None = None
    at: time | None = None


_jobs: dict[str, Job] = {}


def register_job(
    name: str, run: Callable[[datetime], int], *, every: timedelta | None = None, at: time | None = None
) -> None:
    """Add a job; a second one of the same name replaces the first. See ``Job``; ``at`` alone means once a day."""
    _jobs[name] = Job(name, run, timedelta(days=1) if at and every is None else every, at)


def all_jobs() -> list[Job]:
    """Every job, in the order of registering."""
    return list(_jobs.values())


def run_jobs(*, now: datetime | None = None, should_stop: Callable[[], bool] = lambda: False) -> dict[str, int | None]:
    """Run every job that is due: ``{name: how many things it did}``.

    One that fails is logged, gives None, and stops no other, but for a database that is away: then there is nothing to do
    until the next round. ``should_stop()`` is asked between jobs.
    """
    now = now or timezone.now()
    done: dict[str, int | None] = {}
    for job in all_jobs():
        if should_stop():
            break
        with trail("job"):
            try:
                if not claim(job, now):
                    continue
                done[job.name] = job.run(now)
                _note_success(job, now)
            except Exception as error:
                if isinstance(error, (OperationalError, InterfaceError)) and _is_database_away():
                    logger.warning("The database is away, so what is due waits: %s", error)
                    return {**done, job.name: None}
                # Whatever broke in one job must not keep the others from people.
                logger.exception("The job %s failed.", job.name)
                done[job.name] = None
                _note_failure(job, now, error)
    _note_round(now)
    return done


def _is_database_away() -> bool:
    # What went wrong in one job only, as a deadlock, leaves a database that answers.
    try:
        if not connection.in_atomic_block:
            connection.close()
        connection.ensure_connection()
    except Error:
        return True
    return False


def claim(job: Job, now: datetime) -> bool:
    """Whether this worker does the job now; another one that asks at the same moment hears no.

    A run that was cut off is made up for after ``CUT_OFF``, not at the next night.
    """
    if job.every is None:
        return True
    from .models import JobRun

    due_before = last_due(job, now)
    again = now - min(RETRY, job.every)
    rows = JobRun.objects.filter(name=job.name)
    cut_off = Q(ended_at=None, failed_at=None, started_at__lte=now - CUT_OFF)
    due = rows.filter(Q(started_at__lte=due_before) | Q(failed_at__lte=again) | cut_off)
    if due.update(started_at=now, failed_at=None, ended_at=None):
        return True
    if rows.exists():
        return False
    try:
        with transaction.atomic():
            JobRun.objects.create(name=job.name, started_at=now)
    except IntegrityError:
        return False
    return True


def last_due(job: Job, now: datetime) -> datetime:
    """A run that started by this moment is the last but one: the job is due again."""
    interval = now - job.every
    if job.at is None:
        return interval
    local = timezone.localtime(now)
    today = local.replace(hour=job.at.hour, minute=job.at.minute, second=0, microsecond=0)
    opened = today if today <= local else today - timedelta(days=1)
    # Strictly before the hour: a run in that very minute was today's.
    return opened - timedelta(microseconds=1)


def _note_success(job: Job, now: datetime) -> None:
    from .models import JobRun

    rows = JobRun.objects.filter(name=job.name)
    if job.every is None:
        rows.filter(failures__gt=0).update(failed_at=None, failures=0, error="")
    else:
        # Of this run: another worker may have begun the next one where this one took very long.
        rows.filter(started_at=now).update(ended_at=timezone.now(), failures=0, error="")


def _note_failure(job: Job, now: datetime, error: Exception) -> None:
    from .models import JobRun

    why = f"{type(error).__qualname__} ({current_id()})"[:200]
    rows = JobRun.objects.filter(name=job.name)
    try:
        if job.every is None and not rows.update(started_at=now):
            JobRun.objects.get_or_create(name=job.name, defaults={"started_at": now})
        rows.update(failed_at=F("started_at"), failures=F("failures") + 1, error=why)
    except Exception:
        logger.exception("That the job %s failed could not be kept.", job.name)


def _note_round(now: datetime) -> None:
    from .models import JobRun

    try:
        if not JobRun.objects.filter(name=ROUND_ENDED).update(started_at=now):
            JobRun.objects.get_or_create(name=ROUND_ENDED, defaults={"started_at": now})
    except Exception:
        logger.exception("That a round ended could not be kept.")


def run_in_background(*, every: float = 60, wait: float = 10, stop: threading.Event | None = None) -> threading.Thread:
    """Do what is due in a thread of this process, each ``every`` seconds, the first time after ``wait``, until ``stop``.

    For the set-up on one machine; elsewhere ``run_due --loop`` is a process of its own. Of several processes that do
    this at once one takes each round.
    """
    stop = stop or threading.Event()
    round_ = Job("round", lambda now: 0, timedelta(seconds=max(every - 5, 1)))

    def go_on() -> None:
        stop.wait(wait)
        while not stop.is_set():
            try:
                close_old_connections()
                if claim(round_, timezone.now()):
                    run_jobs()
            except Exception:
                # A database that is away for a moment must not end the thread.
                logger.exception("What is due could not be done.")
            finally:
                close_old_connections()
            stop.wait(every)

    thread = threading.Thread(target=go_on, name="run-due", daemon=True)
    thread.start()
    return thread
