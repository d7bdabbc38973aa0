"""What is asked about stories."""

from wagtail.models import PageManager

from base.models import BasePageQuerySet


class StoryQuerySet(BasePageQuerySet):
    """Reads over stories."""

    def newest_first(self):
        """In the order of a list of stories."""
        return self.order_by("-date", "-pk")

    def for_list(self, user, language: str):
        """What ``user`` may read, newest first, with what a teaser shows."""
        return self.visible_to(user).in_language(language).newest_first().for_cards().select_related("author")

    def newest_but(self, page, user, language: str) -> list:
        """The three newest that ``user`` may read, without ``page``."""
        return list(self.for_list(user, language).exclude(translation_key=page.translation_key)[:3])

    def of_team(self, team_id: int | None):
        """Stories by colleagues who are in this team now; all stories for None."""
        return self if team_id is None else self.filter(author__team=team_id)

    def teams(self, language: str) -> list[dict]:
        """The teams these stories come from, by name: ``[{"pk", "name"}, ...]``."""
        rows = self.filter(author__team__isnull=False).order_by("author__team__name").distinct()
        names = rows.values_list("author__team", "author__team__name", "author__team__name_en")
        return [{"pk": pk, "name": (language == "en" and english) or name} for pk, name, english in names]


StoryManager = PageManager.from_queryset(StoryQuerySet)
