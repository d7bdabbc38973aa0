"""What the index may tell wrongly: it waits to be brought up to date."""

from django.db.models import QuerySet

from ..documents import Collection
from ..models import OutboxEntry


def hidden_for_now(collection: Collection, readable: QuerySet) -> frozenset[int]:
    """The primary keys of this collection that wait and aren't among ``readable``; two queries, one where nothing waits."""
    pks = frozenset(OutboxEntry.objects.filter(collection=collection).values_list("object_id", flat=True))
    return pks - frozenset(readable.filter(pk__in=pks).values_list("pk", flat=True)) if pks else pks
