"""What is asked about news."""

from wagtail.models import PageManager

from base.models import BasePageQuerySet


class NewsQuerySet(BasePageQuerySet):
    """Reads over news items."""

    def newest_first(self):
        """In the order of a news list."""
        return self.order_by("-date", "-pk")


NewsManager = PageManager.from_queryset(NewsQuerySet)
