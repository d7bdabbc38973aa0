"""Rows as text, for moving a portal from one kind of database to the other.

Each table is a part of its own, one JSON list a row, in the order of its fields. Every row keeps its id, those of content
types and permissions as well, so that generic keys, trees and everything that names an id hold. Nothing is said to the
apps meanwhile: no ``save()``, no signal. It needs both sides to have the same migrations.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import BinaryIO
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.utils.encoding import is_protected_type

from . import BackupError
from .snapshots import ALIAS, DERIVED

PREFIX, SUFFIX = "tables/", ".jsonl.gz"
CHUNK = 500


def portable_models() -> list[type[models.Model]]:
    """Every model with a table that is worth moving, by table."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in DERIVED
    }
    return [found[table] for table in sorted(found)]


def _fields(model: type[models.Model]) -> list[models.Field]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def rows_as_text(model: type[models.Model], alias: str = "default") -> Iterator[str]:
    """The rows of one table in the order of their ids, each as a line of JSON."""
    fields = _fields(model)
    rows = model._base_manager.using(alias).order_by("pk").values_list(*(field.attname for field in fields))
    for row in rows.iterator(chunk_size=2000):
        holder = SimpleNamespace(**dict(zip((field.attname for field in fields), row, strict=True)))
        values = [_as_text(field, holder) for field in fields]
        yield json.dumps(values, default=_exactly, ensure_ascii=False, sort_keys=True)


def _as_text(field: models.Field, holder: SimpleNamespace):
    value = field.value_from_object(holder)
    return value if is_protected_type(value) else field.value_to_string(holder)


def _exactly(value) -> str:
    """Dates to the microsecond, which Django's own encoder cuts off."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"{value!r} can't be written as text")


def write_tables(folder: Path) -> Iterator[tuple[str, Path]]:
    """Write each table of the snapshot to a file in ``folder``, and hand it over: name of the part and path."""
    for model in portable_models():
        name = model._meta.db_table
        path = folder / f"{name}{SUFFIX}"
        with gzip.open(path, "wt", 6, encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in rows_as_text(model, ALIAS))
        yield f"{PREFIX}{name}{SUFFIX}", path
        path.unlink()


def empty_tables() -> None:
    """Take every row out of the tables, also of what is made from others. Part of the caller's transaction."""
    existing = set(connection.introspection.table_names())
    tables = [model._meta.db_table for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(table) for table in tables if table in existing)
            cursor.execute(f"TRUNCATE {names}")
            return
        for table in tables:
            if table in existing:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our tables


def load_table(name: str, content: BinaryIO) -> int:
    """Put the rows of one part into its table; returns how many. Raises BackupError for a table nobody knows."""
    table = name.removeprefix(PREFIX).removesuffix(SUFFIX)
    model = {model._meta.db_table: model for model in portable_models()}.get(table)
    if model is None:
        raise BackupError(f"The backup holds the table {table}, which this portal doesn't have.")
    fields = _fields(model)
    names = [field.attname for field in fields]
    done = 0
    with gzip.open(content, "rt", encoding="utf-8") as lines:
        while batch := list(islice(lines, CHUNK)):
            rows = [
                SimpleNamespace(
                    **{
                        name: field.to_python(value)
                        for name, field, value in zip(names, fields, json.loads(line), strict=True)
                    }
                )
                for line in batch
            ]
            size = max(1, connection.ops.bulk_batch_size(fields, rows))
            for start in range(0, len(rows), size):
                # As the deserializers do it: what is stored is stored as it is.
                model._base_manager._insert(rows[start : start + size], fields=fields, using="default", raw=True)
            done += len(rows)
    return done


def reset_sequences() -> None:
    """Have new rows numbered after the ones that were put in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), portable_models()):
            cursor.execute(statement)
