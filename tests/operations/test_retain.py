"""One report of everything that goes by the clock, and one command that does what the night does."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone, translation

from conversations.models import Question
from notifications.jobs import all_jobs
from operations.retention import FIXED_JOBS, JOBS, report
from people.models import RetentionPeriods
from people.personal_data import all_parts

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "privacy.md"


@pytest.fixture
def old_question(make_user):
    long_ago = timezone.now() - timedelta(days=1000)
    return Question.objects.create(
        asker=make_user(), text="Waar?", answer="Daar.", status="answered", answered_at=long_ago
    )


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("retain", *arguments, stdout=out)
    return out.getvalue()


def test_every_kind_is_counted_and_has_a_job_that_lets_go_of_it():
    periods, rows = report(timezone.now())
    names = {job.name for job in all_jobs()}
    assert [row.kind for row in rows] == list(RetentionPeriods.KINDS) == list(JOBS)
    assert {name for jobs in JOBS.values() for name in jobs} | set(FIXED_JOBS) <= names


def test_looking_changes_nothing_and_says_how_much(old_question):
    RetentionPeriods.objects.create(confirmed_at=datetime(2026, 1, 5, tzinfo=UTC))
    text = run("--dry-run")
    line = next(line for line in text.splitlines() if line.startswith("questions to the question desk"))
    assert "24 months" in line and line.endswith(": 1") and "Nothing was changed." in text
    assert Question.objects.exists()
    assert "questions retention: 1" in run() and not Question.objects.exists()


def test_nothing_goes_until_the_periods_are_confirmed(old_question):
    assert "aren't confirmed" in run("--dry-run") and "aren't confirmed" in run()
    assert Question.objects.exists()


def test_sessions_that_ended_go_and_others_stay(client, make_user):
    client.force_login(make_user())
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(days=1))
    run()
    assert not Session.objects.filter(session_key="old").exists() and client.get("/en/settings/").status_code == 200


def test_the_page_about_privacy_says_what_is_so():
    text = DOCS.read_text()
    periods = RetentionPeriods()
    with translation.override("en"):
        for kind in periods.KINDS:
            assert f"| {periods.label(kind)} | {periods.in_words(kind)} | {periods.counted_from(kind)} |" in text
        table = text.partition("| part |")[2].partition("\n\n")[0]
        for part in all_parts():
            assert str(part.label) in table, part.name
