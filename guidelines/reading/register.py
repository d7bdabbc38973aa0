"""Who answers for every text, and when it is due: all of them at once, by a few queries for any number of pages.

Only pages where something is filled in are fetched, and every manual: what has nothing of its own is as the page above it.
Those are also the texts that are checked: one check of a manual counts for each chapter that has no dates of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from base.stamp import remembered
from base.translation.status import originals
from people.models import Team, User

from ..querysets import paths_above
from .governance import next_review
from .page_types import chapter_model, manual_model

FIELDS = ("owner_colleague", "deputy", "owning_team", "reviewed_on", "review_by", "review_months")


@dataclass(frozen=True)
class Row:
    """What is filled in on one live page itself; people and team by id."""

    pk: int
    key: UUID
    path: str
    title: str
    language: str
    is_manual: bool
    owner: int | None = None
    deputy: int | None = None
    team: int | None = None
    reviewed_on: date | None = None
    review_by: date | None = None
    months: int | None = None


@dataclass(frozen=True)
class Standing:
    """How a page stands, also by the pages above it.

    ``answers`` are the ids of who answers now: the owner, else the deputy, else who leads the team; nobody is empty.
    """

    row: Row | None = None
    answers: tuple[int, ...] = ()
    is_stand_in: bool = False
    deputy: int | None = None
    team: int | None = None
    reviewed_on: date | None = None
    review_by: date | None = None
    months: int | None = None
    manual: Row | None = field(default=None, compare=False)

    def is_due(self, day: date) -> bool:
        """Whether the day it had to be checked by lies before ``day``."""
        return self.review_by is not None and self.review_by < day

    @property
    def sort_key(self) -> tuple:
        """Longest overdue first; what has no day comes last."""
        return (self.review_by or date.max, self.row.path if self.row else "")


class Register:
    """Everything at ``today``; with ``path`` only what counts for the page at that path. Ask one for each request.

    ``without`` is the id of somebody who is looked upon as gone already.
    """

    def __init__(self, *, path: str = "", today: date | None = None, without: int | None = None):
        self.path, self.today, self.without = path, today or timezone.localdate(), without

    @cached_property
    def rows(self) -> dict[str, Row]:
        """What is filled in, by tree path, in every language."""
        found = {}
        for model in (manual_model(), chapter_model()):
            is_manual = model is manual_model()
            pages = self._filled(model)
            if self.path:
                pages = pages.filter(path__in=[*paths_above(self.path), self.path])
            values = pages.values_list("pk", "translation_key", "path", "title", "locale__language_code", *FIELDS)
            for pk, key, path, title, language, *own in values.order_by():
                found[path] = Row(pk, key, path, title, language, is_manual, *own)
        return found

    @cached_property
    def originals(self) -> frozenset[int]:
        """The pages that others are translations of: these are what is checked."""
        return frozenset(
            pk
            for model in (manual_model(), chapter_model())
            for pk in originals(self._filled(model)).values_list("pk", flat=True)
        )

    @staticmethod
    def _filled(model):
        """The live pages that are asked for: every manual, and of the chapters those with something of their own."""
        if model is manual_model():
            return model.objects.live()
        filled = Q(pk__in=[])
        for name in FIELDS:
            filled |= Q(**{f"{name}__isnull": False})
        return model.objects.live().filter(filled)

    @cached_property
    def present(self) -> frozenset[int]:
        """Of the people named, who works here."""
        named = {pk for row in self.rows.values() for pk in (row.owner, row.deputy) if pk}
        return frozenset(working(named, self.today) - {self.without}) if named else frozenset()

    @cached_property
    def _leads(self) -> dict[int, tuple[int, ...]]:
        """Who leads each team, by team; one without leads has those of the team it is part of."""
        if not any(row.team for row in self.rows.values()):
            return {}
        return leads_of_teams(self.today, without=self.without)

    def standing(self, path: str) -> Standing:
        """How the live page at this path stands, whether or not anything is filled in on it."""
        chain = [self.rows[at] for at in (path, *reversed(paths_above(path))) if at in self.rows]
        answers, is_stand_in = self._people(chain)
        team = next((row.team for row in chain if row.team), None)
        dated = next((row for row in chain if row.reviewed_on or row.review_by), None)
        months = next((row.months for row in chain if row.months), None)
        owning = next((at for at, row in enumerate(chain) if row.owner in self.present), len(chain))
        # Whoever stands in for the owner of the page above doesn't for one who is named below it.
        deputy = next((row.deputy for row in chain[: owning + 1] if row.deputy in self.present), None)
        return Standing(
            row=self.rows.get(path),
            answers=answers or self._leads.get(team, ()),
            is_stand_in=is_stand_in or not answers,
            deputy=deputy,
            team=team,
            reviewed_on=dated.reviewed_on if dated else None,
            review_by=(dated.review_by or next_review(dated.reviewed_on, months)) if dated else None,
            months=months,
            manual=next((row for row in chain if row.is_manual), None),
        )

    def _people(self, chain: list[Row]) -> tuple[tuple[int, ...], bool]:
        deputy = None
        for row in chain:
            deputy = deputy or (row.deputy if row.deputy in self.present else None)
            if row.owner in self.present:
                return (row.owner,), False
            if row.owner and deputy:
                return (deputy,), True
        return ((deputy,), True) if deputy else ((), False)

    @cached_property
    def texts(self) -> list[Standing]:
        """The originals that are checked by themselves, longest overdue first."""
        found = [self.standing(row.path) for row in self.rows.values() if row.pk in self.originals]
        return sorted(found, key=lambda standing: standing.sort_key)

    def text(self, key: UUID) -> Standing | None:
        """The one with this translation key; None where no such text is checked by itself."""
        return next((one for one in self.texts if one.row.key == key), None)

    def of(self, user: User) -> list[Standing]:
        """What this person answers for now."""
        return [one for one in self.texts if user.pk in one.answers]

    def deputised_by(self, user: User) -> list[Standing]:
        """What this person is the deputy of, while its owner is here."""
        return [one for one in self.texts if one.deputy == user.pk and user.pk not in one.answers]

    @property
    def unanswered(self) -> list[Standing]:
        """What nobody answers for."""
        return [one for one in self.texts if not one.answers]


def answers_for_something(user: User) -> bool:
    """Whether this person is the owner or deputy of a text, or leads a team that answers for one; remembered for all."""
    return user.pk in remembered("owners", _all_named)


def _all_named() -> frozenset[int]:
    named, teams = set(), set()
    for model in (manual_model(), chapter_model()):
        for name in ("owner_colleague", "deputy"):
            pages = model.objects.live().filter(**{f"{name}__isnull": False})
            named |= set(pages.order_by().values_list(name, flat=True).distinct())
        teams |= set(model.objects.live().filter(owning_team__isnull=False).values_list("owning_team", flat=True))
    leads = leads_of_teams(timezone.localdate()) if teams else {}
    # Never empty: that would be worked out anew each time.
    return frozenset(named | {pk for team in teams for pk in leads.get(team, ())} | {0})


def working(keys: Iterable[int] | None, today: date) -> set[int]:
    """Of these people (None: of all), the ids of who works here and isn't past their last day."""
    people = User.objects.active().filter(Q(end_date=None) | Q(end_date__gte=today))
    people = people if keys is None else people.filter(pk__in=keys)
    return set(people.values_list("pk", flat=True))


def leads_of_teams(today: date, *, without: int | None = None) -> dict[int, tuple[int, ...]]:
    """Who leads each team, by id; a team without anybody has the leads of the nearest team above it that has."""
    rows = Team.leads.through.objects.values_list("team", "user").order_by("team", "user")
    present = working({user for _team, user in rows}, today) - {without}
    own: dict[int, tuple[int, ...]] = {}
    for team, user in rows:
        if user in present:
            own[team] = (*own.get(team, ()), user)
    above = dict(Team.objects.values_list("pk", "parent"))
    found = {}
    for team in above:
        at, seen = team, set()
        while at is not None and at not in own and at not in seen:
            seen.add(at)
            at = above.get(at)
        found[team] = own.get(at, ())
    return found
