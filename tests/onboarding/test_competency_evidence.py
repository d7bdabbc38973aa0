"""What onboarding offers as evidence beside a goal."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from base.stamp import end_request, start_request
from competencies.evidence import source_named
from onboarding.models import Enrolment, StepProgress
from onboarding.services import complete_step, enrol, reopen_step
from onboarding.services.quizzing import start_attempt
from onboarding.services.signing_off import sign_off_step
from onboarding.services.ticking import confirm_step
from tests.factories import StepFactory

from .conftest import publish, translate
from .test_quiz import MANY, ONE, RIGHT, WRONG, hand_in, set_questions

pytestmark = pytest.mark.django_db


def quizzes(user):
    return source_named("onboarding.quizzes").finished(user)


def steps_of(user):
    return source_named("onboarding.steps").finished(user)


def make(step, kind="read", **fields):
    step.kind = kind
    for name, value in fields.items():
        setattr(step, name, value)
    return publish(step)


@pytest.fixture
def quiz(steps):
    return set_questions(steps[0], ONE, MANY)


@pytest.fixture
def boss(make_user, user):
    user.manager = make_user()
    user.save()
    return user.manager


def test_a_quiz_that_was_passed_is_offered_once_and_with_its_day(user, enrolment, quiz):
    assert quizzes(user) == []
    for number, answers in enumerate((WRONG, RIGHT), start=1):
        start_attempt(enrolment=enrolment, step_key=quiz.translation_key)
        hand_in(enrolment, quiz, answers, number)
    (found,) = quizzes(user)
    row = StepProgress.objects.get(step_key=quiz.translation_key)
    assert found.key == f"{enrolment.pk}:{quiz.translation_key}"
    assert (found.title, found.url) == (quiz.title, quiz.get_url())
    assert found.happened_on == row.completed_at.date()


def test_a_quiz_that_was_not_passed_or_is_open_again_is_not_offered(user, enrolment, quiz):
    start_attempt(enrolment=enrolment, step_key=quiz.translation_key)
    hand_in(enrolment, quiz, WRONG)
    assert quizzes(user) == []
    start_attempt(enrolment=enrolment, step_key=quiz.translation_key)
    hand_in(enrolment, quiz, RIGHT, 2)
    assert len(quizzes(user)) == 1
    reopen_step(enrolment=enrolment, step_key=quiz.translation_key)
    assert quizzes(user) == []


def test_a_text_that_was_confirmed_is_offered_and_a_plain_step_is_not(user, enrolment, steps):
    make(steps[1], "confirm")
    confirm_step(enrolment=enrolment, step_key=steps[1].translation_key)
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    assert [found.title for found in steps_of(user)] == [steps[1].title]


def test_what_a_colleague_signed_off_is_offered_and_what_still_waits_is_not(user, enrolment, steps, boss):
    step = make(steps[0], signed_off_by="manager")
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    assert steps_of(user) == []
    sign_off_step(enrolment=enrolment, step_key=step.translation_key, actor=boss)
    (found,) = steps_of(user)
    assert found.title == step.title and found.key == f"{enrolment.pk}:{step.translation_key}"
    # Whoever signed it off leaves one day; it was signed off all the same.
    StepProgress.objects.filter(step_key=step.translation_key).update(completed_by=None)
    assert len(steps_of(user)) == 1


def test_what_is_no_longer_signed_off_by_anybody_is_not_offered(user, enrolment, steps, boss):
    step = make(steps[0], signed_off_by="manager")
    complete_step(enrolment=enrolment, step_key=step.translation_key)
    row = StepProgress.objects.get(step_key=step.translation_key)
    row.completed_at, row.completed_by = row.submitted_at, user
    row.save()
    assert steps_of(user) == []


def test_a_step_that_a_supporter_does_is_theirs_and_not_the_newcomers(user, enrolment, steps, boss):
    make(steps[0], "confirm")
    confirm_step(enrolment=enrolment, step_key=steps[0].translation_key)
    StepProgress.objects.filter(step_key=steps[0].translation_key).update(assignee="manager")
    assert steps_of(user) == [] and steps_of(boss) == []


def test_nobody_is_offered_what_somebody_else_did(enrolment, steps, quiz, make_user):
    start_attempt(enrolment=enrolment, step_key=quiz.translation_key)
    hand_in(enrolment, quiz, RIGHT)
    make(steps[1], "confirm")
    confirm_step(enrolment=enrolment, step_key=steps[1].translation_key)
    other = make_user(is_superuser=True)
    assert quizzes(other) == [] and steps_of(other) == []


def test_it_is_named_in_the_active_language_and_the_last_comes_first(user, enrolment, steps):
    for step in steps[:2]:
        make(step, "confirm")
        confirm_step(enrolment=enrolment, step_key=step.translation_key)
    translate(steps[0], title="Read and understood")
    with override("en"):
        assert [found.title for found in steps_of(user)] == [steps[1].title, "Read and understood"]
        assert steps_of(user)[1].url.startswith("/en/")
    with override("nl"):
        assert [found.title for found in steps_of(user)] == [steps[1].title, steps[0].title]


def test_what_is_done_on_a_path_that_ended_still_counts(user, enrolment, steps):
    make(steps[0], "confirm")
    confirm_step(enrolment=enrolment, step_key=steps[0].translation_key)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    assert len(steps_of(user)) == 1


def test_a_step_that_was_unpublished_has_no_address_and_a_closed_one_is_left_out(user, enrolment, steps):
    for step in steps[:2]:
        make(step, "confirm")
        confirm_step(enrolment=enrolment, step_key=step.translation_key)
    steps[0].unpublish()
    assert {found.title: bool(found.url) for found in steps_of(user)} == {steps[0].title: False, steps[1].title: True}
    PageViewRestriction.objects.create(page=steps[1].page_ptr, restriction_type=PageViewRestriction.GROUPS)
    publish(steps[2])
    assert [found.title for found in steps_of(user)] == [steps[0].title]


def test_it_costs_the_same_for_ten_times_as_many(user, path, phases):
    def cost() -> int:
        steps_of(user)
        # As in a request: the content stamp is asked for once.
        start_request()
        try:
            with CaptureQueriesContext(connection) as queries:
                quizzes(user)
                steps_of(user)
        finally:
            end_request()
        return len(queries)

    pages = [publish(StepFactory(parent=phases[0], title=f"Bevestig {n}", kind="confirm")) for n in range(10)]
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    keys = [page.translation_key for page in pages]
    quiz = set_questions(StepFactory(parent=phases[0], title="Quiz"), ONE, MANY)
    StepProgress.objects.get_or_create(enrolment=enrolment, step_key=quiz.translation_key)
    start_attempt(enrolment=enrolment, step_key=quiz.translation_key)
    hand_in(enrolment, quiz, RIGHT)
    complete_step(enrolment=enrolment, step_key=keys[0])
    few = cost()
    for key in keys:
        complete_step(enrolment=enrolment, step_key=key)
    assert len(steps_of(user)) == 10
    assert cost() == few <= 5
