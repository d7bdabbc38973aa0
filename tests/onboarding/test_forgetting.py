"""Who asks to be forgotten leaves nothing of their onboarding behind but counts."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from onboarding.models import (
    Enrolment,
    HelpRequest,
    Meeting,
    OnboardingEvent,
    PreboardingInvitation,
    QuizAttempt,
    StepAnswer,
    StepDraft,
    StepFeedback,
    StepProgress,
    Supporter,
)
from onboarding.services import complete_step, enrol, reopen_step, set_supporter, waive_step
from people.forgetting import forget_person
from tests.people.test_forgetting import everything_stored

pytestmark = pytest.mark.django_db
NAME = "Quaadvliet"


@pytest.fixture
def administrator(make_user):
    """Who keeps accounts."""
    return make_user(groups=["Administrators"])


@pytest.fixture
def person(path, steps, make_user, settings, tmp_path):
    """Somebody with their name in everything there is on a path."""
    settings.MEDIA_ROOT = str(tmp_path)
    colleague = make_user(first_name="Wolfert", last_name=NAME, email="wolfert.q@example.org")
    hr = make_user()
    enrolment = enrol(user=colleague, path=path, start_date=date(2026, 10, 1))
    one, two = (step.translation_key for step in steps[:2])
    complete_step(enrolment=enrolment, step_key=one, actor=colleague)
    reopen_step(enrolment=enrolment, step_key=one, actor=hr, note=f"Nog eens, {NAME}")
    waive_step(enrolment=enrolment, step_key=two, actor=hr, reason=f"{NAME} kan dit al")
    row = enrolment.progress.get(step_key=one)
    answer = StepAnswer(progress=row, field=uuid4(), question="Wie?", kind="text", value=NAME, file_name=f"{NAME}.pdf")
    answer.file.save(f"{NAME}.pdf", ContentFile(b"x"))
    StepDraft.objects.create(progress=row, data={"a": NAME})
    QuizAttempt.objects.create(progress=row, number=1, questions=[], answers={"q": [NAME]})
    HelpRequest.objects.create(
        enrolment=enrolment, step_key=one, text=f"Waar moet {NAME} zijn?", answer=f"Hier, {NAME}"
    )
    StepFeedback.objects.create(
        enrolment=enrolment, step_key=one, is_useful=True, comment=NAME, month=date(2026, 10, 1)
    )
    Meeting.objects.create(progress=row, starts_at=timezone.now() + timedelta(days=1), place=f"Bij {NAME}")
    PreboardingInvitation.objects.create(user=colleague, token_hash="x" * 64, expires_at=timezone.now())
    return colleague


def test_nothing_of_their_path_is_left_but_nobodys_events(
    person, administrator, django_capture_on_commit_callbacks, settings
):
    events = OnboardingEvent.objects.count()
    assert NAME.casefold() in everything_stored().casefold()
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(person=person, by=administrator)
    assert NAME.casefold() not in everything_stored().casefold()
    for model in (Enrolment, StepProgress, StepAnswer, HelpRequest, StepFeedback, Meeting, PreboardingInvitation):
        assert not model.objects.exists(), model
    assert OnboardingEvent.objects.count() == events
    assert not OnboardingEvent.objects.exclude(enrolment=None, actor=None).exists()
    assert len(set(OnboardingEvent.objects.values_list("pseudonym", flat=True))) == 1


def test_what_they_did_for_others_stays_without_a_name(person, administrator, path, steps, make_user):
    other = enrol(user=make_user(), path=path, start_date=date(2026, 10, 1))
    set_supporter(enrolment=other, role="buddy", colleague=person)
    complete_step(enrolment=other, step_key=steps[0].translation_key, actor=person)
    question = HelpRequest.objects.create(
        enrolment=other,
        step_key=steps[0].translation_key,
        text="Hoe?",
        recipient=person,
        answer="Zo.",
        answered_by=person,
    )
    forget_person(person=person, by=administrator)
    assert not Supporter.objects.exists()
    question.refresh_from_db()
    assert question.answer == "Zo." and question.answered_by.get_full_name() != f"Wolfert {NAME}"
    row = other.progress.get(step_key=steps[0].translation_key)
    assert row.completed_at and row.completed_by.forgotten_at
    # Again it changes nothing more.
    forget_person(person=person, by=administrator)
    assert Enrolment.objects.get() == other
