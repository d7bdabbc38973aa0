"""What is asked about reactions."""

from datetime import date
from uuid import UUID

from django.db import models
from django.db.models import Count, Q


class ReactionQuerySet(models.QuerySet):
    """Reads over reactions; names are never among them."""

    def counts(self, translation_key: UUID, user) -> dict[str, tuple[int, bool]]:
        """``{kind: (how many, whether user is one of them)}`` for one text, in one query; a kind nobody chose is absent."""
        rows = self.filter(translation_key=translation_key).values("kind").order_by()
        rows = rows.annotate(total=Count("pk"), own=Count("pk", filter=Q(user=user)))
        return {row["kind"]: (row["total"], bool(row["own"])) for row in rows}

    def colleagues_on(self, translation_key: UUID, day: date) -> int:
        """How many different colleagues reacted to a text on ``day`` (of the active time zone)."""
        rows = self.filter(translation_key=translation_key, created_at__date=day)
        return rows.values("user").distinct().count()
