"""A CSV file as spreadsheets save it: its text, its columns by our names, and its rows by line."""

import csv
import io
import re

from django.utils.translation import gettext as _

MAX_ROWS, MAX_BYTES = 10_000, 1_500_000
# What a column may be called, in either language. A file made elsewhere says it in its own way.
COLUMNS = {
    "staff_number": ("staff number", "personeelsnummer"),
    "email": ("e-mail", "e-mail address", "e-mailadres", "mail"),
    "path": ("pad", "onboardingpad", "onboarding path"),
    "start_date": ("start date", "startdatum", "first day", "eerste werkdag"),
    "cohort": ("lichting", "group", "groep"),
    "probation_end": ("end of probation", "einde proeftijd", "proeftijd tot"),
    "buddy": (),
    "manager": ("leidinggevende",),
    "mentor": (),
    "hr": ("hr contact", "hr-contactpersoon"),
    "late": ("te laat", "what is due already"),
    "spread_days": ("spread days", "spreiden over"),
}
_NAMES = {
    re.sub(r"[\s_-]+", " ", name.casefold()): column for column, others in COLUMNS.items() for name in (column, *others)
}


class UnreadableFile(Exception):
    """The file can't be read at all; the text says why, to be shown."""


def decode(content: bytes) -> str:
    """The text of a file as Excel and others save it. Raises ``UnreadableFile``."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("This file is too large. Divide it over several."))
    if content.startswith((b"PK", b"\xd0\xcf")):
        raise UnreadableFile(_("This is an Excel file. Save it as CSV first."))
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile(_("This isn't a text file. Save it as CSV (UTF-8)."))


def read_lines(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns by our names, and each row with the number of its first line."""
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(source, [])
        columns = _columns(header)
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
    if not rows:
        raise UnreadableFile(_("There are no rows below the names of the columns."))
    return columns, rows


def _columns(header: list[str]) -> list[str]:
    found, unknown = [], []
    for name in header:
        column = _NAMES.get(re.sub(r"[\s_-]+", " ", name.strip().casefold()))
        if column is None and name.strip():
            unknown.append(name.strip()[:60])
        found.append(column or "")
    twice = sorted({column for column in found if column and found.count(column) > 1})
    missing = ["path"] if "path" not in found else []
    if not {"staff_number", "email"} & set(found):
        missing.append(_("staff_number or email"))
    problems = [
        _("These columns aren't known: %(names)s.") % {"names": ", ".join(unknown)} if unknown else "",
        _("These columns are there twice: %(names)s.") % {"names": ", ".join(twice)} if twice else "",
        _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)} if missing else "",
    ]
    if any(problems):
        known = _("Columns that can be used: %(names)s.") % {"names": ", ".join(COLUMNS)}
        raise UnreadableFile(" ".join([*filter(None, problems), known]))
    return found
