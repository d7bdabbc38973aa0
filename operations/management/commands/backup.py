"""``manage.py backup``: the portal in one file."""

import signal
import sys
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.backup import BackupError, archive, encryption
from operations.backup.making import make_backup


class Command(BaseCommand):
    """Safe while the portal is in use. See docs/backup.md."""

    help = (
        "Write database and uploaded files into one file, as of one moment, while the portal is in use. Not in it: the "
        "settings (.env) with their secrets, the search index and the cache."
    )

    def add_arguments(self, parser):
        """Where to, how, and the two things beside it: looking at a backup, making a key."""
        parser.add_argument("--to", metavar="FOLDER", help="where to write it; without it BACKUP_FOLDER")
        parser.add_argument("--encrypt", action="store_true", help="refuse to write it unencrypted (BACKUP_RECIPIENT)")
        parser.add_argument("--keep", type=int, metavar="N", help="keep the newest N backups there, delete older ones")
        parser.add_argument(
            "--portable", action="store_true", help="rows as text, to go from SQLite to PostgreSQL or back; slower"
        )
        parser.add_argument("--verify", metavar="FILE", help="make none: read this one and hold it against its hashes")
        parser.add_argument("--new-key", metavar="FILE", help="make none: write a new secret key to this file")

    def handle(self, *args, verify: str | None, new_key: str | None, **options):
        """Raises CommandError with the reason; nothing that looks like a backup is left then."""
        # What waits in `finally` also happens when a service manager ends us.
        previous = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            if new_key:
                self._make_key(Path(new_key))
            elif verify:
                self._verify(Path(verify))
            else:
                self._make(**options)
        except BackupError as error:
            raise CommandError(str(error)) from error
        finally:
            signal.signal(signal.SIGTERM, previous)

    def _make_key(self, path: Path) -> None:
        public = encryption.new_key(path)
        self.stdout.write(f"The secret key is in {path}. Keep it away from this machine: without it no backup opens.")
        self.stdout.write(f"BACKUP_RECIPIENT={public}")

    def _verify(self, path: Path) -> None:
        manifest = archive.verify(path, settings.BACKUP_IDENTITY_FILE)
        rows = sum(manifest["tables"].values())
        self.stdout.write(
            f"{path.name} is whole: {manifest['engine']}, of {manifest['made_at']}, {rows} rows in "
            f"{len(manifest['tables'])} tables, {len(manifest['parts'])} parts, {len(manifest['missing'])} files missing."
        )

    def _make(self, *, to: str | None, encrypt: bool, keep: int | None, portable: bool, **options) -> None:
        folder = to or settings.BACKUP_FOLDER
        if not folder:
            raise CommandError("Say where to: --to FOLDER, or the setting BACKUP_FOLDER.")
        if keep is not None and keep < 1:
            raise CommandError("--keep takes a number from 1 on: the newest backup always stays.")
        if encrypt and not settings.BACKUP_RECIPIENT:
            raise CommandError(
                "There is no key to encrypt with: set BACKUP_RECIPIENT (`backup --new-key FILE` makes one)."
            )
        made = make_backup(
            folder=Path(folder),
            recipient=settings.BACKUP_RECIPIENT,
            keep=settings.BACKUP_KEEP if keep is None else keep,
            as_text=portable,
        )
        self.stdout.write(f"{made.path}: {made.size} bytes, {made.files} files.")
        for name in made.missing:
            self.stderr.write(f"Not there to copy, though the database points to it: {name}")
        for path in made.pruned:
            self.stdout.write(f"Deleted: {path}")
