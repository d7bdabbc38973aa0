"""Tasks through the queue in the database: kept until a worker does them, looked at, and forgotten after a while."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from base.models import PortalDocument
from guidelines.importing.lock import SILENCE
from guidelines.importing.records import HandbookUpload
from guidelines.importing.uploads import run_import
from guidelines.models import ManualIndexPage
from operations.checks import Status, work
from operations.patient_worker import PatientWorker
from operations.state import read_state
from operations.task_results import AGAIN_AFTER, LOST_AFTER, forget_results, give_back_lost, give_back_of
from search.rebuilding import rebuild_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def make_worker(kind=Worker, **options):
    given = {"queue_names": ["*"], "interval": 0, "batch": True, "backend_name": "default", "startup_delay": False}
    given |= {"max_tasks": None, "worker_id": "test", "excluded_queue_names": []}
    return kind(**given | options)


def work_off() -> list[DBTaskResult]:
    """What a worker does with everything that waits."""
    worker = make_worker()
    done = []
    while row := DBTaskResult.objects.ready().first():
        row.claim("test")
        worker.run_task(row)
        done.append(row)
    return done


def test_our_own_tasks_wait_for_a_worker(monkeypatch):
    rebuilt = []
    monkeypatch.setattr("search.rebuilding.rebuild", lambda: rebuilt.append(1))
    rebuild_index.enqueue()
    run_import.enqueue(0)
    assert not rebuilt
    assert {row.status for row in work_off()} == {"SUCCESSFUL"}
    assert rebuilt == [1]


def test_a_queue_is_only_told_of_where_there_is_one(settings):
    rebuild_index.enqueue()
    assert read_state(timezone.now()).tasks.queue.waiting == 1
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    assert read_state(timezone.now()).tasks is None


def test_wagtails_tasks_wait_too(django_capture_on_commit_callbacks, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    with django_capture_on_commit_callbacks(execute=True):
        document = PortalDocument.objects.create(title="Regels", file=ContentFile(b"x", "regels.txt"))
    path = tmp_path / document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = work_off()
    assert not path.exists()
    # What was asked about the document before it was deleted comes to nothing, and is no reason to worry.
    assert {row.status for row in done} == {"SUCCESSFUL", "FAILED"}
    assert work.look_at_tasks().status is Status.OK


def test_what_waits_too_long_or_was_left_behind_is_told():
    assert work.look_at_tasks().status is Status.OK
    row = DBTaskResult.objects.get(pk=rebuild_index.enqueue().id)
    assert work.look_at_tasks().status is Status.OK
    rows = DBTaskResult.objects.filter(pk=row.pk)
    for age, status in ((timedelta(minutes=10), Status.WARN), (timedelta(hours=2), Status.FAIL)):
        rows.update(enqueued_at=timezone.now() - age)
        assert work.look_at_tasks().status is status
    rows.update(status="RUNNING", started_at=timezone.now() - timedelta(hours=2))
    assert work.look_at_tasks().status is Status.WARN
    rows.update(status="FAILED", finished_at=timezone.now())
    assert work.look_at_tasks().status is Status.WARN


def test_what_a_dead_worker_left_is_done_by_another_and_given_up_the_second_time(monkeypatch):
    monkeypatch.setattr("search.rebuilding.rebuild", lambda: None)
    rebuild_index.enqueue()
    row = DBTaskResult.objects.get()
    row.claim("killed")
    assert give_back_lost(row.started_at + LOST_AFTER - timedelta(seconds=1)) == 0
    assert give_back_lost(row.started_at + LOST_AFTER) == 1
    assert [done.status for done in work_off()] == ["SUCCESSFUL"]

    rebuild_index.enqueue()
    row = DBTaskResult.objects.get(status="READY")
    for killed in ("first", "second"):
        row.claim(killed)
        give_back_lost(row.started_at + LOST_AFTER)
        row.refresh_from_db()
    assert row.status == "FAILED" and row.exception_class_path.endswith("WorkerLost")
    assert work.look_at_tasks().status is Status.WARN
    assert not work_off()


def test_an_import_whose_workers_died_may_be_begun_again(user, trunk):
    upload = HandbookUpload.objects.create(
        user=user, prefix="boek", parent=trunk(ManualIndexPage), status=HandbookUpload.Status.RUNNING
    )
    run_import.enqueue(upload.pk)
    row = DBTaskResult.objects.get()
    for killed in ("first", "second"):
        row.claim(killed)
        give_back_lost(row.started_at + LOST_AFTER)
        upload.refresh_from_db()
        assert (upload.status == HandbookUpload.Status.FAILED) == (killed == "second")
        row.refresh_from_db()
    assert upload.report["refused"]


def test_a_worker_outlives_a_database_that_is_away_and_does_again_what_was_cut_off(monkeypatch):
    rebuilt = []
    away = [OperationalError("starting up"), InterfaceError("closed"), OperationalError("no answer")]
    write_down = DBTaskResult.set_successful

    def rebuild():
        rebuilt.append(1)

    def set_successful(row, value):
        if len(away) == 3:
            raise away.pop()
        write_down(row, value)

    def set_failed(row, error):
        # Neither that it went well nor that it didn't can be written down.
        raise error

    def give_back(worker_id, now):
        if away:
            raise away.pop()
        return give_back_of(worker_id, now - AGAIN_AFTER)

    monkeypatch.setattr("search.rebuilding.rebuild", rebuild)
    monkeypatch.setattr(DBTaskResult, "set_successful", set_successful)
    monkeypatch.setattr(DBTaskResult, "set_failed", set_failed)
    monkeypatch.setattr("operations.patient_worker.give_back_of", give_back)
    monkeypatch.setattr("operations.patient_worker.PAUSE_SECONDS", 0)
    # The connection of the test has to stay.
    monkeypatch.setattr("operations.patient_worker.connection.close", lambda: None)
    rebuild_index.enqueue()
    make_worker(PatientWorker, batch=False, max_tasks=2).run()
    assert len(rebuilt) == 2 and not away
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_worker_gives_back_only_what_is_its_own():
    rebuild_index.enqueue()
    row = DBTaskResult.objects.get()
    row.claim("other")
    assert give_back_of("test", timezone.now()) == 0
    assert give_back_of("other", timezone.now()) == 1
    # An import that was cut off would be refused for so long.
    assert AGAIN_AFTER > SILENCE and not DBTaskResult.objects.ready()
    DBTaskResult.objects.update(run_after=timezone.now())
    assert DBTaskResult.objects.ready().count() == 1


def test_the_command_is_ours(monkeypatch):
    made = []
    monkeypatch.setattr(PatientWorker, "run", lambda worker: made.append(worker))
    monkeypatch.setattr(PatientWorker, "configure_signals", lambda worker: None)
    call_command("db_worker", batch=True, reload=False, verbosity=0)
    assert [type(worker) for worker in made] == [PatientWorker]


def test_results_are_forgotten_after_two_weeks_and_nothing_that_waits():
    old, new, waiting = (rebuild_index.enqueue().id for _time in range(3))
    ended = timezone.now() - timedelta(days=15)
    DBTaskResult.objects.filter(pk=old).update(status="SUCCESSFUL", finished_at=ended)
    DBTaskResult.objects.filter(pk=new).update(status="FAILED", finished_at=timezone.now())
    DBTaskResult.objects.filter(pk=waiting).update(enqueued_at=ended)
    assert forget_results(timezone.now()) == 1
    assert {str(row.pk) for row in DBTaskResult.objects.all()} == {str(new), str(waiting)}
