"""Two workers at once, and one that is killed while it reminds: outside the test's own transaction, on PostgreSQL."""

import multiprocessing
import os
import uuid
from datetime import UTC, date, datetime

import pytest
from django.db import connection, connections

from notifications.models import JobRun, Message
from onboarding import outline
from onboarding.models import Enrolment, OnboardingEvent, StepProgress
from onboarding.reminders import Stage
from onboarding.services import reminding
from people.models import User
from tests.factories import UserFactory
from tests.notifications.test_workers import at_once

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("workers"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Needs several writers: PostgreSQL."),
]
PEOPLE, EACH = 6, 5
DUE, NOW = date(2026, 10, 14), datetime(2026, 10, 14, 8, tzinfo=UTC)


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker):
    """In the place of pytest-django's: the database is there, without a transaction around the test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def due(db, monkeypatch):
    """So many people with so many steps due today, on a path that is there for the clock only; gone afterwards."""
    key, keys = uuid.uuid4(), [uuid.uuid4() for _ in range(EACH)]
    people = [UserFactory(email=f"reminded{number}@example.org") for number in range(PEOPLE)]
    for person in people:
        enrolment = Enrolment.objects.create(
            user=person, path_key=key, start_date=DUE, planned_at=datetime(2026, 9, 1, tzinfo=UTC)
        )
        StepProgress.objects.bulk_create(StepProgress(enrolment=enrolment, step_key=step, due_on=DUE) for step in keys)
    steps = tuple(
        outline.Step(step, 1, "Stap", "", "/", "nl", 1, "read", 5, True, None, reads_is_missing=False) for step in keys
    )
    path = outline.Outline(key, "Pad", "", "", "/", "nl", (), steps)
    monkeypatch.setattr(reminding, "running_path", lambda path_key: path)
    # Several batches, so that workers meet in the midst.
    monkeypatch.setattr(reminding, "BATCH", 4)
    yield {f"{person.pk}:{step}" for person in people for step in keys}
    OnboardingEvent.objects.filter(path_key=key).delete()
    Enrolment.objects.filter(path_key=key).delete()
    User.objects.filter(pk__in=[person.pk for person in people]).delete()
    JobRun.objects.all().delete()
    connection.close()


def reminded() -> list[str]:
    """Everything that was told, as often as it was."""
    rows = Message.objects.filter(kind="onboarding.reminder").values_list("recipient", "key")
    return sorted(f"{recipient}:{key.split(':')[1]}" for recipient, key in rows)


def test_workers_at_once_tell_everything_once(due):
    counts = at_once(4, lambda: reminding.send_reminders(NOW))
    # What one had locked the others left; a next run finds nothing new.
    left = reminding.send_reminders(NOW)
    assert reminded() == sorted(due)
    assert sum(counts) + left == PEOPLE * EACH == OnboardingEvent.objects.filter(kind="reminded").count()
    assert set(StepProgress.objects.filter(due_on=DUE).values_list("reminded", flat=True)) == {Stage.TODAY}


@pytest.mark.parametrize("point", ["notify_many", "_record"])
def test_a_worker_killed_in_the_midst_leaves_nothing_to_tell_twice(due, monkeypatch, point):
    real, calls = getattr(reminding, point), []

    def die(*args, **kwargs):
        real(*args, **kwargs)
        calls.append(1)
        if len(calls) == 3:
            os._exit(9)

    monkeypatch.setattr(reminding, point, die)
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=reminding.send_reminders, args=(NOW,))
    worker.start()
    worker.join(timeout=60)
    assert worker.exitcode == 9
    monkeypatch.setattr(reminding, point, real)
    # Two batches stand whole, the third not at all.
    assert len(reminded()) == 8
    at_once(2, lambda: reminding.send_reminders(NOW))
    reminding.send_reminders(NOW)
    assert reminded() == sorted(due)
    assert OnboardingEvent.objects.filter(kind="reminded").count() == PEOPLE * EACH
