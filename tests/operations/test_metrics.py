"""Figures for Prometheus: for whoever has the token, with labels that nobody can make up."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from notifications import jobs
from notifications.job_states import GRACE, QUIET_FOR, job_states
from notifications.models import JobRun, Message
from operations.models import BackupRun
from search.models import OutboxEntry
from tests.project.test_logging import ROOT

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-some-length"


@pytest.fixture(autouse=True)
def _token(settings):
    settings.METRICS_TOKEN = TOKEN


@pytest.fixture
def figures(client):
    """``figures()``: ``{(name, label values): number}`` of what Prometheus would read now."""

    def read():
        response = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert response.status_code == 200
        families = list(text_string_to_metric_families(response.content.decode()))
        return {
            (sample.name, *(v for k, v in sorted(sample.labels.items()) if k != "le")): sample.value
            for family in families
            for sample in family.samples
        }

    return read


@pytest.mark.parametrize(
    "sent", [None, "", "Bearer", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN} ", "Bearer é"]
)
def test_without_the_token_there_is_nothing(client, as_user, make_user, sent):
    headers = {} if sent is None else {"authorization": sent}
    for one in (client, as_user(make_user(groups=["Administrators"], is_superuser=True))):
        response = one.get("/metrics", headers=headers)
        assert response.status_code == 404 and b"portal_" not in response.content


def test_an_empty_token_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_the_name_of_their_route(figures, as_user, user):
    before = figures().get(("portal_request_seconds_count", "GET", "people:settings", "2xx"), 0)
    as_user(user).get("/nl/settings/?canary=1")
    assert figures()[("portal_request_seconds_count", "GET", "people:settings", "2xx")] == before + 1


def test_no_label_holds_what_somebody_made_up(figures, client, as_user, user):
    as_user(user)
    for number in range(20):
        client.get(f"/nl/canary{number}/canary/?q=canary")
        client.generic(f"CANARY{number}", f"/canary{number}/")
        client.get(f"/share/canary{number}/")
        client.get("/nl/search/", {"q": f"canary{number}", "kind": f"canary{number}"})
    assert [key for key in figures() if any("canary" in str(part).lower() for part in key)] == []


def test_searches_say_what_answered(figures, as_user, user, monkeypatch):
    before = figures()
    as_user(user).get("/nl/search/?q=verlof")
    after = figures()
    counted = {key[1:]: after[key] - before.get(key, 0) for key in after if key[0] == "portal_search_seconds_count"}
    assert sum(counted.values()) == 1


def test_queues_tell_how_many_and_how_old(figures, user):
    now = timezone.now()
    for number, state in enumerate((Message.Mail.WAITING, Message.Mail.WAITING, Message.Mail.FAILED)):
        Message.objects.create(
            recipient=user, kind="x", key=str(number), due_at=now - timedelta(hours=number + 1), mail=state
        )
    Message.objects.create(recipient=user, kind="x", key="later", due_at=now + timedelta(hours=1))
    OutboxEntry.objects.all().delete()
    OutboxEntry.objects.create(object_id=1)
    found = figures()
    assert found[("portal_queue_waiting", "mails")] == 2
    assert 7200 <= found[("portal_queue_oldest_seconds", "mails")] < 7300
    assert found[("portal_queue_failed", "mails")] == 1
    assert found[("portal_queue_waiting", "search_index")] == 1
    assert ("portal_queue_failed", "search_index") not in found


def test_jobs_tell_when_they_began_and_how_often_they_failed(figures, monkeypatch):
    def broken(now):
        raise ValueError("secret words")

    every = jobs.Job("daily", broken, timedelta(days=1))
    monkeypatch.setattr(jobs, "_jobs", {"daily": every, "each": jobs.Job("each", broken)})
    now = timezone.now()
    jobs.run_jobs(now=now - timedelta(minutes=20))
    jobs.run_jobs(now=now)
    found = figures()
    assert found[("portal_job_failures", "daily")] == found[("portal_job_failures", "each")] == 2
    assert found[("portal_job_started_timestamp_seconds", "daily")] == pytest.approx(now.timestamp())
    assert 0 <= found[("portal_scheduler_age_seconds",)] < 60
    run = JobRun.objects.get(name="daily")
    assert re.fullmatch(r"ValueError \(job-[0-9a-f]{32}\)", run.error)
    monkeypatch.setattr(jobs, "_jobs", {name: jobs.Job(name, lambda now: 1) for name in ("each",)})
    jobs.run_jobs(now=now)
    assert figures()[("portal_job_failures", "each")] == 0
    assert JobRun.objects.get(name="each").error == ""


def test_a_job_is_late_an_hour_after_it_was_due(monkeypatch):
    job = jobs.Job("hourly", lambda now: 1, timedelta(hours=1))
    monkeypatch.setattr(jobs, "_jobs", {"hourly": job})
    now = timezone.now()
    JobRun.objects.create(name="hourly", started_at=now)
    assert job_states(now + timedelta(hours=1) + GRACE - timedelta(seconds=1)).overdue == []
    assert [state.name for state in job_states(now + timedelta(hours=1) + GRACE).overdue] == ["hourly"]


def test_a_scheduler_that_is_silent_stands_still(monkeypatch):
    monkeypatch.setattr(jobs, "_jobs", {})
    now = timezone.now()
    assert job_states(now).stands_still(now)
    jobs.run_jobs(now=now)
    assert not job_states(now).stands_still(now + QUIET_FOR)
    assert job_states(now).stands_still(now + QUIET_FOR + timedelta(seconds=1))


def test_the_last_good_backup_tells_its_age(figures):
    assert ("portal_backup_age_seconds",) not in figures()
    now = timezone.now()
    for state, hours in (("good", 30), ("failed", 1)):
        BackupRun.objects.create(
            state=state, started_at=now - timedelta(hours=hours), finished_at=now - timedelta(hours=hours)
        )
    assert figures()[("portal_backup_age_seconds",)] == pytest.approx(30 * 3600, abs=60)


def test_a_scrape_asks_little_however_much_there_is(client, django_assert_max_num_queries, user):
    Message.objects.bulk_create(Message(recipient=user, kind="x", key=str(n), due_at=timezone.now()) for n in range(50))
    with django_assert_max_num_queries(8):
        client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})


def test_without_a_database_or_a_cache_it_still_answers(figures, monkeypatch, settings):
    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("operations.state.read_mails", away)
    monkeypatch.setattr("operations.state.cache.set", away)
    monkeypatch.setattr("operations.state.get_engine", away)
    found = figures()
    assert {key[1]: value for key, value in found.items() if key[0] == "portal_up"} == dict.fromkeys(
        ("database", "cache", "search"), 0
    )


WORKER = """
import django; django.setup()
from base.measuring import requests
requests.labels("GET", "home", "2xx").observe(0.1)
from operations.metrics import _counted
from prometheus_client import generate_latest
print(generate_latest(_counted()).decode())
"""


def test_several_workers_are_counted_together(tmp_path):
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DATABASE_URL": "sqlite://:memory:"}
    for number in (1, 2):
        command = [sys.executable, "-c", WORKER]
        outcome = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True)  # noqa: S603
        assert f'portal_request_seconds_count{{method="GET",route="home",status="2xx"}} {number}.0' in outcome.stdout
