"""A file with colleagues as rows of texts: CSV as many systems write it, or a workbook of Excel."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from base import csv_files
from base.csv_files import UnreadableFile, known_columns
from base.sheets import FORMULA_STARTS

from .columns import COLUMNS, NEEDED

# A row of a colleague is some 150 characters: 50,000 of them with room to spare.
MAX_ROWS, MAX_BYTES = 60_000, 30_000_000
# Of a workbook after unpacking: a small file can hold terabytes of nothing.
MAX_UNPACKED = 400_000_000
LONGEST_CELL = 300


@dataclass(frozen=True)
class Table:
    """The text of a file, and its columns by our names (empty: a column without a name)."""

    text: str
    columns: list[str]
    delimiter: str

    def rows(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """The number of the line and the cells by column; None for a row with more cells than there are columns.

        Read anew at each call, so that a large file isn't held as rows. Raises ``UnreadableFile``.
        """
        for line, values in _lines(self.text, self.delimiter):
            extra = values[len(self.columns) :]
            if any(cell.strip() for cell in extra):
                yield line, None
            else:
                yield line, {name: _plain(cell) for name, cell in zip(self.columns, values, strict=False) if name}


def read_table(content: bytes, delimiter: str = "") -> Table:
    """The file as a table. Raises ``UnreadableFile``, also where a column is unknown, missing or there twice.

    Without a ``delimiter`` it is the one of comma, semicolon and tab that the first line has most of.
    """
    return table_of_text(as_text(content), delimiter)


def as_text(content: bytes) -> str:
    """What stands in the file, as CSV; of a workbook the first sheet. Raises ``UnreadableFile``."""
    if len(content) > MAX_BYTES:
        raise UnreadableFile(_("This file is too large. Divide it over several."))
    if content.startswith(b"PK"):
        return _text_of_workbook(content)
    return csv_files.decode(content, most=MAX_BYTES)


def table_of_text(text: str, delimiter: str = "") -> Table:
    """The same of a text that was read before. Raises ``UnreadableFile``."""
    first = text.split("\n", 1)[0]
    delimiter = delimiter or max(";,\t", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    count = sum(1 for _row in _lines(text, delimiter))
    if count > MAX_ROWS:
        message = _("There are more than %(max)s rows. Divide the file over several.")
        raise UnreadableFile(message % {"max": MAX_ROWS})
    return Table(text, known_columns(header, COLUMNS, NEEDED, range(count)), delimiter)


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        next(source, None)
        before = source.line_num
        for values in source:
            if any(value.strip() for value in values):
                yield before + 1, values
            before = source.line_num
    except csv.Error as error:
        message = _("Line %(line)s can't be read: a quotation mark is missing, or there is one too many.")
        raise UnreadableFile(message % {"line": source.line_num}) from error


def _plain(cell: str) -> str:
    """The cell without what was put before it to keep a spreadsheet from taking it for a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA_STARTS) else cell


def _text_of_workbook(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableFile(_("This file is too large. Divide it over several."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except UnreadableFile:
        raise
    # A broken workbook fails in as many ways as there are parts in it.
    except Exception as error:
        raise UnreadableFile(_("This Excel file can't be read. Save it anew, or as CSV.")) from error
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
            if number > MAX_ROWS + 1:
                break
            writer.writerow([_cell(value) for value in row])
    except Exception as error:
        raise UnreadableFile(_("This Excel file can't be read. Save it anew, or as CSV.")) from error
    finally:
        book.close()
    return out.getvalue()


def _cell(value) -> str:
    """A cell of a workbook as it would stand in a CSV file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (float, Decimal)) and value == int(value):
        return str(int(value))
    return str(value)[:LONGEST_CELL]
