"""For whom a step or a path is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from people.models import Team


@dataclass(frozen=True)
class Audience:
    """Every condition that is filled in has to be met; one of the teams, locations, roles or contracts is enough for that
    condition."""

    teams: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    language: str = ""
    cohort: str = ""
    locations: frozenset[int] = frozenset()
    contracts: frozenset[str] = frozenset()

    @property
    def is_everybody(self) -> bool:
        """Whether nothing is filled in."""
        return self == EVERYBODY

    def includes(self, person: "Member") -> bool:
        """Whether the step is for this person."""
        return (
            (not self.teams or bool(self.teams & person.teams))
            and (not self.groups or bool(self.groups & person.groups))
            and (not self.language or self.language == person.language)
            and (not self.cohort or self.cohort.casefold() == person.cohort.casefold())
            and (not self.locations or person.location in self.locations)
            and (not self.contracts or person.contract in self.contracts)
        )


EVERYBODY = Audience()


@dataclass(frozen=True)
class Member:
    """What an audience is compared with: somebody's teams (their own and all above it), roles, language, cohort, location
    and contract."""

    teams: frozenset[int]
    groups: frozenset[int]
    language: str
    cohort: str
    location: int | None = None
    contract: str = ""


def member_among(user, cohort: str, parents: Mapping[int, int | None]) -> Member:
    """``member_of`` for one of many: ``parents`` as ``team_parents`` gives them, and the roles are fetched. No query."""
    groups = frozenset(group.pk for group in user.groups.all())
    found = member_in(user.team_id, groups, user.locale, cohort, parents)
    return replace(found, location=user.location_id, contract=user.contract_type)


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
    """The person as audiences see them; one query for the teams, one for the roles."""
    return member_among(user, cohort, team_parents() if user.team_id is not None else {})


def team_parents() -> dict[int, int | None]:
    """Of every team the one that it is part of; one query."""
    return dict(Team.objects.values_list("pk", "parent"))
