"""Putting a backup back: checked first, files before the database, the database all at once, then what follows from it."""

import gzip
import io
import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from base.stamp import touch_content
from notifications.models import Message
from operations.forgetting import FOLDER, forget_again
from operations.models import BackupRun

from . import BackupError, archive, databases, media, portable
from .manifest import check_version
from .snapshots import count_rows

# A message that is due later than this after the restore can't have been mailed before it: see notifications.sending.
TAKEN_ALONG = timedelta(days=1)


@dataclass
class Restored:
    """What a restore did."""

    files: int = 0
    left: int = 0
    held: int = 0
    forgotten: int = 0
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check_backup(path: Path, identity_file: str = "") -> dict:
    """Read all of a backup, hold it against its hashes, and this portal against it; returns the manifest.

    Raises BackupError.
    """
    manifest = archive.verify(path, identity_file)
    check_version(manifest)
    databases.check_engine(manifest)
    return manifest


def restore_backup(
    *,
    path: Path,
    manifest: dict,
    identity_file: str = "",
    hold_mail: bool = True,
    report: Callable[[str], None] = print,
) -> Restored:
    """Put back a backup that ``check_backup`` let through, over whatever is there.

    Killed before the database stands, the portal is as it was, with some files more; after that, running it again ends
    well. ``hold_mail``: see ``hold_messages``. Raises BackupError.
    """
    done = Restored(missing=manifest["missing"])
    with _working_folder(manifest) as work:
        kept = _put_back_files(path, manifest, identity_file, work, done, report)
        report("Putting the database back.")
        if manifest["kind"] == "portable":
            _put_back_tables(manifest, kept)
        else:
            databases.put_back(kept[databases.part_of(manifest)], work)
    _compare_counts(manifest)
    report("Bringing it up to this version.")
    call_command("migrate", interactive=False, verbosity=0)
    _follow_up(path, manifest, done, hold_mail)
    return done


@contextmanager
def _working_folder(manifest: dict):
    """A folder only we can open, with room for the database in three forms. Raises BackupError where there is no room."""
    near = Path(connection.settings_dict["NAME"]).parent if connection.vendor == "sqlite" else None
    if near:
        near.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=near, prefix=".portal-", suffix="-work") as work:
        needed = 12 * sum(part["size"] for part in manifest["parts"] if not part["name"].startswith(media.PREFIX))
        if (free := shutil.disk_usage(work).free) < needed:
            raise BackupError(f"{work} has {free // 2**20} MB free, {needed // 2**20} MB may be needed.")
        yield Path(work)


def _put_back_files(path, manifest, identity_file, work, done, report) -> dict[str, Path]:
    """Store the uploaded files; keep the other parts in ``work``: where each is."""
    report("Putting the files back.")
    kept: dict[str, Path] = {}
    expected = {part["name"]: part["sha256"] for part in manifest["parts"]}
    names = set()
    for name, content in archive.read_parts(path, identity_file):
        if name == archive.MANIFEST:
            continue
        reader = archive.HashingReader(content)
        spool = work / f"part-{len(kept)}"
        with spool.open("w+b") as file:
            shutil.copyfileobj(reader, file, 1 << 20)
            if expected.get(name) != reader.hash.hexdigest():
                raise BackupError("The backup changed while it was read.")
            if name.startswith(media.PREFIX):
                file.seek(0)
                stored = name.removeprefix(media.PREFIX)
                names.add(stored)
                try:
                    done.files += media.put_back(stored, file)
                except OSError as error:
                    raise BackupError(f"{stored} can't be stored, and the database is as it was: {error}") from error
                continue
        kept[name] = spool.rename(work / name.replace("/", "-"))
    done.left = sum(1 for name in media.stored_files() if name not in names and not name.startswith(FOLDER))
    return kept


def _put_back_tables(manifest: dict, kept: dict[str, Path]) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        portable.empty_tables()
        for name, file in kept.items():
            with file.open("rb") as content:
                try:
                    portable.load_table(name, content)
                except (DatabaseError, ValueError, gzip.BadGzipFile) as error:
                    raise BackupError(f"{name} can't be put in, and the database is as it was: {error}") from error
        portable.reset_sequences()
        connection.check_constraints()


def _compare_counts(manifest: dict) -> None:
    found = count_rows()
    # The record of migrations isn't moved, it is made anew.
    wrong = [
        f"{table}: {count} in the backup, {found.get(table, 0)} here"
        for table, count in manifest["tables"].items()
        if found.get(table, 0) != count and not (manifest["kind"] == "portable" and table == "django_migrations")
    ]
    # Tables of models that this code no longer has aren't counted.
    wrong = [line for line in wrong if line.split(":")[0] in found]
    if wrong:
        raise BackupError(
            f"The database isn't as the backup says: {wrong[0]}. Stop what runs on it, then restore again."
        )


def _follow_up(path: Path, manifest: dict, done: Restored, hold_mail: bool) -> None:
    ContentType.objects.clear_cache()
    made_at = datetime.fromisoformat(manifest["made_at"])
    if hold_mail:
        done.held = hold_messages(made_at=made_at, now=timezone.now())
    # Whoever was signed in then may have left since, and a browser's newer session isn't known here.
    Session.objects.all().delete()
    done.forgotten, kept = forget_again()
    done.warnings += [f"Could not be forgotten again. {reason}" for reason in kept]
    touch_content()
    for cache in caches.all():
        cache.clear()
    BackupRun.objects.create(
        state=BackupRun.State.GOOD,
        started_at=made_at,
        finished_at=made_at,
        place=str(path)[:500],
        size=path.stat().st_size,
        files=sum(part["name"].startswith(media.PREFIX) for part in manifest["parts"]),
        missing_files=len(manifest["missing"]),
        encrypted=path.suffix == ".age",
    )
    try:
        call_command("create_roles", verbosity=0, stdout=io.StringIO())
    except CommandError as error:
        done.warnings.append(f"Run manage.py create_roles: {error}")


@transaction.atomic
def hold_messages(*, made_at: datetime, now: datetime) -> int:
    """Mark mails that may have gone out between the backup and now as of unknown fate; returns how many.

    The backup shows them waiting, and nobody can tell which were sent since. The portal never sends twice what may have
    arrived: HR and administrators find them under Reports > Mails and can send them after all; the bell has them anyway.
    """
    with override("en"):
        reason = _("The portal was put back from a backup; this may have been sent before.")
    waiting = Message.objects.filter(mail=Message.Mail.WAITING, due_at__lte=now + TAKEN_ALONG)
    return waiting.update(mail=Message.Mail.HANDED_OVER, mail_at=made_at, error=reason)
