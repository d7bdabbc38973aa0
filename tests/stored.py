"""Everything that is stored, piece by piece, with the place where each text stands."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

_VARIES = re.compile(r"^(\d+|[0-9a-f]{8}-[0-9a-f-]{27})$")
FILES = "files"


@dataclass(frozen=True)
class Piece:
    """One text. ``place`` is ``table.column``, within JSON with the names of its keys: ``table.column:body.value``."""

    place: str
    text: str
    row: str

    def __str__(self):
        return f"{self.place} [{self.row}] {self.text[:160]!r}"


def pieces_with(words: Iterable[str]) -> list[Piece]:
    """The pieces that have one of these in them, as whole words, in any case.

    Looks at every text of every row of every table, of whatever package, and at the name and the content of every file. JSON
    is taken apart, also where it is text within JSON, as in versions of pages; sessions are opened.
    """
    words = list(words)
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    # Taking everything apart is dear: only where the words are, in one of the ways that JSON may write them.
    raw = re.compile("|".join({re.escape(form) for word in words for form in _written(word)}), re.IGNORECASE)
    return [
        piece
        for place, value, row in _cells()
        if raw.search(value)
        for piece in _pieces(place, value, row)
        if pattern.search(piece.text)
    ]


def _written(word: str) -> set[str]:
    once = json.dumps(word)[1:-1]
    return {word, once, json.dumps(once)[1:-1]}


def _cells() -> Iterator[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        yield f"{table}.{column}", _as_text(value, is_session=column == "session_data"), str(row[0])
    folder = Path(settings.MEDIA_ROOT)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(folder))
            yield f"{FILES}.name", name, name
            yield f"{FILES}.content", path.read_bytes().decode("latin-1"), name


def _as_text(value, *, is_session: bool) -> str:
    if is_session:
        value = SessionStore().decode(value)
    if isinstance(value, dict | list):
        return json.dumps(value)
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def _pieces(place: str, value, row: str) -> Iterator[Piece]:
    if isinstance(value, dict):
        for key, inner in value.items():
            within = "*" if _VARIES.match(str(key)) else key
            yield from _pieces(f"{place}{'.' if ':' in place else ':'}{within}", inner, row)
            yield Piece(f"{place} (a key)", str(key), row)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _pieces(place, inner, row)
    elif isinstance(value, str):
        if value[:1] in "[{" and (opened := _opened(value)) is not None:
            yield from _pieces(place, opened, row)
        else:
            yield Piece(place, value, row)
    elif value is not None:
        yield Piece(place, str(value), row)


def _opened(text: str) -> dict | list | None:
    try:
        return json.loads(text)
    except ValueError:
        return None
