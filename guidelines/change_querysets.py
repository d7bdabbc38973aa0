"""What is asked about the published versions of manuals and chapters."""

from uuid import UUID

from django.db.models import Max, QuerySet


class PageChangeQuerySet(QuerySet):
    """Reads over published versions."""

    def of_page(self, page_id: int):
        """Those of one page, in its own language, the newest first."""
        return self.filter(page=page_id).order_by("-published_at", "-pk")

    def comparable(self):
        """Those whose text is still kept."""
        return self.filter(revision__isnull=False)

    def latest_edition(self, **which) -> int:
        """The number of the latest large change among these; 0 where there was none. One query."""
        return self.filter(**which).aggregate(number=Max("edition"))["number"] or 0

    def edition_of(self, key: UUID, language: str) -> int:
        """The edition that readers of this language see."""
        return self.latest_edition(page_key=key, language=language)

    def to_tell(self):
        """Large changes whose followers heard nothing yet, the oldest first."""
        return self.filter(size="large", told_at__isnull=True).order_by("published_at", "pk")
