"""One row of a file with colleagues, as values of an account; what is wrong is said by column, without what stood there."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import override

from base.csv_files import plain_name, read_day

from ..models import User

TEXTS = ("first_name", "last_name", "job_title", "job_title_en", "phone")
EARLIEST, LATEST = date(1940, 1, 1), date(2100, 1, 1)


@dataclass
class Row:
    """``values`` are those of the account by field; ``names`` what is still to be looked up: team, location, manager, groups.

    Both hold only the columns that are in the file. ``problems`` are ``(column, what is wrong)``.
    """

    line: int
    staff_number: str
    values: dict[str, object] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """First and last name as the file has them."""
        return f"{self.values.get('first_name', '')} {self.values.get('last_name', '')}".strip()


class Cells:
    """Turns cells into rows; made once a file, since it knows what words mean in both languages."""

    def __init__(self):
        self.contracts = _words({value: User.ContractType(value) for value in User.ContractType.values})
        self.days = _words(
            {day: name for names in (WEEKDAYS, WEEKDAYS_ABBR) for day, name in names.items()}, pairs=True
        )
        self.readers: dict[str, Callable[[str], object]] = {
            "email": _email,
            "contract_type": self._contract,
            "start_date": _day,
            "end_date": _day,
            "hours_per_week": _hours,
            "working_days": self._working_days,
            "locale": _locale,
            **{name: self._text_of(name) for name in TEXTS},
        }

    def row(self, line: int, cells: dict[str, str]) -> Row:
        """Every cell is looked at, so that all mistakes are told at once.

        An empty cell empties the field, but for what everybody has: hours, working days and language stay as they are.
        """
        row = Row(line, cells.get("staff_number", ""))
        if not row.staff_number:
            row.problems.append(("staff_number", _("Fill in a staff number.")))
        elif len(row.staff_number) > 40 or not row.staff_number.isprintable():
            row.problems.append(("staff_number", _("This is no staff number: 40 characters at most.")))
        for column, text in cells.items():
            if column in self.readers:
                try:
                    value = self.readers[column](text)
                except ValidationError as error:
                    row.problems.append((column, error.messages[0]))
                else:
                    if value is not None or column in ("start_date", "end_date"):
                        row.values[column] = value
            elif column != "staff_number":
                row.names[column] = text
        first, last = row.values.get("start_date"), row.values.get("end_date")
        if first and last and last < first:
            row.problems.append(("end_date", _("The last day comes before the first day.")))
        return row

    def _contract(self, text: str) -> str:
        if text and plain_name(text) not in self.contracts:
            names = ", ".join(User.ContractType.values)
            raise ValidationError(_("Use one of these: %(names)s.") % {"names": names})
        return self.contracts[plain_name(text)] if text else ""

    def _working_days(self, text: str) -> list[int] | None:
        found = {self.days.get(word) for word in re.split(r"[\s,;/+]+", text.casefold()) if word}
        if None in found:
            raise ValidationError(_("Write the days as mo, tu, we, th, fr, sa, su."))
        return sorted(found) or None

    @staticmethod
    def _text_of(column: str) -> Callable[[str], str]:
        most = User._meta.get_field(column).max_length

        def read(text: str) -> str:
            if column == "first_name" and not text:
                raise ValidationError(_("Fill in a first name."))
            if len(text) > most:
                raise ValidationError(_("This is too long: %(most)s characters at most.") % {"most": most})
            if not text.isprintable():
                raise ValidationError(_("Write this on one line."))
            return text

        return read


def _words(labels: dict, *, pairs: bool = False) -> dict[str, object]:
    """What each of these values is called, in every language; ``pairs`` adds the first two letters."""
    words: dict[str, object] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for value, label in labels.items():
                name = plain_name(str(getattr(label, "label", label)))
                words.update({name: value, name.rstrip("."): value, plain_name(str(value)): value})
                if pairs:
                    words[name[:2]] = value
    if pairs:
        # As people count them: Monday is the first day.
        words.update({str(day + 1): day for day in range(7)})
        words.pop("0", None)
    return words


def _email(text: str) -> str:
    text = User.objects.normalize_email(text)
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("This is no e-mail address.")) from error
    if len(text) > User._meta.get_field("email").max_length:
        raise ValidationError(_("This is no e-mail address."))
    return text


def _day(text: str) -> date | None:
    if not text:
        return None
    # Some systems write a moment.
    day = read_day(text) or read_day(re.split(r"[T ]", text)[0])
    if day is None or not EARLIEST <= day <= LATEST:
        raise ValidationError(_("This is no date. Write it as 2026-10-31 or 31-10-2026."))
    return day


def _hours(text: str) -> int | None:
    if not text:
        return None
    try:
        hours = Decimal(text.replace(",", ".")).quantize(Decimal(1), ROUND_HALF_UP)
    except InvalidOperation:
        hours = Decimal(0)
    if not 1 <= hours <= 60:
        raise ValidationError(_("Use a number of hours from 1 to 60."))
    return int(hours)


def _locale(text: str) -> str | None:
    known = {code: code for code, _name in settings.LANGUAGES}
    known |= {"nederlands": "nl", "dutch": "nl", "english": "en", "engels": "en"}
    if text and text.casefold() not in known:
        raise ValidationError(_("Use one of these: %(names)s.") % {"names": ", ".join(dict(settings.LANGUAGES))})
    return known[text.casefold()] if text else None
