"""Lists as files for Excel and others. No cell of them is ever a formula."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What a spreadsheet takes for the beginning of a formula, or jumps over before it looks for one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value):
    """A cell that is only read: text that could be taken for a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def as_csv(columns: list[str], rows: Iterable[list]) -> bytes:
    """UTF-8 with the mark by which Excel knows it; semicolons, as the Dutch Excel expects."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    for row in [columns, *rows]:
        writer.writerow(["" if cell is None else cell for cell in map(harmless, row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(columns: list[str], rows: Iterable[list]) -> bytes:
    """A workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [columns, *rows]:
        sheet.append([harmless(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FORMATS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
