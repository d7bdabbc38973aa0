"""What can be reacted to: an app says so of its page types, and hears of each reaction.

Reactions hang on the translation key, so that both languages of a text share them. Who may not see the page finds
nothing here: the same as for a text that isn't there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from wagtail.models import Page

from base.access import visible_pages


@dataclass(frozen=True)
class Target:
    """A page type with reactions.

    ``may_react(page, user)`` says who gets the buttons; ``reacted(page, user)`` is called in the transaction of each new
    reaction.
    """

    may_react: Callable[[Page, object], bool]
    reacted: Callable[[Page, object], None]


_targets: dict[type[Page], Target] = {}


def register(model: type[Page], target: Target) -> None:
    """Let readers react to pages of this type; a second time replaces the first (reloading)."""
    _targets[model] = target


def target_for(model: type[Page]) -> Target | None:
    """How this page type takes reactions; None where it doesn't."""
    return _targets.get(model)


def find_page(user, translation_key: UUID) -> Page | None:
    """The text that ``user`` may read and react to, in their language where it is there; None otherwise."""
    pages = visible_pages(user).filter(translation_key=translation_key).select_related("locale", "content_type")
    twins = {page.locale.language_code: page for page in pages}
    found = twins.get(get_language()) or next(iter(twins.values()), None)
    if found is None or target_for(found.specific_class) is None:
        return None
    return found.specific
