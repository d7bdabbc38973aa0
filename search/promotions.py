"""Which pages editors put first for the words of a question, and which they leave out of it.

All that run are read as one structure, cached under the content stamp: an edit counts for the next question in every
process, and a question without any costs no query.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils import timezone
from wagtail.models import Page

from base.stamp import remembered

from .analysis import words_of
from .catalogue import Catalogue
from .documents import EVERYTHING, Scope
from .extraction import paths_down_to
from .models import Promotion

MOST_PROMOTED = 3


@dataclass(frozen=True)
class Place:
    """One language of a page: its primary key, and with it those of all pages above it."""

    pk: int
    above: frozenset[int]


@dataclass(frozen=True)
class Rule:
    """What an editor said. ``places`` are the live languages of the page as they stand in the tree."""

    words: str
    is_exact: bool
    language: str
    is_blocked: bool
    ends_on: datetime.date
    page_key: UUID
    places: tuple[Place, ...] = ()
    pk: int | None = None

    def counts_for(self, words: Sequence[str], language: str, today: datetime.date) -> bool:
        """Whether it says something about a question in these folded words."""
        if self.ends_on < today or self.language not in ("", language):
            return False
        return " ".join(words) == self.words if self.is_exact else set(self.words.split()) <= set(words)


def rules() -> tuple[Rule, ...]:
    """All that weren't over when they were read: "exactly these words" first, then the oldest first."""
    return remembered("search-promotions", load_rules)


def load_rules() -> tuple[Rule, ...]:
    """The same from the database, in at most three queries."""
    rows = list(Promotion.objects.running().order_by("pk"))
    found = with_places(
        Rule(
            words=row.words,
            is_exact=row.match == Promotion.Match.EXACT,
            language=row.language,
            is_blocked=row.kind == Promotion.Kind.BLOCKED,
            ends_on=row.ends_on,
            page_key=row.page_key,
            pk=row.pk,
        )
        for row in rows
    )
    return in_order(found)


def in_order(found: Iterable[Rule]) -> tuple[Rule, ...]:
    """Those for exactly the words before those for more; else as they come."""
    return tuple(sorted(found, key=lambda rule: not rule.is_exact))


def with_places(rows: Iterable[Rule]) -> list[Rule]:
    """The rules with where their pages are now, in the same order."""
    rows = list(rows)
    if not rows:
        return []
    pages = list(
        Page.objects.live()
        .filter(translation_key__in={rule.page_key for rule in rows}, alias_of=None, depth__gt=1)
        .order_by("pk")
        .values_list("pk", "path", "translation_key")
    )
    paths = {above for _pk, path, _key in pages for above in paths_down_to(path)}
    numbers = dict(Page.objects.filter(path__in=paths).order_by().values_list("path", "pk"))
    places: dict[UUID, list[Place]] = {}
    for pk, path, key in pages:
        above = frozenset(numbers[each] for each in paths_down_to(path) if each in numbers)
        places.setdefault(key, []).append(Place(pk, above))
    return [replace(rule, places=tuple(places.get(rule.page_key, ()))) for rule in rows]


def apply(
    question,
    ranked: Sequence[int],
    catalogue: Catalogue,
    scope: Scope = EVERYTHING,
    *,
    corrected: str = "",
    using: Sequence[Rule] | None = None,
) -> tuple[Sequence[int], frozenset[int]]:
    """The pages with those put first at the front and those left out gone, and the primary keys of those put first.

    At most three come first, only what is in ``scope``, none twice; left out wins over put first. ``corrected`` are the
    words as they were understood. ``using`` are other rules than those that stand.
    """
    today = timezone.localdate()
    said = [words for words in (words_of(question.text), words_of(corrected)) if words]
    chosen = [
        rule
        for rule in (rules() if using is None else using)
        if any(rule.counts_for(words, question.language, today) for words in said)
    ]
    if not chosen:
        return ranked, frozenset()
    blocked_keys = {rule.page_key for rule in chosen if rule.is_blocked}
    blocked = {place.pk for rule in chosen if rule.is_blocked for place in rule.places}
    first: dict[UUID, list[int]] = {}
    for rule in chosen:
        if rule.is_blocked or rule.page_key in blocked_keys or rule.page_key in first:
            continue
        open_places = [place.pk for place in rule.places if place.pk in catalogue and _is_in(place, catalogue, scope)]
        if open_places and len(first) < MOST_PROMOTED:
            # The reader's language before the other: of the two, one is shown.
            first[rule.page_key] = sorted(open_places, key=lambda pk: catalogue.language(pk) != question.language)
    promoted = [pk for pks in first.values() for pk in pks]
    gone = blocked.union(promoted)
    return [*promoted, *(pk for pk in ranked if pk not in gone)], frozenset(promoted)


def _is_in(place: Place, catalogue: Catalogue, scope: Scope) -> bool:
    return (
        scope.closed.isdisjoint(place.above)
        and place.pk not in scope.hidden
        and (not scope.languages or catalogue.language(place.pk) in scope.languages)
        and (not scope.kinds or catalogue.kind(place.pk).key in scope.kinds)
    )
