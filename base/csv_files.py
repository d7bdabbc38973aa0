"""Files with rows, as people save them from Excel: read whole, and whatever can't be read is said in words."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

MAX_ROWS, MAX_BYTES = 10_000, 1_500_000
DATE_FORMATS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")


class UnreadableFile(Exception):
    """The file can't be read at all; the text says why, to be shown."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; ``column`` is empty where it is about the row."""

    line: int
    column: str
    message: str


def decode(content: bytes, most: int | None = None) -> str:
    """The text of a file as Excel and others save it, of ``most`` bytes. Raises ``UnreadableFile``."""
    if len(content) > (most or MAX_BYTES):
        raise UnreadableFile(_("This file is too large. Divide it over several."))
    if content.startswith((b"PK", b"\xd0\xcf")):
        raise UnreadableFile(_("This is an Excel file. Save it as CSV first."))
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(_("This isn't a text file. Save it as CSV (UTF-8)."))


def read_table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns as they stand there, and each row that isn't empty with the number of its first line.

    Commas, semicolons and tabs are told apart by the first line. Raises ``UnreadableFile``.
    """
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(source, [])
        rows, before = [], source.line_num
        for values in source:
            if any(value.strip() for value in values):
                rows.append((before + 1, values))
            before = source.line_num
            if len(rows) > MAX_ROWS:
                message = _("There are more than %(max)s rows. Divide the file over several.")
                raise UnreadableFile(message % {"max": MAX_ROWS})
    except csv.Error as error:
        message = _("Line %(line)s can't be read: a quotation mark is missing, or there is one too many.")
        raise UnreadableFile(message % {"line": source.line_num}) from error
    return header, rows


def read_day(text: str) -> date | None:
    """The day as a cell says it, the year first or the day first; None where that is no date."""
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


def plain_name(name: str) -> str:
    """The name of a column without what doesn't matter: case, underscores, hyphens and double spaces."""
    return re.sub(r"[\s_-]+", " ", name.strip().casefold())


def known_columns(
    header: list[str],
    columns: Mapping[str, Sequence[str]],
    needed: Mapping[str, Sequence[str]],
    rows: Sequence,
) -> list[str]:
    """The columns of a file by our names; empty for one without a name.

    ``columns`` maps our name to what it may be called besides; ``needed`` says in words what has to be there, each with our
    names of which one is enough. Raises ``UnreadableFile`` that names every column that is unknown, there twice or missing,
    and where there are no rows.
    """
    names = {plain_name(name): column for column, others in columns.items() for name in (column, *others)}
    found, unknown = [], []
    for name in header:
        column = names.get(plain_name(name))
        if column is None and name.strip():
            unknown.append(name.strip()[:60])
        found.append(column or "")
    twice = sorted({column for column in found if column and found.count(column) > 1})
    missing = [words for words, ours in needed.items() if not set(ours) & set(found)]
    problems = [
        _("These columns aren't known: %(names)s.") % {"names": ", ".join(unknown)} if unknown else "",
        _("These columns are there twice: %(names)s.") % {"names": ", ".join(twice)} if twice else "",
        _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)} if missing else "",
    ]
    if any(problems):
        known = _("Columns that can be used: %(names)s.") % {"names": ", ".join(columns)}
        raise UnreadableFile(" ".join([*filter(None, problems), known]))
    if not rows:
        raise UnreadableFile(_("There are no rows below the names of the columns."))
    return found
