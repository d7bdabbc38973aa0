"""Which pages a reader may find, in a form that thousands of hits can be held against."""

from array import array
from dataclasses import dataclass

from wagtail.models import Page

from base.access import cache_key_for, closed_paths, without_paths
from base.stamp import remembered

from .analysis import LANGUAGES
from .kinds import ALL_KINDS, Kind, kind_of

# Pages in any other language than the interface's two; there are none unless somebody adds a locale.
ALL_LANGUAGES = (*LANGUAGES, "")


@dataclass(frozen=True)
class ReadablePages:
    """By primary key: the kind (0 is not readable), the language, and a number shared by the translations of a page."""

    kinds: array
    languages: array
    groups: array

    def __contains__(self, pk: int) -> bool:
        return 0 <= pk < len(self.kinds) and self.kinds[pk] > 0

    def kind(self, pk: int) -> Kind:
        """The kind of a readable page."""
        return ALL_KINDS[self.kinds[pk] - 1]

    def language(self, pk: int) -> str:
        """The language of a readable page; empty for one that the interface doesn't have."""
        return ALL_LANGUAGES[self.languages[pk]]

    def group(self, pk: int) -> int:
        """The same number for all translations of a page."""
        return self.groups[pk]


def everything() -> ReadablePages:
    """All live pages, for figures about the search itself. Never shown to a reader."""
    return _load(Page.objects.live())


def readable_pages(user) -> ReadablePages:
    """What this user may find: the one access rule, asked of the database once per content stamp and audience.

    The index knows nothing of restrictions, so a new one counts from the moment it is saved.
    """
    return remembered(
        f"search-readable:{cache_key_for(user)}", lambda: _load(without_paths(Page.objects.live(), closed_paths(user)))
    )


def _load(pages) -> ReadablePages:
    rows = list(
        pages.filter(alias_of=None, depth__gt=1)
        .order_by()
        .values_list("pk", "content_type__app_label", "content_type__model", "locale__language_code", "translation_key")
    )
    size = max((row[0] for row in rows), default=0) + 1
    kinds, languages, groups = array("B", bytes(size)), array("B", bytes(size)), array("L", bytes(8 * size))
    numbers: dict = {}
    for pk, app_label, model, language, key in rows:
        kinds[pk] = ALL_KINDS.index(kind_of(app_label, model)) + 1
        languages[pk] = ALL_LANGUAGES.index(language if language in LANGUAGES else "")
        groups[pk] = numbers.setdefault(key, len(numbers))
    return ReadablePages(kinds, languages, groups)
