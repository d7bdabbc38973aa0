"""One moment of the database, while others go on writing.

SQLite: its own online backup, in one go, into a file that is then read at leisure. PostgreSQL: one transaction that holds
its snapshot open, which ``pg_dump`` shares. Counts, names of files and rows are all read from that same moment.
"""

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.db import connections, transaction
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from . import BackupError

ALIAS = "backup_snapshot"
SQLITE_PART, POSTGRESQL_PART = "database.sqlite3.gz", "database.dump"
MIGRATIONS = "django_migrations"
# What the admin's own search makes of the pages; each kind of database has its own form of it.
DERIVED = ("wagtailsearch_indexentry", "wagtailsearch_indexentry_fts")


class Snapshot:
    """The database as it was at one moment, to read by ``using(ALIAS)`` and to write to a file."""

    engine: str

    def __init__(self) -> None:
        self.connection = connections[ALIAS]

    def server_version(self) -> str:
        """The version of the database's software, as it calls itself."""
        return ".".join(str(number) for number in self.connection.get_database_version())

    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        return count_rows(ALIAS)

    def migrations(self) -> dict[str, list[str]]:
        """The migrations that were applied, by app."""
        found: dict[str, list[str]] = {}
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name")  # noqa: S608 - a constant
            for app, name in cursor.fetchall():
                found.setdefault(app, []).append(name)
        return found


class SqliteSnapshot(Snapshot):
    """A copy of the file."""

    engine, part = "sqlite", SQLITE_PART

    def dump(self, folder: Path) -> Path:
        """The compressed copy, in ``folder``."""
        target = folder / self.part
        with open(self.connection.settings_dict["NAME"], "rb") as source, gzip.open(target, "wb", 6) as packed:
            shutil.copyfileobj(source, packed, 1 << 20)
        return target


class PostgresqlSnapshot(Snapshot):
    """A transaction that sees one moment."""

    engine, part = "postgresql", POSTGRESQL_PART

    def dump(self, folder: Path) -> Path:
        """What ``pg_dump`` makes of the same moment, in ``folder``. Raises BackupError."""
        program = client_program("pg_dump", self.connection)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot(), current_schema()")
            snapshot, schema = cursor.fetchone()
        target = folder / self.part
        run_client(
            self.connection,
            [program, "--format=custom", "--no-owner", "--no-privileges", "--no-comments", f"--schema={schema}"]
            + [f"--snapshot={snapshot}", f"--file={target}"],
        )
        return target


@contextmanager
def snapshot(folder: Path) -> Iterator[Snapshot]:
    """Hold one moment of the default database; what it needs on disk goes to ``folder``. Raises BackupError."""
    default = connections["default"]
    settings = {**default.settings_dict, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
    if default.vendor == "sqlite":
        with _alias({**settings, "NAME": str(_copy_sqlite(default, folder)), "OPTIONS": {"timeout": 20}}):
            yield SqliteSnapshot()
    elif default.vendor == "postgresql":
        with _alias(settings), transaction.atomic(using=ALIAS):
            with connections[ALIAS].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield PostgresqlSnapshot()
    else:
        raise BackupError(f"A backup of {default.display_name} can't be made.")


@contextmanager
def _alias(settings: dict) -> Iterator[None]:
    connections.settings[ALIAS] = settings
    try:
        yield
    finally:
        connections[ALIAS].close()
        del connections[ALIAS]
        del connections.settings[ALIAS]


def _copy_sqlite(default, folder: Path) -> Path:
    target = folder / "snapshot.sqlite3"
    try:
        # A connection of its own: in one step, so that no writer in between makes it begin again, and readers in WAL
        # mode keep nobody from writing.
        with (
            closing(sqlite3.connect(f"file:{default.settings_dict['NAME']}?mode=rw", uri=True, timeout=60)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            if (found := copy.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                raise BackupError(f"The database is damaged: {found}")
    except sqlite3.Error as error:
        raise BackupError(f"The database can't be copied: {error}.") from error
    return target


def size_of_database() -> int:
    """Bytes that the database takes."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return cursor.fetchone()[0]


def count_rows(alias: str = "default") -> dict[str, int]:
    """Rows of each table that models have, and of the record of migrations; not of what is made from others."""
    connection = connections[alias]
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    tables = (tables | {MIGRATIONS}) - set(DERIVED)
    with connection.cursor() as cursor:
        counts = {}
        for table in sorted(tables & set(connection.introspection.table_names(cursor))):
            cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our tables
            counts[table] = cursor.fetchone()[0]
    return counts


def client_program(name: str, connection) -> str:
    """The path of one of PostgreSQL's own programs, of the server's version or newer. Raises BackupError."""
    server = connection.pg_version // 10000
    program = shutil.which(name)
    if program is None:
        raise BackupError(
            f"{name} isn't installed. Install PostgreSQL's client programs of version {server} or newer (Debian: "
            f"postgresql-client-{server}), or use `backup --portable`, which needs none."
        )
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    version = next((int(word.split(".")[0]) for word in said.split() if word[:1].isdigit()), 0)
    if version < server:
        raise BackupError(
            f"{name} is of version {version} and the server of version {server}; PostgreSQL refuses that. Install "
            f"the client programs of version {server} or newer, or use `backup --portable`."
        )
    return program


def run_client(connection, command: list[str]) -> None:
    """Run one of PostgreSQL's programs against our database. Raises BackupError with what it said."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    target = {name: value for name, value in connection.get_connection_params().items() if name in known and value}
    # The password goes by the environment: every process of the machine can read a command line.
    password = target.pop("password", None)
    env = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    outcome = subprocess.run(  # noqa: S603
        [*command, "--no-password", f"--dbname={make_conninfo(**target)}"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        said = outcome.stderr.strip().replace("\n", " ") or f"status {outcome.returncode}"
        raise BackupError(f"{Path(command[0]).name} failed: {said}")
