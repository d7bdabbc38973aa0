"""Feedback as its receivers and its givers see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language
from wagtail.models import Page

from base.access import visible_pages

from ..feedback_querysets import FEWEST_VOTES
from ..models import Feedback, Following
from .manuals import manual_above
from .receivers import paths_answered_by


def pages_by_key(user, keys: Iterable[UUID]) -> dict[UUID, Page]:
    """The pages with these keys that ``user`` may see, in the active language where there is one; one query."""
    language, found = get_language(), {}
    pages = visible_pages(user).filter(translation_key__in=set(keys)).select_related("locale").order_by("pk")
    # The one in the reader's language comes last and stays.
    for page in sorted(pages, key=lambda page: page.locale.language_code == language):
        found[page.translation_key] = page
    return found


@dataclass(frozen=True)
class Given:
    """One piece of feedback with the page it is about; ``page`` is None where its giver may not see that any more."""

    row: Feedback
    page: Page | None

    @property
    def giver(self):
        """Who wrote it, for the receiver: only with their consent."""
        return self.row.user if self.row.with_name else None


class ReceivedFeedback:
    """What is addressed to somebody: feedback with words on texts they answer for and may see."""

    def __init__(self, user):
        self.user = user

    def rows(self, status: str = ""):
        """A queryset of feedback, the oldest first, of this status only; seven queries at most before it."""
        rows = Feedback.objects.with_words()
        rows = rows.filter(status=status) if status else rows
        keys = self._keys(set(rows.order_by().values_list("page_key", flat=True).distinct()))
        return rows.filter(page_key__in=keys).select_related("user").order_by("given_at", "pk")

    def _keys(self, keys: set[UUID]) -> set[UUID]:
        places: dict[UUID, set[str]] = {}
        for key, path in (
            visible_pages(self.user).filter(translation_key__in=keys).values_list("translation_key", "path")
        ):
            places.setdefault(key, set()).add(path)
        own = paths_answered_by(self.user, {path for paths in places.values() for path in paths})
        return {key for key, paths in places.items() if paths & own}

    def find(self, pk: int) -> Feedback | None:
        """The one with this id where it is addressed to them."""
        row = Feedback.objects.with_words().select_related("user").filter(pk=pk).first()
        return row if row is not None and self._keys({row.page_key}) else None

    def with_pages(self, rows: Iterable[Feedback]) -> list[Given]:
        """These with their pages; one query."""
        rows = list(rows)
        pages = pages_by_key(self.user, {row.page_key for row in rows})
        return [Given(row, pages.get(row.page_key)) for row in rows]


def score_of(page_key: UUID, edition: int) -> dict[str, int] | None:
    """``{"useful", "total"}`` of one version; None below ``FEWEST_VOTES``. One query."""
    votes = list(Feedback.objects.filter(page_key=page_key, edition=edition).values_list("is_useful", flat=True))
    return {"useful": sum(votes), "total": len(votes)} if len(votes) >= FEWEST_VOTES else None


def given_by(user) -> list[Given]:
    """What ``user`` wrote and what became of it, the newest first; two queries."""
    rows = list(Feedback.objects.of(user).with_words()[:100])
    pages = pages_by_key(user, {row.page_key for row in rows})
    return [Given(row, pages.get(row.page_key)) for row in rows]


def followed_by(user) -> list[Page]:
    """The manuals that ``user`` follows and may still see, the last followed first; two queries."""
    keys = list(Following.objects.of(user).values_list("manual_key", flat=True))
    pages = pages_by_key(user, keys)
    return [pages[key] for key in keys if key in pages]


def follows(user, page: Page) -> bool:
    """Whether ``user`` follows the manual of this page; two queries."""
    manual = manual_above(page)
    return manual is not None and Following.objects.filter(user=user, manual_key=manual.translation_key).exists()
