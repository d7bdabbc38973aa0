"""The list of a channel's stories, and what it is narrowed to."""

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import get_language

from base.access import cache_key_for
from base.reading import RememberedPaginator, number_in
from base.stamp import remembered

PER_PAGE = 12


@dataclass(frozen=True)
class Choices:
    """What there is to choose from, for one audience: ``[{"pk", "name"}, ...]`` each, by name; other channels with ``url``."""

    themes: list[dict]
    channels: list[dict]
    teams: list[dict]
    languages: list[dict]


class StoryList:
    """The stories below ``channel`` that one reader may see, as narrowed by the query of the address.

    ``theme``, ``team`` (ids) and ``written`` (a language code) are None where nothing, or something that isn't there, was
    chosen.
    """

    def __init__(self, channel, query, user):
        self.channel, self.user, self.language = channel, user, get_language()
        self.place = f"{channel.pk}:{self.language}:{cache_key_for(user)}"
        self.theme = self._chosen(self.choices.themes, number_in(query.get("theme")))
        self.team = self._chosen(self.choices.teams, number_in(query.get("team")))
        self.written = self._chosen(self.choices.languages, query.get("written"))
        self._page = query.get("page")

    @cached_property
    def choices(self) -> Choices:
        """Worked out once for all who may see the same."""
        return remembered(f"story-choices:{self.place}", self._load_choices)

    @property
    def key(self) -> str:
        """What of a cached fragment depends on the choice."""
        return f"{self.theme}:{self.team}:{self.written}"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return (self.theme, self.team, self.written) != (None, None, None)

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to choose."""
        return any(len(rows) > 1 for rows in (self.choices.themes, self.choices.teams, self.choices.languages))

    @cached_property
    def page_obj(self):
        """The page asked for; its stories are fetched when they are looped over."""
        paginator = RememberedPaginator(self._narrowed, PER_PAGE, count_key=f"stories:{self.key}:{self.place}")
        return paginator.get_page(self._page)

    def _all(self):
        from .models import StoryPage

        if self.channel.pk is None:
            # A new channel in the admin's preview.
            return StoryPage.objects.none()
        return StoryPage.objects.for_list(self.user, self.language).child_of(self.channel)

    def _narrowed(self):
        return self._all().of_theme(self.theme).of_team(self.team).written_in(self.written)

    def _other_channels(self) -> list[dict]:
        from .models import StoryIndexPage

        others = StoryIndexPage.objects.visible_to(self.user).in_language(self.language).order_by("path")
        return [
            {"pk": page.pk, "name": page.title, "url": page.get_url()} for page in others.exclude(pk=self.channel.pk)
        ]

    def _load_choices(self) -> Choices:
        return Choices(
            channels=self._other_channels(),
            themes=self._all().themes(self.language),
            teams=self._all().teams(self.language),
            languages=self._all().languages(),
        )

    @staticmethod
    def _chosen(rows: list[dict], wanted):
        return wanted if wanted is not None and wanted in {row["pk"] for row in rows} else None
