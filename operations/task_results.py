"""What becomes of tasks whose worker died, and what is kept of those that were done."""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

# No task of ours or Wagtail's takes so long, an index of a hundred thousand pages and an import of a handbook among them.
LOST_AFTER = timedelta(hours=2)
# An import that was cut off keeps others out for three minutes.
AGAIN_AFTER = timedelta(minutes=4)
# One that takes its worker with it would do so for ever.
TRIES = 2
KEPT = timedelta(days=14)

logger = logging.getLogger(__name__)


class WorkerLost(Exception):
    """Kept as the reason of a task that was begun ``TRIES`` times and never ended."""


@transaction.atomic
def give_back_lost(now: datetime) -> int:
    """Let another worker do what was begun and not ended in two hours; how many. What was tried twice has failed.

    A worker that is killed leaves its task "running": the library keeps no sign of life of workers. Tasks may be done
    twice, therefore: each sets things right, whatever was done before.
    """
    lost = DBTaskResult.objects.running().filter(started_at__lte=now - LOST_AFTER).select_for_update()
    return _give_back(list(lost))


@transaction.atomic
def give_back_of(worker_id: str, now: datetime) -> int:
    """The same for what this worker began and, since it does one thing at a time, no longer does; its turn is some minutes later."""
    running = DBTaskResult.objects.running().select_for_update()
    mine = [row for row in running if row.worker_ids[-1:] == [worker_id]]
    return _give_back(mine, run_after=now + AGAIN_AFTER)


def _give_back(lost: list[DBTaskResult], **changes) -> int:
    again = [row.pk for row in lost if len(row.worker_ids) < TRIES]
    DBTaskResult.objects.filter(pk__in=again).update(status="READY", started_at=None, **changes)
    for row in lost:
        if row.pk not in again:
            row.set_failed(WorkerLost(f"begun {len(row.worker_ids)} times"))
            _tell_failed(row)
        logger.error("The worker of task %s (%s) is gone", row.pk, row.task_path)
    return len(lost)


def _tell_failed(row: DBTaskResult) -> None:
    # As its worker would have.
    try:
        backend = row.task.get_backend()
    except (ImportError, SuspiciousOperation):
        return
    task_finished.send_robust(sender=type(backend), task_result=row.task_result)


def forget_results(now: datetime) -> int:
    """Delete what is known of tasks that ended two weeks ago or more; how many. What waits or runs stays."""
    deleted, _by_model = DBTaskResult.objects.finished().filter(finished_at__lte=now - KEPT).delete()
    return deleted
