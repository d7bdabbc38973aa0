"""Which backups go, and what a killed one left behind."""

import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

# Only what we named ourselves is ever deleted.
NAME = re.compile(r"portal-\d{8}T\d{6}Z(-portable)?(-\d+)?\.tar(\.age)?")
LEFTOVER = re.compile(r"\.portal-.*(\.part|-work)")
LEFTOVER_AFTER = 24 * 60 * 60


def backup_path(folder: Path, moment: datetime, *, portable: bool, encrypted: bool) -> Path:
    """The name of a backup made at this moment, free in this folder."""
    stem = f"portal-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}{'-portable' if portable else ''}"
    ending = ".tar.age" if encrypted else ".tar"
    path, number = folder / f"{stem}{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}{ending}"
    return path


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, newest first by their names."""
    return sorted((path for path in folder.iterdir() if NAME.fullmatch(path.name)), reverse=True)


def prune(folder: Path, *, keep: int, made: Path) -> list[Path]:
    """Delete all but the newest ``keep`` (one or more) backups; returns what went. The one just ``made`` always stays."""
    gone = [path for path in backups_in(folder)[max(keep, 1) :] if path != made]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def clear_leftovers(folder: Path) -> None:
    """Delete what backups that were killed more than a day ago left."""
    for path in folder.iterdir():
        if LEFTOVER.fullmatch(path.name) and path.lstat().st_mtime < time.time() - LEFTOVER_AFTER:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
