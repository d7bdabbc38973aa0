"""How groups stand by a profile: of how many people the level is below, at or above what is asked. Aggregates only.

What is counted: per person who works here, the newest outcome by this profile that both agreed to. Never somebody's own
scores, never what was only proposed. That the person took the sharing back since changes nothing: what was agreed stays
theirs, and no name leaves here. Whoever reads isn't counted: they know where they stand.

What is shown, so that nobody can be worked out:

1. **Steps of five.** No number is exact, that of the group neither: "fewer than 5", "5 to 9", "10 to 14". Of a sum that
   isn't known exactly no cell can be computed from the others, so a small cell needs no second one to be hidden with it; and
   that nobody or everybody is in a cell is never said.
2. **No group of fewer than five** with an outcome by this profile, for a team counted with the teams below it.
3. **No small rest.** Whoever takes groups that are shown from one another (a team from the team above it, all teams from the
   whole organisation, one's own team from the whole) is left with nobody, or with five people or more. Where a rest
   would be of one to four, the smallest group that makes it is hidden, and the larger one stays. That is decided over the
   whole organisation, whatever part of it somebody may look at, so that a lead and HR find the same ones hidden; but for
   the reader themselves, who isn't counted in theirs.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.models import Team, User

from .models import CompetencyPage, CompetencyProfilePage, Rating, Sharing
from .reading import Asked, asked_by

SMALLEST = 5
# The whole organisation among the groups: what every team is a part of, and who has no team.
WHOLE = 0
READ_ALL = "competencies.read_groups"


@dataclass(frozen=True)
class Rough:
    """A number as it is shown: only in which step of five it is."""

    step: int

    @classmethod
    def of(cls, number: int) -> "Rough":
        """The step this number is in."""
        return cls(number // SMALLEST)

    @property
    def low(self) -> int:
        """The least it can be; for a bar."""
        return self.step * SMALLEST

    @property
    def high(self) -> int:
        """The most it can be."""
        return self.low + SMALLEST - 1

    @property
    def words(self) -> str:
        """As it is read."""
        if self.step == 0:
            return _("fewer than %(number)s") % {"number": SMALLEST}
        return _("%(low)s to %(high)s") % {"low": self.low, "high": self.high}


@dataclass(frozen=True)
class Row:
    """A competency as the profile asks it now, and of how many people the level is below, at or above that."""

    asked: Asked
    below: Rough
    at: Rough
    above: Rough
    unknown: Rough

    @property
    def cells(self) -> list[tuple[str, Rough]]:
        """Each number with what it counts, in order."""
        return [
            (_("Below what is asked"), self.below),
            (_("As asked"), self.at),
            (_("Above what is asked"), self.above),
            (_("Not known yet"), self.unknown),
        ]


@dataclass(frozen=True)
class Picture:
    """A group by a profile; where it isn't ``is_shown``, how many there are is nobody's business either."""

    is_shown: bool
    people: Rough
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class GroupChoice:
    """A group the reader may look at: a team with the teams below it, or everybody (``WHOLE``)."""

    key: int
    name: str | Promise


def shown_groups(parents: Mapping[int, int | None], own: Mapping[int, int]) -> dict[int, int]:
    """The groups that may be shown, with their size: rules 2 and 3 of this module.

    ``parents`` is the team above each team (None for none), ``own`` how many people with an outcome each team has itself;
    who has no team is under ``WHOLE``.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for team, parent in parents.items():
        below[parent or WHOLE].append(team)
    order = [WHOLE]
    for group in order:
        order += below[group]
    sizes: dict[int, int] = {}
    for group in reversed(order):
        sizes[group] = own.get(group, 0) + sum(sizes[part] for part in below[group])
    shown: dict[int, int] = {}
    waiting = [WHOLE] if sizes[WHOLE] >= SMALLEST else []
    while waiting:
        group = waiting.pop()
        shown[group] = sizes[group]
        waiting += _parts_to_show(group, sizes, below)
    return shown


def _parts_to_show(group: int, sizes: Mapping[int, int], below: Mapping[int, list[int]]) -> list[int]:
    """The largest groups within a shown one that leave nobody, or five people or more, when they are taken from it."""
    parts = [part for part in below[group] if sizes[part] >= SMALLEST]
    rest = sizes[group] - sum(sizes[part] for part in parts)
    while 0 < rest < SMALLEST:
        # The smallest is hidden; the groups within it may still be shown.
        hidden = min(parts, key=lambda part: (sizes[part], part))
        parts.remove(hidden)
        inner = [part for part in below[hidden] if sizes[part] >= SMALLEST]
        parts += inner
        rest += sizes[hidden] - sum(sizes[part] for part in inner)
    return parts


class GroupReading:
    """What ``reader`` may see of how groups stand: leads their teams and those below, HR every team and the whole."""

    def __init__(self, reader: User, language: str):
        self.reader, self.language = reader, language

    @cached_property
    def groups(self) -> list[GroupChoice]:
        """The groups to choose from; nothing for who leads no team and isn't HR."""
        teams = {pk: GroupChoice(pk, self._name(name, name_en)) for pk, _parent, name, name_en in self._teams}
        if self.reader.has_perm(READ_ALL):
            return [GroupChoice(WHOLE, _("The whole organisation")), *teams.values()]
        led = Team.objects.keys_below(self.reader.leads_teams.values_list("pk", flat=True))
        return [choice for key, choice in teams.items() if key in led]

    @cached_property
    def profiles(self) -> list[CompetencyProfilePage]:
        """The profiles to choose from."""
        return list(CompetencyProfilePage.objects.for_reader(self.reader, self.language).for_cards())

    def picture(self, profile: CompetencyProfilePage, group: int) -> Picture:
        """How this group stands; the same number of queries for any number of people and competencies."""
        key = profile.translation_key
        own: dict[int, int] = {}
        for team, people in (
            self._outcomes(key)
            .values_list("assessment__user__team")
            .annotate(people=Count("assessment__user", distinct=True))
            .order_by()
        ):
            own[team or WHOLE] = people
        size = shown_groups({pk: parent for pk, parent, _name, _name_en in self._teams}, own).get(group)
        if size is None:
            return Picture(False, Rough(0))
        competencies = {
            page.translation_key: page
            for page in CompetencyPage.objects.for_reader(self.reader, self.language).for_cards()
        }
        asked = asked_by([key], competencies)[key]
        counts = self._counts(key, group)
        return Picture(True, Rough.of(size), tuple(_row(row, counts[row.key], size) for row in asked))

    @cached_property
    def _teams(self) -> list[tuple[int, int | None, str, str]]:
        return list(Team.objects.values_list("pk", "parent", "name", "name_en"))

    def _name(self, name: str, name_en: str) -> str:
        return name_en or name if self.language == "en" else name

    def _outcomes(self, profile_key: UUID):
        """The newest agreed outcome of each person but the reader.

        Ranked in one pass: asked of each row by itself, PostgreSQL would go over all of them for each.
        """
        people = Q(assessment__user__is_active=True, assessment__user__is_preboarder=False)
        agreed = Sharing.objects.filter(people, agreed_at__isnull=False, assessment__profile_key=profile_key)
        newest_first = Window(
            RowNumber(), partition_by=F("assessment__user"), order_by=[F("agreed_at").desc(), F("pk").desc()]
        )
        newest = agreed.exclude(assessment__user=self.reader).annotate(place=newest_first).filter(place=1)
        return Sharing.objects.filter(pk__in=newest.values("pk"))

    def _counts(self, profile_key: UUID, group: int) -> dict[UUID, dict[int, int]]:
        """Per competency how many people of the group are at each level."""
        ratings = Rating.objects.filter(
            by=Rating.By.JOINT, sharing__in=self._outcomes(profile_key).values("pk"), level__isnull=False
        )
        if group != WHOLE:
            below = Team.objects.keys_below([group])
            ratings = ratings.filter(assessment__user__team__in=below)
        counts: dict[UUID, dict[int, int]] = defaultdict(dict)
        for key, level, people in (
            ratings.order_by().values("competency_key", "level").annotate(people=Count("pk"))
        ).values_list("competency_key", "level", "people"):
            counts[key][level] = people
        return counts


def _row(asked: Asked, levels: Mapping[int, int], size: int) -> Row:
    below = sum(people for level, people in levels.items() if level < asked.level)
    above = sum(people for level, people in levels.items() if level > asked.level)
    at = levels.get(int(asked.level), 0)
    return Row(asked, *(Rough.of(number) for number in (below, at, above, size - below - at - above)))


def may_look(user: User) -> bool:
    """Whether there is any group this colleague may look at; for links. Two queries at most."""
    return user.has_perm(READ_ALL) or user.leads_teams.exists()
