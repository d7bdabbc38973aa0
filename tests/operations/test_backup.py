"""Backups and the way back: equal rows and files, damage that is told, nothing half that looks whole."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import tarfile
import time
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry

from notifications.models import Message
from operations.backup import BackupError, archive, encryption, making, media, portable, pruning
from operations.backup.restoring import check_backup, restore_backup
from operations.models import BackupRun
from people.forgetting import forget_person
from people.models import User
from tests.factories import UserFactory

ROOT = Path(__file__).resolve().parents[2]
# What a restore writes itself: the record of the backup, sessions, the stamp of shared content.
WRITTEN = {"operations_backuprun", "django_session", "base_contentstamp"}


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker):
    """In the place of pytest-django's: other connections see what is there, so no transaction around the test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def folder(tmp_path, settings):
    """A portal with uploads of its own; where its backups go."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.BACKUP_FOLDER, settings.BACKUP_KEEP = str(tmp_path / "backups"), 0
    settings.BACKUP_RECIPIENT = settings.BACKUP_IDENTITY_FILE = ""
    return tmp_path / "backups"


@pytest.fixture
def people(folder, db):
    """Colleagues with a photo and a message; they and the records of backups are gone afterwards."""
    before = set(User.objects.values_list("pk", flat=True))
    newest = ModelLogEntry.objects.order_by("pk").last()
    made = []
    for number in range(3):
        person = UserFactory(email=f"backup{number}@example.org", first_name="Zoë")
        person.photo.save("photo.png", ContentFile(b"photo %d" % number))
        tell(person)
        made.append(person)
    yield made
    User.objects.exclude(pk__in=before).delete()
    ModelLogEntry.objects.filter(pk__gt=newest.pk if newest else 0).delete()
    BackupRun.objects.all().delete()
    connection.close()


def tell(person) -> Message:
    return Message.objects.create(
        recipient=person, kind="k", key=str(person.pk), due_at=timezone.now(), payload={"n": 1}
    )


def tables() -> dict[str, tuple[int, str]]:
    """Count and hash of every table."""
    found = {}
    for model in portable.portable_models():
        if model._meta.db_table not in WRITTEN:
            lines = list(portable.rows_as_text(model))
            found[model._meta.db_table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return found


def files() -> dict[str, str]:
    return {name: hashlib.sha256(default_storage.open(name).read()).hexdigest() for name in media.stored_files()}


def back_up(folder: Path, **options) -> Path:
    return making.make_backup(folder=folder, **options).path


def restore(path: Path, identity_file: str = "", **options):
    manifest = check_backup(path, identity_file)
    return restore_backup(
        path=path, manifest=manifest, identity_file=identity_file, report=lambda line: None, **options
    )


def spoil(people) -> None:
    """What happens to a portal after its backup."""
    default_storage.delete(people[0].photo.name)
    with default_storage.open(people[1].photo.name, "wb") as file:
        file.write(b"something else")
    people[2].delete()
    User.objects.filter(pk=people[1].pk).update(first_name="Somebody")
    UserFactory(email="later@example.org")


@pytest.mark.parametrize("as_text", [False, True], ids=["whole", "portable"])
def test_every_row_and_file_comes_back(people, folder, as_text):
    rows, stored, highest = tables(), files(), max(person.pk for person in people)
    path = back_up(folder, as_text=as_text)
    spoil(people)
    assert tables() != rows
    assert files() != stored
    done = restore(path, hold_mail=False)
    assert tables() == rows
    assert files() == stored
    assert done.files == 2
    # New rows are numbered after the old ones.
    assert UserFactory(email="new@example.org").pk > highest


def test_rows_that_belong_together_stay_so_while_others_write(people, folder):
    stop, made, errors = Event(), [], []

    def write(number: int) -> None:
        try:
            while not stop.is_set():
                with transaction.atomic():
                    person = UserFactory(email=f"writer{number}-{len(made)}-{time.monotonic_ns()}@example.org")
                    tell(person)
                made.append(person.pk)
        except Exception as error:  # noqa: BLE001 - read by the test
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=write, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    try:
        while len(made) < 3 and not errors:
            time.sleep(0.01)
        path = back_up(folder)
        enough = len(made)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert enough > 3, "somebody wrote while it was made"
    everybody = User.objects.count()
    restore(path)
    written = User.objects.filter(email__startswith="writer")
    assert 3 <= written.count() <= enough
    assert User.objects.count() <= everybody
    assert not written.filter(messages=None).exists()
    assert Message.objects.filter(recipient__in=written).count() == written.count()


def test_a_file_that_is_deleted_meanwhile_is_named(people, folder, monkeypatch, capsys):
    gone, copy = people[0].photo.name, media.copy_files

    def later(writer, wanted):
        default_storage.delete(gone)
        return copy(writer, wanted)

    monkeypatch.setattr(media, "copy_files", later)
    call_command("backup")
    assert gone in capsys.readouterr().err
    run = BackupRun.objects.last_good()
    assert run.missing_files == 1
    assert archive.verify(Path(run.place))["missing"] == [gone]


def test_an_encrypted_backup_opens_with_its_key_only(people, folder, tmp_path, settings):
    settings.BACKUP_RECIPIENT = encryption.new_key(tmp_path / "key")
    encryption.new_key(tmp_path / "other")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    rows = tables()
    call_command("backup", encrypt=True, stdout=io.StringIO())
    [path] = pruning.backups_in(folder)
    assert b"backup0@example.org" not in path.read_bytes()
    for identity in ("", str(tmp_path / "other"), str(tmp_path / "none")):
        with pytest.raises(BackupError, match="BACKUP_IDENTITY_FILE"):
            check_backup(path, identity)
    spoil(people)
    restore(path, str(tmp_path / "key"), hold_mail=False)
    assert tables() == rows


def test_asking_for_encryption_without_a_key_makes_nothing(people, folder):
    with pytest.raises(CommandError, match="BACKUP_RECIPIENT"):
        call_command("backup", encrypt=True)
    assert not folder.exists()


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("how", ["cut off", "cut off at the end", "a byte", "foreign", "empty"])
def test_damage_is_told_before_anything_changes(people, folder, tmp_path, encrypted, how):
    key = tmp_path / "key"
    recipient = encryption.new_key(key)
    path = back_up(folder, recipient=recipient if encrypted else "")
    data = path.read_bytes()
    damaged = {
        "cut off": data[: len(data) // 2],
        "cut off at the end": data[:-12000],
        "a byte": data[: len(data) // 3] + bytes([data[len(data) // 3] ^ 255]) + data[len(data) // 3 + 1 :],
        "foreign": b"PK\x03\x04" + b"no backup at all" * 1000,
        "empty": b"",
    }[how]
    path.write_bytes(damaged)
    rows = tables()
    with pytest.raises(CommandError):
        call_command("backup", verify=str(path))
    with pytest.raises(BackupError):
        restore(path, str(key))
    assert tables() == rows


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "media/../../evil", "media/..", "media\\..\\evil"])
def test_a_name_that_leads_out_is_refused(people, folder, name):
    path = back_up(folder)
    with tarfile.open(path, "a") as tar:
        member = tarfile.TarInfo(name)
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(BackupError):
        check_backup(path)
    with pytest.raises(BackupError, match="out of its folder"):
        archive.check_name(name)


def test_a_link_in_a_backup_is_refused(people, folder, tmp_path):
    path = tmp_path / "portal.tar"
    with tarfile.open(path, "w") as tar:
        member = tarfile.TarInfo("media/link")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(BackupError, match="no file"):
        check_backup(path)


def test_a_backup_of_a_newer_portal_is_refused(people, folder, monkeypatch):
    path = back_up(folder)
    manifest = archive.verify(path)
    manifest["migrations"]["people"].append("9999_from_tomorrow")
    monkeypatch.setattr(archive, "verify", lambda *args: manifest)
    with pytest.raises(BackupError, match=r"newer portal.*people.9999_from_tomorrow"):
        check_backup(path)


@pytest.mark.parametrize("encrypted", [False, True])
def test_a_full_disk_leaves_nothing(people, folder, tmp_path, monkeypatch, encrypted):
    class Full(io.BytesIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

        def fileno(self):
            return 0

    recipient = encryption.new_key(tmp_path / "key") if encrypted else ""
    real = os.fdopen
    monkeypatch.setattr(
        "operations.backup.archive.os.fdopen", lambda *args: real(*args).close() or Full(), raising=True
    )
    with pytest.raises(BackupError, match="No space left"):
        making.make_backup(folder=folder, recipient=recipient)
    assert list(folder.iterdir()) == []
    run = BackupRun.objects.get()
    assert run.state == "failed"
    assert "No space left" in run.error
    assert BackupRun.objects.last_good() is None


def test_too_little_room_is_said_before(people, folder, monkeypatch):
    monkeypatch.setattr(making, "SPARE", 1 << 60)
    with pytest.raises(CommandError, match="MB free"):
        call_command("backup")
    assert list(folder.iterdir()) == []


SLOW = """
import time
from operations.backup import media
def slow(archive, wanted):
    print("copying", flush=True)
    time.sleep(60)
media.copy_files = slow
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "backup", "--to", {folder!r}])
"""


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_backup_leaves_nothing_that_looks_whole(people, folder, tmp_path, settings, by):
    settings_module = tmp_path / "drill_settings.py"
    settings_module.write_text(
        "from portal.settings.test import *\n"
        f"DATABASES['default']['NAME'] = {str(connection.settings_dict['NAME'])!r}\nMEDIA_ROOT = {settings.MEDIA_ROOT!r}\n"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "drill_settings", "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    program = "import django; django.setup()" + SLOW.format(folder=str(folder))
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", program], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "copying\n"
    process.send_signal(by)
    process.wait(timeout=60)
    process.stdout.close()
    assert process.returncode
    assert pruning.backups_in(folder) == []
    left = list(folder.iterdir())
    assert bool(left) == (by == signal.SIGKILL)
    assert all(pruning.LEFTOVER.fullmatch(path.name) for path in left)
    # A day later the next one clears up.
    for path in left:
        os.utime(path, (1, 1))
    path = back_up(folder)
    assert list(folder.iterdir()) == [path]


def test_old_ones_go_and_what_isnt_ours_stays(people, folder):
    folder.mkdir()
    old = [folder / f"portal-2020010{day}T000000Z.tar" for day in range(1, 5)]
    foreign = folder / "portal-handmade.tar"
    for path in (*old, foreign):
        path.write_bytes(b"")
    path = back_up(folder, keep=2)
    assert set(folder.iterdir()) == {foreign, old[-1], path}
    with pytest.raises(CommandError, match="from 1 on"):
        call_command("backup", keep=0)


def test_a_failed_one_takes_no_old_one_away(people, folder, monkeypatch):
    folder.mkdir()
    old = folder / "portal-20200101T000000Z.tar"
    old.write_bytes(b"")
    monkeypatch.setattr(making, "SPARE", 1 << 60)
    with pytest.raises(BackupError):
        making.make_backup(folder=folder, keep=1)
    assert old.exists()


def test_a_portal_with_accounts_is_not_replaced_unasked(people, folder, monkeypatch):
    path = back_up(folder)
    rows = tables()
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(path))
    monkeypatch.setattr("builtins.input", lambda prompt: "yes")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", str(path), replace=True)
    assert tables() == rows
    call_command("restore", str(path), replace=True, yes=True, no_index=True, stdout=io.StringIO())
    assert set(tables()) == set(rows)


def test_mail_that_may_have_gone_out_since_is_held(people, folder):
    person = people[0]
    later = Message.objects.create(recipient=person, kind="k", key="later", due_at=timezone.now() + timedelta(days=9))
    path = back_up(folder)
    done = restore(path)
    assert done.held == 3
    assert Message.objects.get(pk=later.pk).mail == Message.Mail.WAITING
    now = timezone.now()
    mine = Message.objects.of(person)
    assert not mine.to_mail(now + timedelta(days=1)).exists()
    assert [message.key for message in mine.to_try_again(now)] == [str(person.pk)]


def test_who_was_forgotten_since_is_forgotten_again(people, folder):
    path = back_up(folder)
    forget_person(person=people[0], by=None)
    done = restore(path)
    assert done.forgotten == 1
    person = User.objects.get(pk=people[0].pk)
    assert person.forgotten_at is not None
    assert person.email != people[0].email
    assert not any(name == people[0].photo.name for name in media.stored_files())
    assert User.objects.get(pk=people[1].pk).forgotten_at is None


def test_nobody_stays_signed_in(people, folder, client):
    client.force_login(people[0])
    path = back_up(folder)
    assert Session.objects.exists()
    restore(path)
    assert not Session.objects.exists()


def test_the_record_says_when_where_and_how_large(people, folder):
    path = back_up(folder)
    run = BackupRun.objects.last_good()
    assert (run.place, run.size, run.files, run.encrypted) == (str(path), path.stat().st_size, 3, False)
    assert run.duration.total_seconds() > 0
    # The backup holds no record of itself, and a restored portal knows the backup it came from.
    BackupRun.objects.all().delete()
    restore(path)
    assert BackupRun.objects.get().place == str(path)


def test_a_password_never_stands_on_a_command_line(monkeypatch):
    from types import SimpleNamespace

    from operations.backup.snapshots import run_client

    seen = {}

    def run(command, env, **options):
        seen.update(command=command, env=env)
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr("operations.backup.snapshots.subprocess.run", run)
    params = {"host": "db", "dbname": "portal", "password": "geheim", "cursor_factory": object}
    run_client(SimpleNamespace(get_connection_params=lambda: params), ["pg_dump"])
    assert "geheim" not in " ".join(seen["command"])
    assert seen["env"]["PGPASSWORD"] == "geheim"
