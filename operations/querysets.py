"""What is asked of the records of running the portal."""

from django.db import models


class BackupRunQuerySet(models.QuerySet):
    """Reads of backups that were made or failed."""

    def good(self):
        """Backups that came about whole, newest first."""
        return self.filter(state=self.model.State.GOOD).order_by("-started_at", "-pk")

    def last_good(self):
        """The newest backup that came about whole, or None."""
        return self.good().first()
