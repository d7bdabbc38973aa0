"""What is asked about news and the chapters of the company story."""

from wagtail.models import PageManager

from base.models import BasePage, BasePageQuerySet


class NewsQuerySet(BasePageQuerySet):
    """Reads over news items."""

    def newest_first(self):
        """In the order of a news list."""
        return self.order_by("-date", "-pk")

    def for_list(self, user, language: str):
        """What ``user`` may read, newest first, with what a teaser shows."""
        return self.visible_to(user).in_language(language).newest_first().for_cards().select_related("author")

    def newest_but(self, page, user, language: str) -> list:
        """The three newest that ``user`` may read, without ``page``."""
        return list(self.for_list(user, language).exclude(translation_key=page.translation_key)[:3])


class StoryChapterQuerySet(BasePageQuerySet):
    """Reads over chapters of the company story."""

    def of_story(self, path: str, user):
        """The chapters below the story at this tree path that ``user`` may read, in order."""
        depth = len(path) // BasePage.steplen + 1
        return self.visible_to(user).filter(path__startswith=path, depth=depth).order_by("path").for_cards()


NewsManager = PageManager.from_queryset(NewsQuerySet)
StoryChapterManager = PageManager.from_queryset(StoryChapterQuerySet)
