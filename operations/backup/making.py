"""Making a backup."""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from operations.models import BackupRun

from . import BackupError, media, portable, pruning
from .archive import Writer
from .manifest import describe
from .snapshots import ALIAS, size_of_database, snapshot

logger = logging.getLogger(__name__)
# Room beside what is counted: the manifest, and what comes in meanwhile.
SPARE = 32 * 1024 * 1024


@dataclass(frozen=True)
class Made:
    """A backup that is there."""

    path: Path
    size: int
    files: int
    missing: list[str]
    pruned: list[Path]


def make_backup(*, folder: Path, recipient: str = "", keep: int = 0, as_text: bool = False) -> Made:
    """Write a backup of database and files into ``folder`` and keep a record of how it went.

    ``recipient``: age's public key, empty for plain. ``keep``: how many stay, 0 for all. ``as_text``: rows as text, for
    another kind of database. Raises BackupError; nothing with a backup's name is there then.
    """
    started = timezone.now()
    try:
        made = _make(folder, started, recipient, keep, as_text)
    except (BackupError, OSError) as error:
        reason = str(error) if isinstance(error, BackupError) else f"{folder}: {error.strerror or error}."
        _record(BackupRun.State.FAILED, started, encrypted=bool(recipient), error=reason[:300])
        if isinstance(error, BackupError):
            raise
        raise BackupError(f"The backup can't be written. {reason}") from error
    _record(
        BackupRun.State.GOOD,
        started,
        place=str(made.path),
        size=made.size,
        files=made.files,
        missing_files=len(made.missing),
        encrypted=bool(recipient),
    )
    return made


def _make(folder: Path, started: datetime, recipient: str, keep: int, as_text: bool) -> Made:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pruning.clear_leftovers(folder)
    _check_room(folder)
    path = pruning.backup_path(folder, started, portable=as_text, encrypted=bool(recipient))
    # Rows lie here unencrypted for a moment: in a folder that only we can open, and that goes in every case but a kill.
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".portal-", suffix="-work", ignore_cleanup_errors=True) as work,
        Writer(path, recipient) as archive,
    ):
        with snapshot(Path(work)) as held:
            manifest = describe(held, kind="portable" if as_text else "whole", made_at=timezone.now())
            wanted = media.pointed_to(ALIAS)
            if as_text:
                for name, file in portable.write_tables(Path(work)):
                    archive.add_path(name, file)
            else:
                archive.add_path(held.part, held.dump(Path(work)))
        files, missing = media.copy_files(archive, wanted)
        size = archive.finish({**manifest, "missing": missing})
    pruned = pruning.prune(folder, keep=keep, made=path) if keep else []
    return Made(path, size, files, missing, pruned)


def _check_room(folder: Path) -> None:
    # The copy of the database lies beside the archive while it is made.
    needed = 2 * size_of_database() + media.size_of_files() + SPARE
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(
            f"{folder} has {free // 2**20} MB free and the backup may need {needed // 2**20} MB. Nothing was written."
        )


def _record(state: str, started: datetime, **facts) -> None:
    try:
        BackupRun.objects.create(state=state, started_at=started, finished_at=timezone.now(), **facts)
    except Exception:
        # The file is there or it isn't; a database that is away can't change that.
        logger.exception("That a backup was made or failed could not be kept.")
