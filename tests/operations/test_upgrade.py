"""From the version before to this one: its demo is migrated, and it goes on working meanwhile."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOUR = Path(__file__).with_name("tour.py")


def git(*arguments: str) -> str:
    """What git says, or nothing where there is no checkout."""
    try:
        outcome = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603, S607
    except OSError:
        return ""
    return outcome.stdout.strip() if outcome.returncode == 0 else ""


def before_the_last_migration() -> str:
    """The newest commit with other migrations than this one; empty where the history doesn't go back to it."""
    last = git("log", "-1", "--format=%H", "--", "*/migrations/*.py")
    return git("rev-parse", "--verify", "--quiet", f"{last}^") if last else ""


def rows_of(database: Path) -> dict[str, int]:
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            table: connection.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for (table,) in tables
            if not table.startswith(("sqlite_", "django_", "auth_permission", "wagtailsearch_"))
        }


@pytest.mark.xdist_group("upgrade")
def test_the_demo_of_the_version_before_is_migrated_while_that_version_runs(tmp_path):
    commit, filled = before_the_last_migration(), os.environ.get("UPGRADE_FROM")
    if not filled and not os.environ.get("PORTAL_REQUIRE_ALL"):
        pytest.skip("takes minutes: set UPGRADE_FROM or PORTAL_REQUIRE_ALL, see docs/upgrading.md")
    if not commit:
        # Also where everything is promised: a checkout of one commit has nothing to come from.
        pytest.skip("needs the git history up to the last migration (a full clone)")
    old, database = tmp_path / "old", tmp_path / "portal.sqlite3"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "COLLEAGUES_"))}
    env |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DEMO": "1",
        "DEBUG": "0",
        "DATABASE_URL": f"sqlite:///{database}",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "SEARCH_INDEX_PATH": str(tmp_path / "search"),
        "SEARCH_URL": "",
        "CACHE_URL": "locmemcache://upgrade",
    }

    def run(tree: Path, *command: str) -> str:
        outcome = subprocess.run(  # noqa: S603
            [sys.executable, *command], cwd=tree, env=env, capture_output=True, text=True, check=False
        )
        assert outcome.returncode == 0, f"{command} in {tree}: {outcome.stdout[-2000:]}{outcome.stderr[-4000:]}"
        return outcome.stdout

    def tour(tree: Path) -> dict:
        return json.loads(run(tree, str(TOUR)).splitlines()[-1])

    archive = subprocess.run(  # noqa: S603
        ["git", "archive", "--format=tar", commit],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(old, filter="data")
    run(old, "-c", "from portal.catalogues import compile_catalogues; compile_catalogues()")
    if filled:
        shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    run(old, "manage.py", "migrate", "--verbosity", "0")
    if not filled:
        run(old, "manage.py", "seed_demo")
    before, rows = tour(old), rows_of(database)
    assert len(before["answers"]) > 80
    assert [page for page, status in before["answers"].items() if status >= 500] == []
    # Expand: the schema goes first, under the code that runs.
    run(ROOT, "manage.py", "migrate", "--verbosity", "0")
    during = tour(old)
    assert during["answers"] == before["answers"]
    assert during["refused"] == before["refused"] == []
    # Then the code.
    run(ROOT, "manage.py", "create_roles")
    run(ROOT, "manage.py", "rebuild_search", "--verbosity", "0")
    run(ROOT, "manage.py", "makemigrations", "--check", "--dry-run")
    after = tour(ROOT)
    assert [page for page, status in after["answers"].items() if status >= 500] == []
    worse = {
        page: (status, after["answers"].get(page))
        for page, status in before["answers"].items()
        if status == 200 and after["answers"].get(page) != 200
    }
    assert worse == {}
    now = rows_of(database)
    assert {table: count for table, count in rows.items() if now.get(table, 0) < count} == {}
