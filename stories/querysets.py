"""What is asked about stories."""

from wagtail.models import PageManager

from base.models import BasePageQuerySet


class StoryQuerySet(BasePageQuerySet):
    """Reads over stories."""

    def newest_first(self):
        """In the order of a list of stories."""
        return self.order_by("-date", "-pk")


StoryManager = PageManager.from_queryset(StoryQuerySet)
