"""Comparing a file with colleagues with the accounts as they are.

An account is known by its staff number and by nothing else. A column that is in the file is what counts, an empty cell
included; a column that isn't there changes nothing. A row with a mistake is passed over and told; that its colleague left
is the one thing that counts even so. Memory holds the accounts and the changes, not the file.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from base.csv_files import Problem

from ..models import Location, Team, User
from .cells import Cells, Row
from .plan import FIELDS, LINKS, Change, Kind, Options, Plan
from .table import Table


@dataclass(frozen=True)
class Account:
    """An account as it is."""

    pk: int
    values: dict[str, object]
    is_active: bool
    is_superuser: bool
    is_preboarder: bool

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.values['first_name']} {self.values['last_name']}".strip()


def make_plan(table: Table, options: Options, *, by: User | None = None) -> Plan:
    """What this file would do. A handful of queries, however many rows. Raises ``UnreadableFile``.

    ``by`` is who asks: nobody closes their own account.
    """
    return _Planning(table, options, by).plan()


class _Planning:
    def __init__(self, table: Table, options: Options, by: User | None):
        self.table, self.options, self.by = table, options, by
        self.found = Plan()
        self.today: date = timezone.localdate()
        self.accounts: dict[str, Account] = {}
        self.by_email: dict[str, Account] = {}
        self.numbers: dict[int, str] = {}
        self.teams = _places(Team)
        self.locations = _places(Location)
        self.place_names = {"team": _names(Team), "location": _names(Location)}
        self.cells = Cells()
        self.emails: Counter = Counter()
        self._read_accounts()

    def _read_accounts(self) -> None:
        names = [LINKS.get(name, name) for name in FIELDS]
        flags = ("is_active", "is_superuser", "is_preboarder")
        rows = User.objects.filter(forgotten_at=None).order_by("pk")
        for pk, number, *values in rows.values_list("pk", "staff_number", *names, *flags).iterator(chunk_size=2000):
            account = Account(pk, dict(zip(FIELDS, values, strict=False)), *values[len(FIELDS) :])
            self.by_email[account.values["email"].lower()] = account
            if number:
                self.accounts[number], self.numbers[pk] = account, number
            if account.is_active and not account.is_preboarder:
                self.found.open_accounts += 1

    def plan(self) -> Plan:
        first = self._first_lines()
        rows, bad = [], set()
        for line, cells in self.table.rows():
            self.found.rows += 1
            if cells is None:
                self._problem(line, "", _("This row has more cells than there are columns."))
                continue
            row = self.cells.row(line, cells)
            if row.staff_number and first[row.staff_number] != line:
                words = _("This staff number is on line %(line)s as well.") % {"line": first[row.staff_number]}
                row.problems.append(("staff_number", words))
                bad.add(first[row.staff_number])
            if self.emails[cells.get("email", "").lower()] > 1:
                row.problems.append(("email", _("This address is there twice.")))
            self._look_up(row, first)
            change = self._change(row)
            if row.problems:
                self._tell(row)
            if change is not None:
                rows.append(change)
        # Of two rows with one number nobody knows which is right.
        changes = [change for change in rows if change.line not in bad]
        self.found.problems += [
            Problem(line, "staff_number", _("This staff number is there twice.")) for line in sorted(bad)
        ]
        self.found.changes = self._without_clashes(changes)
        if self.options.is_complete:
            self._leave_out(first)
        self.found.problems.sort(key=lambda problem: problem.line)
        return self.found

    def _first_lines(self) -> dict[str, int]:
        """On which line each staff number stands, the first time: a manager may come after who they lead."""
        first: dict[str, int] = {}
        for line, cells in self.table.rows():
            if cells:
                first.setdefault(cells.get("staff_number", ""), line)
                self.emails[cells.get("email", "").lower()] += bool(cells.get("email"))
        return first

    def _problem(self, line: int, column: str, message: str) -> None:
        self.found.problems.append(Problem(line, column, message))

    def _tell(self, row: Row) -> None:
        for column, message in row.problems:
            self._problem(row.line, column, message)

    def _look_up(self, row: Row, first: dict[str, int]) -> None:
        """Team, location and manager by their names; what isn't there is a mistake, or is made."""
        for column, places in (("team", self.teams), ("location", self.locations)):
            if column in row.names:
                self._place(row, column, places)
        if "manager" in row.names:
            number = row.names["manager"]
            if number and number == row.staff_number:
                row.problems.append(("manager", _("Somebody can't be their own manager.")))
            elif number and number not in self.accounts and number not in first:
                words = _("There is no colleague with this staff number, in the file or in the portal.")
                row.problems.append(("manager", words))
            else:
                row.values["manager"] = number

    def _place(self, row: Row, column: str, places: dict[str, int | str]) -> None:
        name = row.names[column]
        found = places.get(name.casefold(), "") if name else None
        if found == "" and self.options.makes_places and len(name) <= 120 and name.isprintable():
            self.found.new_places.setdefault(column, []).append(name)
            places[name.casefold()] = found = name
        if found == "":
            there_is_none = {
                "team": _("There is no team of this name."),
                "location": _("There is no location of this name."),
            }
            row.problems.append((column, there_is_none[column]))
        else:
            row.values[column] = found

    def _change(self, row: Row) -> Change | None:
        account = self.accounts.get(row.staff_number) if row.staff_number else None
        if account is None:
            return self._joining(row)
        if account.is_preboarder:
            words = _("This colleague hasn't started yet: their account is HR's, under Before the start.")
            self.found.notes.append((row.line, words))
            return None
        left = row.values.get("end_date")
        if row.problems and (left is None or left >= self.today):
            return None
        # Who left loses access, whatever else is wrong in the row.
        values = {"end_date": left} if row.problems else dict(row.values)
        if self._ends_before_it_starts(row, account, values):
            return None
        if account.is_superuser and values.get("email", account.values["email"]) != account.values["email"]:
            self.found.notes.append((row.line, _("An administrator's address is changed by hand only.")))
            values.pop("email")
        fields = {name: (before, after) for name, before, after in self._differences(account, values)}
        kind = self._kind(row, account, values)
        if kind is Kind.RETURN:
            fields.setdefault("end_date", (account.values["end_date"], None))
        if kind is Kind.MOVE and not fields:
            return None
        return Change(row.line, kind, row.staff_number, row.name or account.name, account.pk, fields)

    def _joining(self, row: Row) -> Change | None:
        """A new colleague; or an account without a number that has this address gets the number."""
        if row.problems or not row.staff_number:
            return None
        present = self.by_email.get(row.values["email"].lower())
        if present is not None and present.pk not in self.numbers and present.is_active and not present.is_preboarder:
            if present.is_superuser:
                words = _("An administrator's account gets its staff number by hand only.")
                self.found.notes.append((row.line, words))
                return None
            if self._ends_before_it_starts(row, present, row.values):
                return None
            fields = {name: (before, after) for name, before, after in self._differences(present, row.values)}
            fields = {"staff_number": (None, row.staff_number), **fields}
            kind = self._kind(row, present, row.values)
            return Change(row.line, kind, row.staff_number, row.name, present.pk, fields)
        left = row.values.get("end_date")
        if left is not None and left < self.today:
            return None
        fields = {
            name: (None, self.place_names[name].get(value, value) if name in self.place_names else value)
            for name, value in row.values.items()
            if value not in (None, "")
        }
        return Change(row.line, Kind.JOIN, row.staff_number, row.name, None, fields)

    def _ends_before_it_starts(self, row: Row, account: Account, values: dict) -> bool:
        """Of which one of the days may be what is known already; told as a mistake."""
        first, last = (values.get(name, account.values[name]) for name in ("start_date", "end_date"))
        is_wrong = first is not None and last is not None and last < first
        if is_wrong and not row.problems:
            row.problems.append(("end_date", _("The last day comes before the first day.")))
        return is_wrong

    def _differences(self, account: Account, values: dict):
        """Each field that would get another value, as (field, before, after)."""
        for name, after in values.items():
            before = account.values[name]
            if name == "manager":
                number = self.numbers.get(before, f"#{before}") if before else ""
                if number != after:
                    yield name, number, after
            elif name in ("team", "location"):
                if before != after:
                    names = self.place_names[name]
                    yield name, names.get(before, ""), names.get(after, after or "")
            elif before != after:
                yield name, before, after

    def _kind(self, row: Row, account: Account, values: dict) -> Kind:
        """Whether this closes or opens the account. Who was closed by hand stays closed, whatever the file says."""
        has_left = values.get("end_date", account.values["end_date"])
        has_left = has_left is not None and has_left < self.today
        if account.is_active:
            if not has_left:
                return Kind.MOVE
            if account.is_superuser or (self.by and self.by.pk == account.pk):
                self.found.notes.append((row.line, _("This administrator's account is closed by hand only.")))
                return Kind.MOVE
            return Kind.LEAVE
        if has_left:
            return Kind.MOVE
        known, first = account.values["end_date"], account.values["start_date"]
        left_by_date = known is not None and (known <= self.today or known == first)
        says = "end_date" in values and values["end_date"] != known
        says = says or ("end_date" not in self.table.columns and self.options.is_complete)
        if left_by_date and says and not account.is_superuser:
            return Kind.RETURN
        self.found.notes.append((row.line, _("This account was closed by hand: it stays closed.")))
        return Kind.MOVE

    def _without_clashes(self, changes: list[Change]) -> list[Change]:
        """Without the rows whose address is somebody else's who keeps it, told as mistakes.

        Who is passed over keeps their address, which may clash in turn: so again, until nothing does.
        """
        while True:
            kept = {account.pk: email for email, account in self.by_email.items()}
            moving = [change for change in changes if "email" in change.fields]
            for change in moving:
                kept.pop(change.pk, None)
            taken = set(kept.values())
            clashing = [change for change in moving if change.fields["email"][1].lower() in taken]
            if not clashing:
                return changes
            for change in clashing:
                self._problem(change.line, "email", _("A colleague has this address already."))
            gone = {change.line for change in clashing}
            changes = [change for change in changes if change.line not in gone]

    def _leave_out(self, first: dict[str, int]) -> None:
        """Who works here and isn't in the file left. Without a staff number nobody is expected in it."""
        for number, account in self.accounts.items():
            if number in first or not account.is_active or account.is_preboarder:
                continue
            if account.is_superuser or (self.by and self.by.pk == account.pk):
                self.found.notes.append((0, _("An administrator isn't in the file: their account stays open.")))
                continue
            known, start = account.values["end_date"], account.values["start_date"]
            day = max(filter(None, (self.today, start)))
            fields = {} if known and known <= day else {"end_date": (known, day)}
            self.found.changes.append(Change(0, Kind.LEAVE, number, account.name, account.pk, fields))


def _places(model) -> dict[str, int | str]:
    """Teams or locations by name, in either language; one that isn't there yet is its own name."""
    rows = list(model.objects.order_by("pk").values_list("pk", "name", "name_en"))
    english = {name_en.casefold(): pk for pk, _name, name_en in rows if name_en}
    return {**english, **{name.casefold(): pk for pk, name, _name_en in rows}}


def _names(model) -> dict[int, str]:
    return dict(model.objects.values_list("pk", "name"))
