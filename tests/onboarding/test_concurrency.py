"""Two at the same moment: nothing lost, nothing doubled, nothing stuck.

Outside the test's own transaction. PostgreSQL lets writers run side by side; SQLite lets one write after the other.
"""

from datetime import date
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from wagtail.models import Page

from notifications.models import Message
from onboarding.models import Enrolment, OnboardingEvent, PathIndexPage, StepProgress
from onboarding.services import complete_step, enrol, move_start, reschedule
from people.models import User
from tests.factories import PathFactory, UserFactory

from .outlines import Editor, reading

pytestmark = pytest.mark.xdist_group("workers")
ROUNDS = 5


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """A path that other connections see as well, with its editor; it and who walked it are gone afterwards."""
    with django_db_blocker.unblock():
        before = set(User.objects.values_list("pk", flat=True))
        index = PathIndexPage.objects.get(locale__language_code="nl")
        path = PathFactory(parent=index, title="Tegelijk")
        editor = Editor(path.translation_key)
        try:
            with reading(editor):
                yield path, editor
        finally:
            strangers = User.objects.exclude(pk__in=before)
            OnboardingEvent.objects.filter(path_key=path.translation_key).delete()
            Enrolment.objects.filter(path_key=path.translation_key).delete()
            Message.objects.filter(recipient__in=strangers).delete()
            strangers.delete()
            Page.objects.filter(translation_key=path.translation_key).delete()
            connection.close()


def at_once(*deeds) -> list[Exception]:
    """Do them all at the same moment, each with a connection of its own; what they raised."""
    barrier, errors = Barrier(len(deeds)), []

    def run(deed):
        try:
            barrier.wait(20)
            deed()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test has to see it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return errors


def test_two_last_ticks_at_once_finish_the_path_once(world):
    path, editor = world
    for _ in range(ROUNDS):
        enrolment = enrol(user=UserFactory(), path=path, start_date=date(2026, 10, 1))
        keys = [step.key for step in editor.steps]
        for key in keys[:-2]:
            complete_step(enrolment=enrolment, step_key=key)
        errors = at_once(
            *(partial(complete_step, enrolment=enrolment, step_key=key) for key in keys[-2:] for _twice in "ab")
        )
        assert errors == []
        enrolment.refresh_from_db()
        assert enrolment.completed_at is not None
        events = OnboardingEvent.objects.filter(enrolment=enrolment)
        assert events.filter(kind=OnboardingEvent.Kind.FINISHED).count() == 1
        assert events.filter(kind=OnboardingEvent.Kind.DONE).count() == len(keys)


def test_moving_and_rescheduling_beside_ticking_keep_what_was_ticked(world):
    path, editor = world
    for _ in range(ROUNDS):
        enrolment = enrol(user=UserFactory(), path=path, start_date=date(2026, 10, 1))
        keys = [step.key for step in editor.steps]
        before = dict(enrolment.progress.values_list("step_key", "due_on"))
        errors = at_once(
            partial(move_start, enrolment=enrolment, start_date=date(2027, 3, 1)),
            partial(complete_step, enrolment=enrolment, step_key=keys[0]),
            partial(reschedule, enrolment=enrolment),
            partial(complete_step, enrolment=enrolment, step_key=keys[1]),
        )
        assert errors == []
        rows = {row.step_key: row for row in StepProgress.objects.filter(enrolment=enrolment)}
        assert [rows[key].completed_at is not None for key in keys] == [True, True, False, False]
        # What was open when it moved has the new date, what was done before has the old one; never something between.
        new = rows[keys[2]].due_on
        assert new > before[keys[2]] and rows[keys[3]].due_on == new
        assert all(rows[key].due_on in (before[key], new) for key in keys[:2])
        assert reschedule(enrolment=enrolment) == []


def test_two_that_enrol_the_same_person_at_once_make_one_plan(world):
    path, editor = world
    for _ in range(ROUNDS):
        user = UserFactory()
        errors = at_once(*[partial(enrol, user=user, path=path, start_date=date(2026, 10, 1))] * 3)
        assert errors == []
        enrolment = Enrolment.objects.get(user=user)
        assert enrolment.progress.count() == len(editor.steps)
        assert OnboardingEvent.objects.filter(enrolment=enrolment, kind=OnboardingEvent.Kind.ENROLLED).count() == 1
