"""Writes of onboarding: what they set, refuse, and leave alone when repeated."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from onboarding.models import Enrolment, PathPage, StepPage, StepProgress, Supporter
from onboarding.services import (
    EnrolmentEnded,
    PathNotPublished,
    StepNotOnPath,
    complete_step,
    enrol,
    record_opening,
    reopen_step,
    set_buddy,
    unwaive_step,
    waive_step,
)
from tests.factories import StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def test_enrolling_again_changes_nothing(user, path, enrolment):
    again = enrol(user=user, path=path, start_date=date(2027, 1, 1))
    assert again.pk == enrolment.pk
    assert again.start_date == OCTOBER
    assert Enrolment.objects.count() == 1


def test_enrolling_on_the_english_page_is_the_same_path(user, path, enrolment):
    english = PathPage.objects.get(translation_key=path.translation_key, locale__language_code="en")
    assert enrol(user=user, path=english, start_date=OCTOBER).pk == enrolment.pk


def test_nobody_is_put_on_a_path_that_is_not_published(user, path):
    PathPage.objects.get(pk=path.pk).unpublish()
    with pytest.raises(PathNotPublished):
        enrol(user=user, path=path, start_date=OCTOBER)
    assert not Enrolment.objects.exists()


def test_who_stopped_may_be_put_on_the_path_again(user, path, enrolment):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    assert enrol(user=user, path=path, start_date=OCTOBER).pk != enrolment.pk


def test_the_database_holds_one_running_enrolment_per_path(enrolment):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(user=enrolment.user, path_key=enrolment.path_key, start_date=date(2027, 1, 1))


def test_the_database_holds_one_row_per_step(enrolment, steps):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepProgress.objects.create(enrolment=enrolment, step_key=steps[0].translation_key)


def test_a_row_made_by_another_request_in_between_is_used(enrolment, steps, monkeypatch):
    key = steps[0].translation_key
    # As for a step that was added after the plan was made.
    StepProgress.objects.filter(step_key=key).delete()
    get = StepProgress._default_manager.all().__class__.get
    asked = []

    def get_before_the_other_wrote(queryset, *args, **kwargs):
        asked.append(kwargs)
        if len(asked) == 1:
            # The other request's insert, between our look and our own insert.
            StepProgress.objects.bulk_create([StepProgress(enrolment=enrolment, step_key=key)])
            raise StepProgress.DoesNotExist
        return get(queryset, *args, **kwargs)

    monkeypatch.setattr(StepProgress._default_manager.all().__class__, "get", get_before_the_other_wrote)
    record_opening(enrolment=enrolment, step_key=key)
    assert len(asked) == 2
    monkeypatch.undo()
    assert StepProgress.objects.get(step_key=key).opened_at is not None


def test_opening_what_was_done_keeps_both_dates(enrolment, steps):
    key = steps[0].translation_key
    complete_step(enrolment=enrolment, step_key=key)
    before = list(StepProgress.objects.order_by("pk").values())
    record_opening(enrolment=enrolment, step_key=key)
    assert list(StepProgress.objects.order_by("pk").values()) == before


def test_the_last_step_finishes_the_path_and_an_optional_one_does_not(enrolment, steps):
    for step in (steps[3], steps[0], steps[1]):
        standing = complete_step(enrolment=enrolment, step_key=step.translation_key)
        assert not standing.is_finished
    assert complete_step(enrolment=enrolment, step_key=steps[2].translation_key).is_finished
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


def test_reopening_an_optional_step_keeps_the_path_finished(enrolment, steps):
    for step in steps:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    assert reopen_step(enrolment=enrolment, step_key=steps[3].translation_key).is_finished
    assert not reopen_step(enrolment=enrolment, step_key=steps[0].translation_key).is_finished
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None


def test_what_came_back_after_finishing_counts_only_when_the_path_is_reopened(enrolment, steps, make_user):
    hr, back = make_user(), steps[2]
    waive_step(enrolment=enrolment, step_key=back.translation_key, actor=hr, reason="Kent het.")
    for step in steps[:2]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    unwaive_step(enrolment=enrolment, step_key=back.translation_key, actor=hr)
    standing = complete_step(enrolment=enrolment, step_key=steps[3].translation_key)
    assert standing.is_finished and standing.added_since == 1
    assert standing.next_step is None
    reopened = reopen_step(enrolment=enrolment, step_key=steps[0].translation_key)
    assert not reopened.is_finished and (reopened.done, reopened.total) == (1, 3)
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    assert complete_step(enrolment=enrolment, step_key=back.translation_key).is_finished


def test_a_step_that_editors_add_is_history_for_who_is_under_way_not_plan(enrolment, phases, steps):
    added = publish(StepFactory(parent=phases[1], title="Later bedacht"))
    record_opening(enrolment=enrolment, step_key=added.translation_key)
    standing = complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    assert (standing.done, standing.total) == (1, 3)
    assert not StepProgress.objects.get(step_key=added.translation_key).in_plan


@pytest.mark.parametrize("write", [complete_step, reopen_step])
def test_a_step_that_is_not_on_the_path_is_refused(enrolment, make_path, write):
    other = StepPage.objects.descendant_of(make_path(steps=(1,), title="Ander")).get()
    with pytest.raises(StepNotOnPath):
        write(enrolment=enrolment, step_key=other.translation_key)


@pytest.mark.parametrize("write", [complete_step, reopen_step])
def test_an_ended_enrolment_is_refused(enrolment, steps, write):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=OCTOBER)
    with pytest.raises(EnrolmentEnded):
        write(enrolment=enrolment, step_key=steps[0].translation_key)


def test_there_is_one_buddy_and_it_is_somebody_else(enrolment, make_user):
    first, second = make_user(), make_user()
    for buddy in (first, first, second):
        set_buddy(enrolment=enrolment, colleague=buddy)
    assert Supporter.objects.get(enrolment=enrolment).colleague == second
    with pytest.raises(ValueError, match="own supporter"):
        set_buddy(enrolment=enrolment, colleague=enrolment.user)
    set_buddy(enrolment=enrolment, colleague=None)
    assert not Supporter.objects.exists()
