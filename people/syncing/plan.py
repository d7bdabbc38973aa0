"""What a file with colleagues would change; see ``people.syncing.planning`` for how that is found out."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from base.csv_files import Problem

# The brake: more than this share of the open accounts in one go, and never fewer than so many.
BRAKE_SHARE, BRAKE_LEAST = 0.10, 5
FIELDS = (
    "email",
    "first_name",
    "last_name",
    "job_title",
    "job_title_en",
    "phone",
    "team",
    "location",
    "contract_type",
    "manager",
    "start_date",
    "end_date",
    "hours_per_week",
    "working_days",
    "locale",
)
LINKS = {"team": "team_id", "location": "location_id", "manager": "manager_id"}


class Kind(models.TextChoices):
    """What happens to a colleague."""

    JOIN = "join", gettext_lazy("joins")
    MOVE = "move", gettext_lazy("changes")
    LEAVE = "leave", gettext_lazy("leaves")
    RETURN = "return", gettext_lazy("returns")


@dataclass(frozen=True)
class Options:
    """How a file is to be read. ``is_complete``: who works here and isn't in it left.

    ``makes_places``: unknown teams and locations are made instead of being mistakes.
    """

    is_complete: bool = False
    makes_places: bool = False


@dataclass(frozen=True)
class Change:
    """What happens to one colleague. ``line`` is 0 for who isn't in the file.

    ``fields`` are ``(before, after)`` by field, as words to show; ``after`` of the team, the location and the manager is
    what they are found by: a name, a name, a staff number.
    """

    line: int
    kind: Kind
    staff_number: str
    name: str
    pk: int | None
    fields: dict[str, tuple[object, object]]


@dataclass
class Plan:
    """Everything a file would do, what is wrong in it, and what is to be known (``notes``: line and words)."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    new_places: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0
    open_accounts: int = 0

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of each kind, and how many mistakes."""
        kinds = Counter(change.kind.value for change in self.changes)
        return {**{kind: kinds[kind] for kind in Kind.values}, "mistakes": len({p.line for p in self.problems})}

    @property
    def limit(self) -> int:
        """So many accounts may change in one go."""
        return max(BRAKE_LEAST, int(self.open_accounts * BRAKE_SHARE))

    @property
    def is_braked(self) -> bool:
        """Whether this is so much that it is more likely a wrong file: joiners don't count, mistakes do."""
        return sum(count for kind, count in self.counts.items() if kind != Kind.JOIN) > self.limit

    @property
    def seal(self) -> str:
        """The same for the same plan, in whatever language it is read: what is confirmed has to be what was seen."""
        digest = hashlib.sha256()
        told = [(problem.line, problem.column) for problem in self.problems]
        for part in (*self.changes, *told, *(line for line, _words in self.notes), sorted(self.new_places.items())):
            digest.update(repr(part).encode())
        return digest.hexdigest()
