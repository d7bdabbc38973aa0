"""What a backup says about itself, and whether this portal can take it in."""

import subprocess
import tomllib
from datetime import datetime
from functools import cache

import django
import wagtail
from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from . import BackupError
from .snapshots import Snapshot


@cache
def portal_version() -> dict[str, str]:
    """The version of the portal, and the commit where the code is a checkout (else empty)."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    try:
        said = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 - whichever git there is
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
        commit = said.stdout.strip()
    except OSError:
        commit = ""
    return {"version": version, "commit": commit}


def describe(snapshot: Snapshot, *, kind: str, made_at: datetime) -> dict:
    """The manifest of a snapshot, without its parts; ``kind`` is "whole" or "portable"."""
    return {
        "kind": kind,
        "made_at": made_at.isoformat(),
        "portal": portal_version(),
        "django": django.get_version(),
        "wagtail": wagtail.__version__,
        "engine": snapshot.engine,
        "server": snapshot.server_version(),
        "migrations": snapshot.migrations(),
        "tables": snapshot.counts(),
    }


def known_migrations() -> set[tuple[str, str]]:
    """Every migration this code has, with those that a squashed one stands for."""
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations) | _squashing()


def check_version(manifest: dict) -> None:
    """Raises BackupError where the backup is of a newer portal than this code, or of another one."""
    applied = {(app, name) for app, names in manifest["migrations"].items() for name in names}
    known = known_migrations()
    unknown = sorted(f"{app}.{name}" for app, name in applied - known)
    if unknown:
        made_by = manifest["portal"]["commit"][:12] or manifest["portal"]["version"]
        raise BackupError(
            f"This backup is of a newer portal ({made_by}) than this code: it has {len(unknown)} migrations that are not "
            f"here, first {unknown[0]}. Update the code, then restore."
        )
    # A database has either a squashed migration or those it stands for, so neither is missed.
    if manifest["kind"] == "portable" and (more := known - applied - _squashing()):
        raise BackupError(
            f"A portable backup needs the very code that made it: this one has {len(more)} migrations more, first "
            f"{'.'.join(min(more))}. Check out that version ({manifest['portal']['commit'][:12]}), restore, and upgrade."
        )


def _squashing() -> set[tuple[str, str]]:
    """Squashed migrations, and those they stand for."""
    found: set[tuple[str, str]] = set()
    for key, migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items():
        if migration.replaces:
            found.update({key, *(tuple(replaced) for replaced in migration.replaces)})
    return found
