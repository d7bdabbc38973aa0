"""Putting a database back: all of it or nothing, also where others are connected."""

import gzip
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from django.db import connection, connections

from . import BackupError
from .snapshots import POSTGRESQL_PART, SQLITE_PART, client_program, run_client

# Processes that should have been stopped may hold a lock.
WAIT_SECONDS = 60


def is_empty() -> bool:
    """Whether nobody has an account in the default database, or it has no tables at all."""
    with connection.cursor() as cursor:
        if "people_user" not in connection.introspection.table_names(cursor):
            return True
        cursor.execute("SELECT 1 FROM people_user LIMIT 1")
        return cursor.fetchone() is None


def check_engine(manifest: dict) -> None:
    """Raises BackupError where the backup is of another kind of database than the default one, or of a newer server."""
    if manifest["kind"] == "portable":
        return
    if manifest["engine"] != connection.vendor:
        raise BackupError(
            f"This backup is of {manifest['engine']} and the portal runs on {connection.vendor}. Only a portable one "
            f"goes from one to the other: `backup --portable` where it was made."
        )
    if manifest["engine"] == "postgresql":
        client_program("pg_restore", connection), client_program("psql", connection)
        made, here = int(manifest["server"].split(".")[0]), connection.pg_version // 10000
        if made > here:
            raise BackupError(f"This backup is of PostgreSQL {made} and this server is {here}: use the same or newer.")


def part_of(manifest: dict) -> str:
    """The name of the part that holds the database."""
    return SQLITE_PART if manifest["engine"] == "sqlite" else POSTGRESQL_PART


def put_back(part: Path, folder: Path) -> None:
    """Replace the default database by the one in ``part``; ``folder`` is for what lies between. Raises BackupError."""
    connections.close_all()
    if part.name == SQLITE_PART:
        _put_back_sqlite(part, folder)
    else:
        _put_back_postgresql(part, folder)


def _put_back_sqlite(part: Path, folder: Path) -> None:
    plain = folder / "restored.sqlite3"
    with gzip.open(part, "rb") as packed, plain.open("wb") as target:
        shutil.copyfileobj(packed, target, 1 << 20)
    ends = time.monotonic() + WAIT_SECONDS

    def give_up(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > ends:
            raise BackupError("Another process holds the database: stop what runs on it, then try again.")

    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(plain)) as source, closing(sqlite3.connect(target, timeout=20)) as database:
            if (found := source.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise BackupError(f"The database in the backup is damaged: {found}")
            # One transaction: who is connected sees the old database or the new one.
            source.backup(database, pages=-1, progress=give_up)
    except sqlite3.Error as error:
        raise BackupError(f"The database can't be put back, and is as it was: {error}.") from error
    finally:
        plain.unlink(missing_ok=True)


def _put_back_postgresql(part: Path, folder: Path) -> None:
    script, first = folder / "restore.sql", folder / "first.sql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        # What is in the schema and not the schema itself, which is there.
        schema = f"--schema={cursor.fetchone()[0]}"
    command = [client_program("pg_restore", connection), "--no-owner", "--no-privileges", schema]
    outcome = subprocess.run([*command, f"--file={script}", str(part)], capture_output=True, text=True, check=False)  # noqa: S603
    if outcome.returncode:
        raise BackupError(f"pg_restore can't read the backup: {outcome.stderr.strip()}")
    first.write_text(_drop_statements())
    # One transaction with what takes the old tables away: it fails as a whole, or stands as a whole.
    psql = [client_program("psql", connection), "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction"]
    connections.close_all()
    run_client(connection, [*psql, "--set=ON_ERROR_STOP=1", f"--file={first}", f"--file={script}"])


def _drop_statements() -> str:
    lines = [f"SET lock_timeout = '{WAIT_SECONDS}s';", "SET client_min_messages = warning;"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = current_schema()"
        )
        lines += [f"DROP TABLE IF EXISTS {name} CASCADE;" for (name,) in cursor.fetchall()]
        # Sequences of old columns that aren't owned by them any more.
        cursor.execute(
            "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE schemaname = current_schema()"
        )
        lines += [f"DROP SEQUENCE IF EXISTS {name} CASCADE;" for (name,) in cursor.fetchall()]
    return "\n".join(lines)
