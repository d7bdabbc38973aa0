"""Which pages somebody may find, as an engine can be told it: the one access rule, asked at the moment of searching."""

from wagtail.models import Page

from base.access import cache_key_for, closed_paths, has_not_started, visible_pages
from base.stamp import remembered

from .documents import Collection, Scope
from .waiting import hidden_for_now


def works_here(user) -> bool:
    """Who finds colleagues, answers and documents: not who has yet to start, nor who left."""
    return user.is_authenticated and user.is_active and not has_not_started(user)


def scope_for(user) -> Scope:
    """What ``user`` may find among pages.

    Restrictions are those of this moment, so a new one counts from when it is saved. What the index holds of a page that
    was just moved or taken away is out of date until its outbox entry is worked off: those pages are hidden by number.
    """
    return Scope(closed=_closed_roots(user), hidden=hidden_for_now(Collection.PAGES, lambda: visible_pages(user)))


def _closed_roots(user) -> frozenset[int]:
    paths = closed_paths(user)
    if not paths:
        return frozenset()
    return remembered(
        f"search-closed:{cache_key_for(user)}",
        lambda: frozenset(Page.objects.filter(path__in=paths).values_list("pk", flat=True)),
    )
