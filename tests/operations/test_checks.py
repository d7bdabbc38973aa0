"""Every part is looked at within bounds, and what is said helps."""

import json
import time
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from notifications.models import JobRun, Message
from operations import checks, views
from operations.checks import Status, database, files, services, work
from operations.models import BackupRun
from tests.clamd import dead_address, running_clamd
from tests.factories import UserFactory


@pytest.fixture
def added(monkeypatch):
    """``added(name, function)``: a check that is there for one test."""
    monkeypatch.setattr(checks, "_checks", dict(checks._checks))
    return lambda name, run, **options: checks.check(name, name, **options)(run)


@pytest.fixture(autouse=True)
def _look_anew():
    views.forget()
    yield
    views.forget()


def test_what_hangs_is_a_finding_and_nobody_waits_for_it(added):
    added("hangs", lambda: time.sleep(5))
    added("fine", lambda: checks.ok("fine"))
    started = time.monotonic()
    hangs, fine = checks.run_checks(["hangs", "fine"], seconds=0.3)
    assert time.monotonic() - started < 2
    assert (hangs.status, fine.status) == (Status.FAIL, Status.OK)
    assert "0.3" in hangs.seen and hangs.advice


def test_a_check_that_breaks_is_a_failing_part(added):
    added("broken", lambda: 1 / 0)
    (outcome,) = checks.run_checks(["broken"])
    assert outcome.status is Status.FAIL
    assert outcome.seen == "ZeroDivisionError: division by zero"
    with pytest.raises(KeyError):
        checks.run_checks(["nothing"])


def test_the_doctor_speaks_json_and_ends_with_one_where_a_part_fails(added, capsys):
    added("fine", lambda: checks.ok("fine"))
    added("bad", lambda: checks.fail("away", "Start it."))
    call_command("doctor", "fine", "--json")
    (fine,) = json.loads(capsys.readouterr().out)
    assert {"name", "title", "status", "seen", "advice", "milliseconds"} == set(fine)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "fine", "bad")
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "FAIL  bad   away" in said and "Start it." in said
    with pytest.raises(CommandError, match="No part is called nothing"):
        call_command("doctor", "nothing")


@pytest.fixture
def without_transaction(django_db_setup, django_db_blocker):
    """Checks have connections of their own, which a test's transaction would keep waiting; they leave nothing behind."""
    with django_db_blocker.unblock():
        yield


def test_every_part_of_this_set_up_is_looked_at(tmp_path, settings, without_transaction):
    settings.MEDIA_ROOT = str(tmp_path)
    outcomes = {outcome.name: outcome for outcome in checks.run_checks()}
    assert set(outcomes) == set(checks.check_names())
    for name in ("database", "database-writing", "migrations", "clock", "cache", "storage", "tasks"):
        assert outcomes[name].status is Status.OK, outcomes[name]
    assert not any(tmp_path.rglob("*.txt"))
    assert not JobRun.objects.exists()


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_without_its_password(monkeypatch, settings):
    monkeypatch.setitem(settings.DATABASES["default"], "PASSWORD", "geheim-wachtwoord")

    def refuse():
        raise OperationalError('connection failed: user "portal" password geheim-wachtwoord\nmore')

    monkeypatch.setattr(database.connection, "ensure_connection", refuse)
    found = database.look_at_database()
    assert found.status is Status.FAIL
    assert "geheim" not in found.seen and "more" not in found.seen


@pytest.mark.django_db
def test_a_missing_migration_is_named(monkeypatch):
    assert database.look_at_migrations().status is Status.OK
    monkeypatch.setattr(database, "_on_disk", lambda: frozenset({("people", "9999_tomorrow")}))
    found = database.look_at_migrations()
    assert found.status is Status.FAIL
    assert "people.9999_tomorrow" in found.seen


def test_a_store_that_cannot_be_written_to_fails(monkeypatch):
    def refuse(*args, **kwargs):
        raise PermissionError("/secret/place")

    monkeypatch.setattr(FileSystemStorage, "_save", refuse)
    found = files.look_at_storage()
    assert (found.status, "secret" in found.seen) == (Status.FAIL, False)


def test_little_space_warns_and_none_fails(monkeypatch):
    class Usage:
        free = files.LITTLE_SPACE - 1

    monkeypatch.setattr(files.shutil, "disk_usage", lambda folder: Usage)
    assert files.look_at_space().status is Status.WARN
    Usage.free = files.NO_SPACE - 1
    assert files.look_at_space().status is Status.FAIL


def test_a_folder_that_everybody_may_write_to_is_told(settings, tmp_path):
    settings.MEDIA_ROOT = settings.SEARCH_INDEX_PATH = str(tmp_path)
    tmp_path.chmod(0o777)
    found = files.look_at_folders()
    assert found.status is Status.WARN and str(tmp_path) in found.seen


def test_stylesheets_of_another_version_fail(settings, tmp_path, monkeypatch):
    class Collected:
        hashed_files = {"portal/tokens.css": "portal/tokens.0.css"}

    monkeypatch.setattr(files, "staticfiles_storage", Collected())
    settings.STATIC_ROOT = str(tmp_path)
    assert files.look_at_static().status is Status.FAIL
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "tokens.css").write_bytes(
        (settings.BASE_DIR / "portal" / "static" / "portal" / "tokens.css").read_bytes()
    )
    assert files.look_at_static().status is Status.OK
    Collected.hashed_files = {}
    assert files.look_at_static().status is Status.FAIL


def test_a_catalogue_that_is_not_compiled_fails(settings, tmp_path):
    folder = tmp_path / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("")
    settings.LOCALE_PATHS = [tmp_path]
    found = files.look_at_languages()
    assert found.status is Status.FAIL and "nl" in found.seen
    (folder / "django.mo").write_bytes(b"")
    assert files.look_at_languages().status is Status.OK


@pytest.mark.django_db
def test_a_search_index_that_is_missing_says_what_to_run(settings, tmp_path):
    settings.SEARCH_INDEX_PATH = str(tmp_path / "nothing")
    found = services.look_at_search()
    assert found.status is Status.FAIL and "rebuild_search" in found.advice


@pytest.mark.django_db
def test_a_search_server_that_is_away_fails_soon(settings):
    settings.SEARCH_URL = "elasticsearch://127.0.0.1:9/portal"
    found = services.look_at_search()
    assert found.status is Status.FAIL and "SEARCH_URL" in found.advice


def test_a_mail_server_that_is_away_fails_without_its_password(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", 9, "geheim"
    found = services.look_at_mail()
    assert found.status is Status.FAIL
    assert found.seen == "127.0.0.1:9: ConnectionRefusedError"


def test_the_virus_scanner_is_asked(settings):
    def status() -> Status:
        # In a thread of its own, as ever: the browser of other tests has an event loop in this one.
        (outcome,) = checks.run_checks(["virus-scanner"])
        return outcome.status

    assert status() is Status.WARN
    settings.UPLOAD_SCANNER = dead_address()
    assert status() is Status.FAIL
    with running_clamd() as clamd:
        settings.UPLOAD_SCANNER = clamd.address
        assert status() is Status.OK


@pytest.mark.django_db
def test_the_scheduler_is_told_by_its_last_round():
    assert work.look_at_scheduler().status is Status.WARN
    run = JobRun.objects.create(name="search", started_at=timezone.now())
    assert work.look_at_scheduler().status is Status.OK
    for age, status in ((timedelta(minutes=20), Status.WARN), (timedelta(hours=2), Status.FAIL)):
        JobRun.objects.filter(pk=run.pk).update(started_at=timezone.now() - age)
        assert work.look_at_scheduler().status is status
    JobRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), failed_at=timezone.now())
    found = work.look_at_scheduler()
    assert found.status is Status.WARN and "search" in found.seen


@pytest.mark.django_db
def test_mail_that_fails_for_hours_is_told():
    assert work.look_at_mail_queue().status is Status.OK
    message = Message.objects.create(recipient=UserFactory(), kind="x", key="x", due_at=timezone.now())
    assert work.look_at_mail_queue().status is Status.OK
    mine = Message.objects.filter(pk=message.pk)
    # Each try puts the next one off, so what is refused for hours is never due for hours.
    later = timezone.now() + timedelta(hours=3)
    for age, status in ((timedelta(hours=2), Status.WARN), (timedelta(hours=5), Status.FAIL)):
        mine.update(created_at=timezone.now() - age, due_at=later, attempts=3)
        assert work.look_at_mail_queue().status is status
        mine.update(due_at=timezone.now() - age, attempts=0)
        assert work.look_at_mail_queue().status is status
    mine.update(mail=Message.Mail.FAILED)
    assert work.look_at_mail_queue().status is Status.WARN


@pytest.mark.django_db
def test_the_age_of_the_last_good_backup_is_told():
    assert work.look_at_backup().status is Status.WARN

    def keep(age: timedelta, state: str) -> None:
        at = timezone.now() - age
        BackupRun.objects.create(state=state, started_at=at, finished_at=at, error="disk full")

    keep(timedelta(days=8), BackupRun.State.GOOD)
    assert work.look_at_backup().status is Status.FAIL
    keep(timedelta(days=2), BackupRun.State.GOOD)
    assert work.look_at_backup().status is Status.WARN
    keep(timedelta(hours=8), BackupRun.State.GOOD)
    assert work.look_at_backup().status is Status.OK
    keep(timedelta(hours=1), BackupRun.State.FAILED)
    found = work.look_at_backup()
    assert found.status is Status.WARN and "disk full" in found.seen


# /health/ready/ ----------------------------------------------------------------------------
def test_a_process_that_works_is_ready_and_says_nothing_else(client, without_transaction):
    response = client.get("/health/ready/")
    assert (response.status_code, response.content) == (200, b"ready")
    assert client.post("/health/ready/").status_code == 405


def test_what_is_not_ready_is_named_and_nothing_more(client, added):
    for name in checks.check_names(for_readiness=True):
        added(name, lambda: checks.ok(""), for_readiness=True)
    added("database", lambda: checks.fail("host db.internal is away", "Start it."), for_readiness=True)
    added("cache", lambda: checks.fail("away", ""))
    response = client.get("/health/ready/")
    assert (response.status_code, response.content) == (503, b"not ready: database")


def test_the_parts_are_not_asked_for_each_request(client, added):
    asked = []
    for name in checks.check_names(for_readiness=True):
        added(name, lambda: asked.append(1) or checks.ok(""), for_readiness=True)
    for _time in range(5):
        client.get("/health/ready/")
    assert len(asked) == len(checks.check_names(for_readiness=True))
