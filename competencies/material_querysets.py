"""What is asked about material."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet


class MaterialQuerySet(QuerySet):
    """Reads over what helps with which competency."""

    def for_competencies(self, keys: Iterable[UUID]):
        """What helps with any of these."""
        return self.filter(competency_key__in=list(keys))

    def of_page(self, page_key: UUID):
        """What this page helps with, in the order it was added."""
        return self.filter(page_key=page_key).order_by("pk")

    def at(self, page_key: UUID, anchor: str):
        """What this page, or this tip or heading in it, helps with."""
        return self.filter(page_key=page_key, anchor=anchor)


class ReadMarkQuerySet(QuerySet):
    """Reads over what somebody ticked off; only ever their own."""

    def marked_by(self, user) -> dict[tuple[UUID, str], datetime]:
        """When this person read what: ``{(page key, anchor): moment}``."""
        rows = self.filter(user=user).values_list("page_key", "anchor", "marked_at")
        return {(page_key, anchor): moment for page_key, anchor, moment in rows}
