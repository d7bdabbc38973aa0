"""Waived until nothing is left to do: that is the end of a path, and of a phase, as well."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils.translation import override

from onboarding.models import Enrolment, OnboardingEvent, PhasePage, StepPage
from onboarding.reading import own_standing
from onboarding.services import complete_step, enrol, move_start, waive_step

from .conftest import publish

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _in_october():
    with time_machine.travel(datetime(2026, 10, 6, 10, tzinfo=UTC), tick=False):
        yield


def waive(enrolment, steps, by) -> None:
    for step in steps:
        waive_step(enrolment=enrolment, step_key=step.translation_key, actor=by, reason="Kan dit al")


def before_the_start(path) -> None:
    """Every step of the path is due some days before the start."""
    for step in StepPage.objects.descendant_of(path):
        step.due_from, step.due_count = StepPage.DueFrom.START, -3
        publish(step)


def test_who_need_do_nothing_of_what_was_required_has_finished(newcomer, enrolment, user, steps, make_user):
    waive(enrolment, steps[:2], make_user())
    assert not own_standing(user, enrolment.pk, "nl").is_finished
    waive(enrolment, [steps[2]], make_user())
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
    assert OnboardingEvent.objects.filter(kind=OnboardingEvent.Kind.FINISHED, enrolment=enrolment).count() == 1
    standing = own_standing(user, enrolment.pk, "nl")
    assert (standing.is_finished, standing.percent, standing.next_step) == (True, 100, None)
    page = newcomer.get("/en/onboarding/").content.decode()
    assert "There was nothing you had to do" in page and "0 of your" not in page
    # The optional one may still be done, and its page doesn't count to nought.
    complete_step(enrolment=enrolment, step_key=steps[3].translation_key)
    page = newcomer.get(f"/en/onboarding/{enrolment.pk}/").content.decode()
    assert "Also done: 1 of the 1" in page and 'max="0"' not in page


def test_what_was_waived_before_reads_as_finished(enrolment, user, steps, make_user):
    waive(enrolment, steps[:3], make_user())
    Enrolment.objects.filter(pk=enrolment.pk).update(completed_at=None)
    standing = own_standing(user, enrolment.pk, "nl")
    assert standing.is_finished
    with override("nl"):
        assert standing.progress_words == "Je hoeft niets meer te doen"
        assert standing.count_words == "niets meer te doen"


def test_everything_left_out_at_the_enrolment_is_finished_at_once(make_path, user):
    path = make_path(steps=(2,))
    before_the_start(path)
    late = enrol(user=user, path=path, start_date=START, late=Enrolment.Late.SKIP)
    assert late.completed_at is not None
    assert own_standing(user, late.pk, "nl").is_finished


def test_everything_left_out_by_a_move_of_the_start_finishes(make_path, user):
    path = make_path(steps=(2,))
    before_the_start(path)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 11, 2))
    move_start(enrolment=enrolment, start_date=START, late=Enrolment.Late.SKIP)
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


def test_a_path_without_steps_is_not_finished(make_path, user):
    enrolment = enrol(user=user, path=make_path(steps=(0,)), start_date=START)
    assert not own_standing(user, enrolment.pk, "nl").is_finished


def test_a_phase_of_which_everything_is_waived_is_left_out(newcomer, enrolment, user, steps, make_user):
    titles = list(PhasePage.objects.order_by("path").values_list("title", flat=True))
    waive(enrolment, steps[:2], make_user())
    rows = own_standing(user, enrolment.pk, "nl").phase_rows()
    assert [(row["phase"].title, row["done"], row["total"]) for row in rows] == [(titles[1], 0, 1)]
    # An optional step that may be done keeps its phase.
    waive(enrolment, [steps[2]], make_user())
    rows = own_standing(user, enrolment.pk, "nl").phase_rows()
    assert [(row["phase"].title, row["total"]) for row in rows] == [(titles[1], 1)]
    waive(enrolment, [steps[3]], make_user())
    assert own_standing(user, enrolment.pk, "nl").phase_rows() == []
    assert newcomer.get("/nl/onboarding/?by=phase").status_code == 200
