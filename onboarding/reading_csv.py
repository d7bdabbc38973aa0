"""A CSV file of people to put on paths: read whole, checked whole, and nothing is written here.

What is wrong is told by line and column, so that the sheet can be mended; a file with one mistake puts nobody on a path.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from base.csv_files import Problem, read_day
from people.models import Team, User

from .csv_lines import read_lines
from .csv_people import ROLES, People, names_in
from .making_outlines import readable
from .missing_roles import Missing, missing_roles, steps_for, who_is_there
from .models import Enrolment, PathPage
from .outline import Outline
from .periods import far_away, far_first_day
from .plan.audience import member_among
from .reading_outlines import published_outline
from .supporting import MOST_IN_ROLE


@dataclass
class Row:
    """One person to put on one path. ``is_there``: they are on it already, and stay as they are.

    ``missing`` are the roles that have something to do there and that nobody has.
    """

    line: int
    user: User
    path_key: UUID
    path_title: str
    start_date: date
    supporters: dict[str, list[User]] = field(default_factory=dict)
    cohort: str = ""
    probation_end: date | None = None
    late: str = Enrolment.Late.SPREAD
    spread_days: int = 10
    is_there: bool = False
    missing: tuple[Missing, ...] = ()

    @property
    def choices_made(self) -> dict:
        """What ``services.enrol`` is asked beside person, path and supporters."""
        names = ("start_date", "cohort", "probation_end", "late", "spread_days")
        return {name: getattr(self, name) for name in names}


@dataclass
class Reading:
    """What a file says: its rows, or everything that is wrong with it."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def new(self) -> list[Row]:
        """Who would be put on a path."""
        return [row for row in self.rows if not row.is_there]


def read_rows(text: str, reader, language: str) -> Reading:
    """Everything in the file, checked; ``reader`` sees the paths. Raises ``UnreadableFile`` for columns that are wrong."""
    columns, lines = read_lines(text)
    cells = [(line, dict(zip(columns, values, strict=False)), len(values)) for line, values in lines]
    check = _Check(reader, language, [values for _line, values, _count in cells])
    for line, values, count in cells:
        if count > len(columns):
            check.problem(line, "", _("This row has more cells than there are columns."))
        else:
            check.row(line, {name: value.strip() for name, value in values.items()})
    return check.done()


class _Check:
    """Turns cells into rows, and gathers what is wrong."""

    def __init__(self, reader, language: str, cells: list[dict]):
        self.language = language
        self.reading = Reading()
        self.people = People(cells)
        self.paths = _paths(PathPage.objects.visible_to(reader))
        self.closed_paths = _paths(readable(PathPage, reader).filter(live=False))
        self.there = set(Enrolment.objects.not_ended().values_list("user_id", "path_key"))
        self.seen: dict[tuple, int] = {}

    def problem(self, line: int, column: str, message: str) -> None:
        """Keep what is wrong."""
        self.reading.problems.append(Problem(line, column, message))

    def done(self) -> Reading:
        """Rows only where nothing is wrong."""
        if self.reading.problems:
            self.reading.rows = []
        return self.reading

    def row(self, line: int, cells: dict[str, str]) -> None:
        """One row; every cell of it is looked at, so that all mistakes are told at once."""
        before = len(self.reading.problems)
        user = self._person(line, cells)
        path, outline = self._path(line, cells.get("path", ""), user)
        values = {
            "start_date": self._date(line, "start_date", cells) or (user and user.start_date),
            "probation_end": self._date(line, "probation_end", cells),
            "supporters": self._supporters(line, cells, user),
            "cohort": self._cohort(line, cells.get("cohort", "")),
            "late": self._late(line, cells.get("late", "")),
            "spread_days": self._days(line, cells.get("spread_days", "")),
        }
        if user and not values["start_date"] and len(self.reading.problems) == before:
            self.problem(line, "start_date", _("Fill in a date: no first day is known of this colleague."))
        if values["start_date"] and not cells.get("start_date") and far_away(values["start_date"]):
            self.problem(line, "start_date", far_first_day(values["start_date"]))
        if values["start_date"] and values["probation_end"] and values["probation_end"] < values["start_date"]:
            self.problem(line, "probation_end", _("The probation period ends before it starts."))
        if len(self.reading.problems) > before:
            return
        key = user.pk, path[0]
        if key in self.seen:
            message = _("This colleague is on this path on line %(line)s as well.") % {"line": self.seen[key]}
            self.problem(line, "", message)
            return
        self.seen[key] = line
        missing = self._missing(user, outline, values)
        self.reading.rows.append(Row(line, user, *path, **values, is_there=key in self.there, missing=missing))

    def _missing(self, user: User, outline: Outline, values: dict) -> tuple[Missing, ...]:
        steps = steps_for(outline, member_among(user, values["cohort"], self.teams))
        there = who_is_there(values["supporters"], user.manager)
        return missing_roles([(step.assignee, step.signed_off_by) for step in steps], there)

    @cached_property
    def teams(self) -> dict[int, int | None]:
        """Of every team the one above it."""
        return dict(Team.objects.values_list("pk", "parent"))

    def _person(self, line: int, cells: dict) -> User | None:
        number, address = cells.get("staff_number", ""), cells.get("email", "")
        if not (number or address):
            self.problem(line, "staff_number", _("Fill in a staff number or an e-mail address."))
            return None
        by_number, by_address = self.people.find(number), self.people.find(address)
        if by_number and by_address and by_number != by_address:
            self.problem(line, "email", _("The staff number and the e-mail address are of two colleagues."))
            return None
        user = by_number or by_address
        if user is None:
            column = "staff_number" if number else "email"
            self.problem(line, column, _("There is no colleague with this number or address."))
        elif not user.is_active:
            self.problem(line, "staff_number" if number else "email", _("This account is closed."))
        return user

    def _path(self, line: int, name: str, user) -> tuple[tuple[UUID, str] | None, Outline | None]:
        if not name:
            self.problem(line, "path", _("Fill in a path."))
            return None, None
        found = self.paths.get(name.casefold(), set())
        if len(found) != 1:
            several = _("There are several paths of this name: use the last part of its address.")
            is_closed = name.casefold() in self.closed_paths
            none = (
                _("This path isn't published any more.") if is_closed else _("There is no published path of this name.")
            )
            self.problem(line, "path", several if found else none)
            return None, None
        key = next(iter(found))
        outline = published_outline(user, key, self.language) if user else None
        if user and outline is None:
            self.problem(line, "path", _("This path is not open to this colleague: its page is only for some groups."))
            return None, None
        return (key, outline.title if outline else name), outline

    def _date(self, line: int, column: str, cells: dict) -> date | None:
        text = cells.get(column, "")
        if not text:
            return None
        day = read_day(text)
        if day is None:
            self.problem(line, column, _("This is no date. Write it as 2026-10-31 or 31-10-2026."))
        elif problem := far_away(day):
            self.problem(line, column, problem)
        return day

    def _supporters(self, line: int, cells: dict, user) -> dict[str, list[User]]:
        found = {}
        for column, role in ROLES.items():
            names = names_in(cells.get(column, ""))
            if len(names) > MOST_IN_ROLE:
                self.problem(line, column, _("These are too many: %(most)s at most.") % {"most": MOST_IN_ROLE})
            elif people := self._in_role(line, column, names, user):
                found[role] = people
        return found

    def _in_role(self, line: int, column: str, names: list[str], user) -> list[User]:
        people: list[User] = []
        for name in names:
            colleague = self.people.find(name)
            problem = ""
            if colleague is None or not colleague.is_active or colleague.is_preboarder:
                problem = _("There is no colleague with this number or address.")
            elif colleague == user:
                problem = _("Choose somebody else: nobody walks along with themselves.")
            elif colleague in people:
                problem = _("This colleague is named already.")
            else:
                people.append(colleague)
            if problem:
                self.problem(line, column, f"{name}: {problem}" if len(names) > 1 else problem)
        return people

    def _cohort(self, line: int, text: str) -> str:
        if len(text) > 60:
            self.problem(line, "cohort", _("This is too long: 60 characters at most."))
        elif not text.isprintable():
            self.problem(line, "cohort", _("Write the name of the cohort on one line."))
        return text

    def _late(self, line: int, text: str) -> str:
        if text and text.casefold() not in Enrolment.Late.values:
            message = _("Use one of these: %(names)s.") % {"names": ", ".join(Enrolment.Late.values)}
            self.problem(line, "late", message)
        return text.casefold() or Enrolment.Late.SPREAD

    def _days(self, line: int, text: str) -> int:
        if not text:
            return 10
        if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= 120):
            self.problem(line, "spread_days", _("Use a whole number from 1 to 120."))
            return 10
        return int(text)


def _paths(pages: QuerySet) -> dict[str, set[UUID]]:
    """These paths by title and by the last part of their address."""
    found: dict[str, set[UUID]] = {}
    for key, title, slug in pages.values_list("translation_key", "title", "slug"):
        for name in (title.strip().casefold(), slug.casefold()):
            found.setdefault(name, set()).add(key)
    return found
