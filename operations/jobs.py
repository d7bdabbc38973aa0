"""What running the portal does by the clock."""

from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from notifications.jobs import register_job
from people.closing import close_leavers

from .audit.services import retain_audit
from .backup.making import make_backup
from .colleagues import pick_up_colleagues
from .retention import clear_old_sessions
from .task_results import forget_results, give_back_lost


def back_up(now: datetime) -> int:
    """Tonight's backup, where ``BACKUP_FOLDER`` says where to. Raises BackupError, which has it tried again."""
    make_backup(folder=Path(settings.BACKUP_FOLDER), recipient=settings.BACKUP_RECIPIENT, keep=settings.BACKUP_KEEP)
    return 1


# Who left may not stay in for longer than a quarter of an hour.
register_job("accounts of leavers", close_leavers, every=timedelta(minutes=5))
register_job("old sessions", clear_old_sessions, at=time(3, 30))
if settings.COLLEAGUES_FILE:
    register_job("colleagues file", pick_up_colleagues, at=settings.COLLEAGUES_FILE_AT)
if settings.BACKUP_FOLDER:
    register_job("backup", back_up, at=settings.BACKUP_AT)
register_job("audit retention", retain_audit, at=time(2, 40))
register_job("tasks of dead workers", give_back_lost, every=timedelta(minutes=15))
register_job("results of tasks", forget_results, at=time(2, 40))
