"""What still has to be brought to the index."""

from django.db import models

from ..documents import Collection


class OutboxEntry(models.Model):
    """Something whose place in the index is out of date; what to do about it is seen when the entry is worked off.

    No foreign key: it may be gone, which is one of the reasons to be here.
    """

    collection = models.CharField(
        max_length=20, choices=[(c.value, c.value) for c in Collection], default=Collection.PAGES
    )
    object_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox entries"
        indexes = [models.Index(fields=["collection", "object_id"], name="search_outbox_of_object")]

    def __str__(self) -> str:
        return f"{self.collection} {self.object_id}"
