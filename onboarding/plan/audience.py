"""For whom a step is."""

from collections.abc import Mapping
from dataclasses import dataclass

from people.models import Team


@dataclass(frozen=True)
class Audience:
    """Every condition that is filled in has to be met; one of the teams or roles is enough for that condition."""

    teams: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    language: str = ""
    cohort: str = ""

    @property
    def is_everybody(self) -> bool:
        """Whether nothing is filled in."""
        return not (self.teams or self.groups or self.language or self.cohort)

    def includes(self, person: "Member") -> bool:
        """Whether the step is for this person."""
        return (
            (not self.teams or bool(self.teams & person.teams))
            and (not self.groups or bool(self.groups & person.groups))
            and (not self.language or self.language == person.language)
            and (not self.cohort or self.cohort.casefold() == person.cohort.casefold())
        )


@dataclass(frozen=True)
class Member:
    """What an audience is compared with: somebody's teams (their own and all above it), roles, language, cohort."""

    teams: frozenset[int]
    groups: frozenset[int]
    language: str
    cohort: str


def member_among(user, cohort: str, parents: Mapping[int, int | None]) -> Member:
    """The same for one of many: ``parents`` is of every team the one above it, and the roles are fetched. No query."""
    groups = frozenset(group.pk for group in user.groups.all())
    return member_in(user.team_id, groups, user.locale, cohort, parents)


def member_in(
    team_id: int | None, groups: frozenset[int], language: str, cohort: str, parents: Mapping[int, int | None]
) -> Member:
    """Somebody who would be in this team; no query."""
    teams = set()
    while team_id is not None and team_id not in teams:
        teams.add(team_id)
        team_id = parents.get(team_id)
    return Member(frozenset(teams), groups, language, cohort)


def member_of(user, cohort: str) -> Member:
    """The person as audiences see them; one query a level of teams, one for the roles."""
    teams, team_id = set(), user.team_id
    while team_id is not None and team_id not in teams:
        teams.add(team_id)
        team_id = Team.objects.filter(pk=team_id).values_list("parent", flat=True).first()
    groups = frozenset(group.pk for group in user.groups.all())
    return Member(frozenset(teams), groups, user.locale, cohort)
