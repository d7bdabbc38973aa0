"""What is known of every live page without asking the database for it: small enough to be held against thousands of hits."""

import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone
from wagtail.models import Page, get_page_models

from base.models.byline import Bylined
from base.stamp import remembered
from guidelines.models import ManualPage
from people.models import Team
from stories.models import StoryTheme

from .analysis import LANGUAGES
from .governed import Governed, governed_texts
from .kinds import ALL_KINDS, Kind, kind_of

# Pages in any other language than the interface's two; there are none unless somebody adds a locale.
ALL_LANGUAGES = (*LANGUAGES, "")
HALF_A_YEAR, A_YEAR = timedelta(days=183), timedelta(days=366)
# How long ago a text was checked, as it is narrowed by; the place in the tuple is what the catalogue holds.
CHECKED = ("", "recently", "this-year", "longer-ago", "out-of-date")


@dataclass(frozen=True)
class Catalogue:
    """By primary key: the kind (0 is not live), the language, and a number shared by the translations of a page.

    Of texts that have them also the manual (the lowest primary key of its translations), the theme, the team that answers
    for it or that its author is in (0: none), how long ago it was checked (a place in ``CHECKED``), and a number for its
    title. It says nothing of who may see a page; that is ``search.scope``.
    """

    kinds: array
    languages: array
    groups: array
    manuals: array
    themes: array
    teams: array
    checked: array
    titles: array
    manual_titles: dict[int, dict[str, str]] = field(default_factory=dict)
    theme_names: dict[int, tuple[str, str]] = field(default_factory=dict)
    team_names: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __contains__(self, pk: int) -> bool:
        return 0 <= pk < len(self.kinds) and self.kinds[pk] > 0

    def kind(self, pk: int) -> Kind:
        """The kind of a live page."""
        return ALL_KINDS[self.kinds[pk] - 1]

    def language(self, pk: int) -> str:
        """The language of a live page; empty for one that the interface doesn't have."""
        return ALL_LANGUAGES[self.languages[pk]]

    def group(self, pk: int) -> int:
        """The same number for all translations of a page."""
        return self.groups[pk]

    def is_called(self, pk: int, title: str) -> bool:
        """Whether that is the title of a live page, however it is written in capitals and spaces."""
        return self.titles[pk] == title_number(title)


def catalogue() -> Catalogue:
    """All live pages, asked of the database once per content stamp and day."""
    return remembered(f"search-catalogue:{timezone.localdate()}", _load)


def title_number(title: str) -> int:
    """A number for a title; the same for all ways to write it in capitals and spaces."""
    return zlib.crc32(" ".join(title.casefold().split()).encode("utf-8", "replace"))


def _load() -> Catalogue:
    columns = (
        "pk",
        "content_type__app_label",
        "content_type__model",
        "locale__language_code",
        "translation_key",
        "title",
    )
    rows = list(Page.objects.live().filter(alias_of=None, depth__gt=1).order_by().values_list(*columns))
    size = max((row[0] for row in rows), default=0) + 1
    made = Catalogue(
        *(array("B", bytes(size)), array("B", bytes(size)), array("L", bytes(8 * size))),
        *(array("I", bytes(4 * size)) for _ in ("manuals", "themes", "teams")),
        checked=array("B", bytes(size)),
        titles=array("I", bytes(4 * size)),
    )
    numbers: dict = {}
    places: dict[tuple[str, str], int] = {}
    for pk, app_label, model, language, key, title in rows:
        place = places.get((app_label, model))
        if place is None:
            place = places[app_label, model] = ALL_KINDS.index(kind_of(app_label, model)) + 1
        made.kinds[pk] = place
        made.languages[pk] = ALL_LANGUAGES.index(language if language in LANGUAGES else "")
        made.groups[pk] = numbers.setdefault(key, len(numbers))
        made.titles[pk] = title_number(title)
    _add_handbook(made)
    _add_bylines(made)
    return made


def _add_handbook(made: Catalogue) -> None:
    """Of manuals and chapters: which manual, whose team and when checked."""
    canonical: dict = {}
    manual_of: dict[int, int] = {}
    manuals = ManualPage.objects.live().order_by("pk")
    for pk, key, title, language in manuals.values_list("pk", "translation_key", "title", "locale__language_code"):
        first = manual_of[pk] = canonical.setdefault(key, pk)
        made.manual_titles.setdefault(first, {}).setdefault(language, title)
    today = timezone.localdate()
    for pk, governed in governed_texts():
        if pk in made:
            made.manuals[pk] = manual_of.get(governed.manual, 0)
            made.teams[pk] = governed.team or 0
            made.checked[pk] = CHECKED.index(checked(governed, today))
    rows = Team.objects.order_by().values_list("pk", "name", "name_en")
    made.team_names.update({pk: (name, name_en) for pk, name, name_en in rows})


def _add_bylines(made: Catalogue) -> None:
    """Of stories and news: the theme, and the team that the author is in."""
    for pk, theme, team in _bylines():
        if pk in made:
            made.themes[pk], made.teams[pk] = theme or 0, team or 0
    rows = StoryTheme.objects.order_by().values_list("pk", "name", "name_en")
    made.theme_names.update({pk: (name, name_en) for pk, name, name_en in rows})


def _bylines() -> Iterator[tuple[int, int | None, int | None]]:
    """``(primary key, theme, team)`` of every live page with a name under it, one query for each type."""
    for model in get_page_models():
        if issubclass(model, Bylined):
            has_theme = any(each.name == "theme" for each in model._meta.get_fields())
            names = ("theme", "author__team") if has_theme else ("author__team",)
            for pk, *named in model.objects.live().order_by().values_list("pk", *names):
                yield pk, named[0] if has_theme else None, named[-1]


def checked(governed: Governed, today: date) -> str:
    """Which of ``CHECKED`` holds for a text of the handbook."""
    if governed.due_on is not None and governed.due_on < today:
        return "out-of-date"
    if governed.reviewed_on is None or governed.reviewed_on <= today - A_YEAR:
        return "longer-ago"
    return "recently" if governed.reviewed_on > today - HALF_A_YEAR else "this-year"
