"""What still has to be brought to the index."""

from django.db import models


class OutboxEntry(models.Model):
    """A page whose place in the index is out of date; what to do about it is seen when the entry is worked off.

    No foreign key: the page may be gone, which is one of the reasons to be here.
    """

    page_id = models.BigIntegerField(db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox entries"

    def __str__(self) -> str:
        return str(self.page_id)
