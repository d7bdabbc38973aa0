"""What is kept of tasks that were done."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

KEPT = timedelta(days=14)


def forget_results(now: datetime) -> int:
    """Delete what is known of tasks that ended two weeks ago or more; how many. What waits or runs stays."""
    deleted, _by_model = DBTaskResult.objects.finished().filter(finished_at__lte=now - KEPT).delete()
    return deleted
