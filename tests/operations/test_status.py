"""The report of how the portal runs: what is wrong and what to do, for administrators only."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from notifications import jobs
from notifications.job_states import Jobs
from notifications.models import JobRun, Message
from operations.admin import status
from operations.checks import Outcome, Status
from operations.models import BackupRun
from operations.state import Queue, State, Tasks
from operations.troubles import current_troubles, troubles_in
from people.models import RetentionPeriods
from people.retention import save_periods
from search.models import OutboxEntry

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/reports/running/"
NOW = timezone.now()
FINE = {"database": True, "cache": True, "search": True}


@pytest.fixture
def admin(make_user):
    return make_user(groups=["Administrators"], locale="en")


@pytest.fixture(autouse=True)
def _parts(monkeypatch):
    parts = [
        Outcome("cache", "Cache", Status.OK, "answers", "", 1),
        Outcome("mail", "Mail server", Status.FAIL, "no answer", "Start it.", 1),
    ]
    monkeypatch.setattr(status, "run_checks", lambda: parts)


@pytest.fixture
def well(monkeypatch, admin):
    """All is as it should be."""
    save_periods(periods=RetentionPeriods(), are_confirmed=True, by=admin)
    monkeypatch.setattr(jobs, "_jobs", {})
    monkeypatch.setattr("operations.state._search_answers", lambda: True)
    jobs.run_jobs()
    BackupRun.objects.create(state="good", started_at=NOW, finished_at=NOW)
    # What waits since the tables were made: too long where that was a quarter of an hour ago.
    OutboxEntry.objects.all().delete()


@pytest.mark.parametrize(("role", "code"), [("Administrators", 200), ("Editors", 403), ("HR", 403), ("Employees", 403)])
def test_administrators_only(as_user, make_user, role, code):
    client = as_user(make_user(groups=[role], locale="en"))
    response = client.get(ADDRESS, follow=code == 403 and role in ("Editors", "HR"))
    assert (b'id="versions"' in response.content) == (code == 200)
    menu = client.get("/admin/").content.decode()
    assert (ADDRESS in menu) == (code == 200)


def test_what_fails_stands_first_with_what_to_do(as_user, admin, well):
    html = as_user(admin).get(ADDRESS).content.decode()
    assert html.index("Mail server") < html.index("Cache") and "Start it." in html


def test_a_job_that_failed_is_named_with_when_and_the_id_of_its_log_lines(as_user, admin, monkeypatch):
    def broken(now):
        raise ValueError("canary")

    monkeypatch.setattr(jobs, "_jobs", {"reminders": jobs.Job("reminders", broken, timedelta(hours=1))})
    jobs.run_jobs()
    html = as_user(admin).get(ADDRESS).content.decode()
    error = JobRun.objects.get(name="reminders").error
    assert html.count(error) == 2 and "canary" not in html


def test_the_page_asks_the_same_however_much_there_is(as_user, admin, well, django_assert_max_num_queries, user):
    Message.objects.bulk_create(Message(recipient=user, kind="x", key=str(n), due_at=NOW) for n in range(50))
    client = as_user(admin)
    client.get(ADDRESS)
    with django_assert_max_num_queries(26):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ({"parts": FINE | {"search": False}}, "Search"),
        ({"parts": FINE | {"cache": False}}, "cache"),
        ({"jobs": Jobs([], None)}, "clock"),
        ({"jobs": Jobs([], NOW - timedelta(hours=1))}, "clock"),
        ({"mails": Queue(1, NOW - timedelta(hours=2), 0)}, "Mails"),
        ({"mails": Queue(0, None, 3)}, "3 mails"),
        ({"index": Queue(1, NOW - timedelta(hours=2))}, "search"),
        ({"refused": Queue(2, NOW - timedelta(hours=2))}, "2 mails"),
        ({"tasks": Tasks(Queue(1, NOW - timedelta(minutes=6), 0))}, "tasks"),
        ({"tasks": Tasks(failed_lately=1)}, "1 background task"),
        ({"backup": None}, "backup"),
        ({"backup": BackupRun(started_at=NOW - timedelta(hours=31), finished_at=NOW)}, "backup"),
    ],
)
def test_each_trouble_is_told_with_something_to_do(state, word):
    whole = {"parts": FINE, "jobs": Jobs([], NOW), "backup": BackupRun(started_at=NOW, finished_at=NOW)}
    assert troubles_in(State(**whole, tasks=Tasks()), NOW) == []
    with override("en"):
        (trouble,) = troubles_in(State(**whole | state), NOW)
    assert word in trouble.seen and trouble.advice


def test_without_a_database_only_that_is_told():
    assert len(troubles_in(State(parts=FINE | {"database": False}), NOW)) == 1


def test_the_front_page_of_the_admin_tells_while_something_is_wrong(as_user, admin, make_user, well):
    client = as_user(admin)
    said = "The portal needs you"
    assert said not in client.get("/admin/").content.decode()
    BackupRun.objects.all().delete()
    cache.clear()
    assert said in client.get("/admin/").content.decode()
    assert said not in as_user(make_user(groups=["Editors"])).get("/admin/").content.decode()


def test_the_front_page_asks_once_a_minute(well, django_assert_num_queries):
    current_troubles()
    with django_assert_num_queries(0):
        current_troubles()


def test_what_nobody_decided_yet_is_told_with_the_place(as_user, admin):
    html = as_user(admin).get(ADDRESS).content.decode()
    assert reverse("wagtailsettings:edit", args=["people", "retentionperiods"]) in html


def test_the_page_shows_what_it_can_when_the_numbers_fail(as_user, admin, well, monkeypatch):
    def away(now):
        raise OperationalError("away")

    monkeypatch.setattr("operations.state.read_mails", away)
    response = as_user(admin).get(ADDRESS)
    assert response.status_code == 200 and "database" in response.content.decode()
