"""What is done by the clock: each job when it is due, by one worker, whatever the others do."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from notifications import jobs
from notifications.jobs import ROUND_ENDED, Job, all_jobs, claim, register_job, run_jobs
from notifications.models import JobRun

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def only(monkeypatch):
    """No other jobs than those of the test."""
    monkeypatch.setattr(jobs, "_jobs", {})


def test_a_failing_job_keeps_no_other_from_running(only):
    register_job("broken", lambda now: 1 / 0)
    register_job("whole", lambda now: 2)
    assert run_jobs(now=timezone.now()) == {"broken": None, "whole": 2}


def test_a_database_that_is_away_ends_the_round_with_one_line(only, monkeypatch, caplog):
    def broken(now):
        raise OperationalError("server closed the connection unexpectedly")

    register_job("broken", broken)
    register_job("whole", lambda now: 2)
    # A deadlock is of this class too, and of one job alone.
    assert run_jobs(now=timezone.now()) == {"broken": None, "whole": 2}
    ended, later = JobRun.objects.get(name=ROUND_ENDED).started_at, timezone.now() + timedelta(minutes=1)
    caplog.clear()
    away = SimpleNamespace(in_atomic_block=True, ensure_connection=lambda: broken(later))
    monkeypatch.setattr(jobs, "connection", away)
    assert run_jobs(now=later) == {"broken": None}
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)]
    # Whoever watches sees that rounds stay out.
    assert JobRun.objects.get(name=ROUND_ENDED).started_at == ended


def test_a_job_with_an_interval_waits_for_it(only, wednesday):
    register_job("hourly", lambda now: 1, every=timedelta(hours=1))
    assert run_jobs(now=wednesday) == {"hourly": 1}
    assert run_jobs(now=wednesday + timedelta(minutes=59)) == {}
    assert run_jobs(now=wednesday + timedelta(hours=1)) == {"hourly": 1}


def test_a_job_of_the_night_runs_once_a_night_in_the_organisations_time(only):
    def local(day, hour, minute=0):
        return datetime(2026, 10, day, hour, minute, tzinfo=ZoneInfo("Europe/Amsterdam"))

    from datetime import time as of_day

    register_job("nightly", lambda now: 1, at=of_day(3))
    ran = [
        (day, hour, minute)
        for day in (23, 24, 25, 26)
        for hour in range(24)
        for minute in (0, 20, 40)
        if run_jobs(now=local(day, hour, minute))
    ]
    # The first one finds that it never ran; the 25th is the night in which the clock goes back.
    assert ran == [(23, 0, 0), (23, 3, 0), (24, 3, 0), (25, 3, 0), (26, 3, 0)]


def test_a_job_that_failed_is_tried_again_before_its_interval_is_over(only, wednesday):
    outcomes = [ZeroDivisionError, None]

    def run(now):
        if (error := outcomes.pop(0)) is not None:
            raise error
        return 1

    register_job("daily", run, every=timedelta(days=1))
    assert run_jobs(now=wednesday) == {"daily": None}
    assert run_jobs(now=wednesday + timedelta(minutes=1)) == {}
    assert run_jobs(now=wednesday + timedelta(minutes=15)) == {"daily": 1}
    assert run_jobs(now=wednesday + timedelta(minutes=45)) == {}


def test_a_run_that_was_cut_off_is_made_up_for_the_same_day(only, wednesday):
    outcomes = [SystemExit, None]

    def run(now):
        if (end := outcomes.pop(0)) is not None:
            raise end
        return 1

    register_job("daily", run, every=timedelta(days=1))
    with pytest.raises(SystemExit):
        run_jobs(now=wednesday)
    assert run_jobs(now=wednesday + timedelta(hours=5, minutes=59)) == {}
    assert run_jobs(now=wednesday + timedelta(hours=6)) == {"daily": 1}
    assert run_jobs(now=wednesday + timedelta(hours=12, minutes=1)) == {}


def test_of_two_workers_one_makes_up_for_what_was_cut_off(wednesday):
    job = Job("weekly", lambda now: 1, every=timedelta(days=7))
    assert claim(job, wednesday)
    later = wednesday + timedelta(hours=7)
    assert [claim(job, later), claim(job, later)] == [True, False]


def test_of_two_workers_one_takes_the_job(wednesday):
    job = Job("weekly", lambda now: 1, every=timedelta(days=7))
    assert [claim(job, wednesday), claim(job, wednesday)] == [True, False]
    later = wednesday + timedelta(days=7)
    assert [claim(job, later), claim(job, later)] == [True, False]
    assert JobRun.objects.get().started_at == later


def test_a_run_says_what_was_done_and_fails_where_a_job_failed(only, capsys):
    register_job("whole", lambda now: 2)
    register_job("idle", lambda now: 0)
    out, err = io.StringIO(), io.StringIO()
    call_command("run_due", stdout=out, stderr=err)
    assert out.getvalue() == "whole: 2\n"
    register_job("broken", lambda now: 1 / 0)
    with pytest.raises(SystemExit) as ended:
        call_command("run_due", stdout=out, stderr=err)
    assert ended.value.code == 1
    assert "broken: failed" in err.getvalue()


def test_every_promise_of_the_clock_has_its_job():
    assert {"mail", "old messages", "languages", "search"} <= {job.name for job in all_jobs()}


def test_the_search_job_finds_what_no_event_told(trunk):
    from home.models import NewsIndexPage
    from search.outbox import drain
    from tests.factories import NewsFactory

    drain()
    news = trunk(NewsIndexPage).add_child(instance=NewsFactory.build(title="Waterslag"))
    news.save_revision().publish()
    assert next(job for job in all_jobs() if job.name == "search").run(timezone.now()) >= 1


def test_the_background_thread_does_its_rounds_and_takes_turns(only, monkeypatch):
    rounds = []
    monkeypatch.setattr(jobs, "run_jobs", lambda: rounds.append(timezone.now()))
    monkeypatch.setattr(jobs, "claim", lambda job, now: len(rounds) < 2)
    monkeypatch.setattr(jobs, "close_old_connections", lambda: None)
    stop = threading.Event()
    thread = jobs.run_in_background(every=0.01, wait=0, stop=stop)
    deadline = time.monotonic() + 5
    while len(rounds) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.05)
    stop.set()
    thread.join(timeout=5)
    assert len(rounds) == 2
    assert thread.daemon and not thread.is_alive()


def test_a_loop_ends_cleanly_when_it_is_told_to(tmp_path):
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'loop.sqlite3'}",
        "SEARCH_INDEX_PATH": str(tmp_path / "search"),
        "PYTHONUNBUFFERED": "1",
    }
    env.pop("TEST_DATABASE_NAME", None)
    command = [sys.executable, "manage.py", "run_due", "--loop", "--every", "30"]
    # Without a single table every job fails: the loop has to go on all the same.
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as loop:
        try:
            for line in loop.stderr:
                if "failed, see the log" in line:
                    break
            loop.send_signal(signal.SIGTERM)
            assert loop.wait(timeout=30) == 0
        finally:
            loop.kill()
