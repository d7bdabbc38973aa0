"""``manage.py restore FILE``: the portal as it was when that backup was made."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from operations.backup import BackupError, databases
from operations.backup.restoring import check_backup, restore_backup


class Command(BaseCommand):
    """Stop what runs on the database first. See docs/backup.md."""

    help = (
        "Put a backup back: database and uploaded files. It is read and checked as a whole before anything is changed. "
        "Stop the web, task and run_due processes first."
    )

    def add_arguments(self, parser):
        """Which, and what may be lost."""
        parser.add_argument("file", help="the backup")
        parser.add_argument(
            "--replace", action="store_true", help="also where the portal has accounts already: they go"
        )
        parser.add_argument("--yes", action="store_true", help="don't ask for the typed confirmation of --replace")
        parser.add_argument(
            "--send-mail",
            action="store_true",
            help="let mails that wait in the backup go out, also those that may have been sent since it was made",
        )
        parser.add_argument("--no-index", action="store_true", help="leave the search index for rebuild_search later")

    def handle(self, *args, file: str, replace: bool, yes: bool, send_mail: bool, no_index: bool, **options):
        """Raises CommandError with the reason; unless it says otherwise nothing was changed then."""
        path, key = Path(file), settings.BACKUP_IDENTITY_FILE
        try:
            manifest = check_backup(path, key)
            self._ask(manifest, replace, yes)
            done = restore_backup(
                path=path, manifest=manifest, identity_file=key, hold_mail=not send_mail, report=self.stdout.write
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The portal is as it was on {manifest['made_at']}.")
        self.stdout.write(f"Files put back: {done.files}. Files the backup doesn't know, left alone: {done.left}.")
        if done.missing:
            self.stdout.write(f"Files that were gone when it was made: {len(done.missing)}, first {done.missing[0]}.")
        if done.held:
            self.stdout.write(f"Mails held, since they may have been sent before: {done.held} (Reports > Mails).")
        if done.forgotten:
            self.stdout.write(f"Forgotten again: {done.forgotten} accounts.")
        for line in done.warnings:
            self.stderr.write(line)
        if no_index:
            self.stdout.write("Now run: manage.py rebuild_search && manage.py update_index")
        else:
            self._index()

    def _ask(self, manifest: dict, replace: bool, yes: bool) -> None:
        if databases.is_empty():
            return
        if not replace:
            raise CommandError(
                "This portal has accounts already. --replace puts the backup in the place of everything."
            )
        if not yes and input(f"Everything since {manifest['made_at']} goes. Type replace: ").strip() != "replace":
            raise CommandError("Nothing was changed.")

    def _index(self) -> None:
        for name in ("rebuild_search", "update_index"):
            try:
                call_command(name, verbosity=0)
            except Exception as error:  # noqa: BLE001 - the portal is back, whatever a search server says
                self.stderr.write(f"Run manage.py {name} once more: {error}")
