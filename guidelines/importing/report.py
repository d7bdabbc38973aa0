"""What an import did: pages made, changed, left alone and gone, and everything that could not be converted."""

from collections import Counter
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True)
class Problem:
    """One thing a person may want to look at; ``line`` is 0 where it concerns the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


@dataclass
class ImportReport:
    """The outcome of one run; paths are those in the folder, with ``/`` between the parts."""

    prefix: str = ""
    dry_run: bool = False
    root_page_id: int | None = None
    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    vanished: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files_added: int = 0

    def add(self, file: str, line: int, message: str) -> None:
        """Note a problem once, however often it is met."""
        problem = Problem(file, line, message)
        if problem not in self._seen:
            self._seen.add(problem)
            self.problems.append(problem)

    def __post_init__(self):
        self._seen: set[Problem] = set(self.problems)

    @property
    def pages(self) -> int:
        """How many pages stand for this folder now."""
        return len(self.created) + len(self.updated) + len(self.unchanged)

    def by_file(self) -> list[tuple[str, list[Problem]]]:
        """The problems grouped by file, in order of path and line."""
        groups: dict[str, list[Problem]] = {}
        for problem in sorted(self.problems):
            groups.setdefault(problem.file, []).append(problem)
        return list(groups.items())

    def kinds(self) -> list[tuple[str, int]]:
        """The commonest problems by their wording up to the first colon, with how often they occur."""
        return Counter(problem.message.split(":")[0] for problem in self.problems).most_common()

    def summary(self) -> str:
        """One sentence with the numbers."""
        return _(
            "%(created)d pages made, %(updated)d changed, %(unchanged)d left as they were, %(vanished)d whose file is gone, "
            "%(problems)d remarks."
        ) % {
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": len(self.unchanged),
            "vanished": len(self.vanished),
            "problems": len(self.problems),
        }

    def as_dict(self) -> dict:
        """Plain data, for keeping the report beside an upload."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict) -> "ImportReport":
        """The report again from ``as_dict``."""
        return cls(**{**data, "problems": [Problem(**row) for row in data["problems"]]})
