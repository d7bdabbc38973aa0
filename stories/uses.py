"""Where stories are used in texts of the organisation: the apps above say where they use them."""

from collections.abc import Callable
from uuid import UUID

from wagtail.models import Page

# Given translation keys, a user and a language: the pages that use those stories, by the story's translation key.
Finder = Callable[[set[UUID], object, str], dict[UUID, list[Page]]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Ask ``finder`` too; the same one again changes nothing (reloading)."""
    if finder not in _finders:
        _finders.append(finder)


def uses_of(keys: set[UUID], user, language: str) -> dict[UUID, list[Page]]:
    """The pages ``user`` may see that use these stories, in ``language`` where they are there."""
    found: dict[UUID, list[Page]] = {}
    for finder in _finders:
        for key, pages in finder(keys, user, language).items():
            found.setdefault(key, []).extend(pages)
    return found
