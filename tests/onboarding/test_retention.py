"""Nothing is kept longer than it has to be, nothing goes too early, and a dry run only tells."""

import io
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from notifications.jobs import all_jobs
from onboarding.models import (
    ChecklistTick,
    Enrolment,
    HelpRequest,
    OnboardingEvent,
    QuizAttempt,
    StepAnswer,
    StepDraft,
    StepFeedback,
    StepProgress,
)
from onboarding.services import complete_step
from onboarding.services.retention import retain_onboarding, set_legal_hold

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 25, 2))


@pytest.fixture
def full(enrolment, steps, user, make_user, settings, tmp_path):
    """The enrolment with something of every kind in it."""
    settings.MEDIA_ROOT = str(tmp_path)
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key, actor=user)
    row = enrolment.progress.get(step_key=steps[0].translation_key)
    answer = StepAnswer(progress=row, field=uuid4(), question="Wie?", kind="file", file_name="brief.pdf", given_by=user)
    answer.file.save("brief.pdf", ContentFile(b"x"))
    StepDraft.objects.create(progress=row, data={"a": "half"})
    ChecklistTick.objects.create(progress=row, item=uuid4())
    QuizAttempt.objects.create(progress=row, number=1, answers={"q": ["a"]}, score=80, submitted_at=timezone.now())
    HelpRequest.objects.create(enrolment=enrolment, step_key=row.step_key, text="Waar?", recipient=make_user())
    StepFeedback.objects.create(enrolment=enrolment, step_key=row.step_key, is_useful=True, month=date(2026, 10, 1))
    StepProgress.objects.filter(pk=row.pk).update(waiver_reason="prive")
    return enrolment


def end(enrolment, *, days: int, reason: str = "stopped") -> None:
    ended = timezone.localdate(NOW) - timedelta(days=days)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=ended, end_reason=reason)


def is_full(enrolment) -> bool:
    return all(
        model.objects.filter(progress__enrolment=enrolment).exists() for model in (StepAnswer, StepDraft, ChecklistTick)
    )


def test_answers_go_a_year_after_the_end_and_what_was_done_stays(full, django_capture_on_commit_callbacks):
    storage, name = StepAnswer.objects.get().file.storage, StepAnswer.objects.get().file.name
    end(full, days=364)
    assert retain_onboarding(now=NOW).total == 0 and is_full(full)
    end(full, days=365)
    with django_capture_on_commit_callbacks(execute=True):
        found = retain_onboarding(now=NOW)
    assert found.enrolments["answers"] == [full.pk] and found.gone["answers"]["files"] == 1
    assert not storage.exists(name)
    for model in (StepAnswer, StepDraft, ChecklistTick, HelpRequest, StepFeedback):
        assert not model.objects.exists(), model
    assert (QuizAttempt.objects.get().answers, QuizAttempt.objects.get().score) == ({}, 80)
    assert StepProgress.objects.filter(completed_at__isnull=False).count() == 1
    assert not StepProgress.objects.exclude(waiver_reason="").exists()
    full.refresh_from_db()
    assert full.anonymised_at == NOW
    assert OnboardingEvent.objects.get(kind="anonymised").data["what"] == "answers"


def test_doing_it_again_does_nothing_more(full):
    end(full, days=800)
    assert retain_onboarding(now=NOW).total == 2
    events = OnboardingEvent.objects.count()
    assert retain_onboarding(now=NOW).total == 0
    assert OnboardingEvent.objects.count() == events


def test_a_dry_run_tells_what_would_go_and_changes_nothing(full):
    end(full, days=800)
    out = io.StringIO()
    dry = retain_onboarding(now=NOW, dry_run=True)
    call_command("retain_onboarding", "--dry-run", stdout=out)
    assert is_full(full) and not OnboardingEvent.objects.exclude(pseudonym="").exists()
    assert "StepAnswer: 1" in out.getvalue() and "Nothing was changed." in out.getvalue()
    assert dry.gone == retain_onboarding(now=NOW).gone


def test_events_become_nobodys_and_totals_stay(full, user):
    before = OnboardingEvent.objects.filter(enrolment=full).count()
    end(full, days=730)
    retain_onboarding(now=NOW)
    nobodys = OnboardingEvent.objects.exclude(pseudonym="")
    assert nobodys.count() >= before and len(set(nobodys.values_list("pseudonym", flat=True))) == 1
    assert not OnboardingEvent.objects.filter(actor=user).exists()
    assert not nobodys.filter(enrolment__isnull=False).exists()
    assert {timezone.localtime(event.at).hour for event in nobodys} == {0}
    assert OnboardingEvent.objects.of_path(full.path_key).filter(kind="done").count() == 1


def test_of_who_did_not_come_everything_goes_after_four_weeks(full):
    end(full, days=27, reason="withdrawn")
    assert retain_onboarding(now=NOW).total == 0
    end(full, days=28, reason="withdrawn")
    assert retain_onboarding(now=NOW).enrolments["withdrawn"] == [full.pk]
    assert not Enrolment.objects.exists() and not StepProgress.objects.exists() and not HelpRequest.objects.exists()
    assert OnboardingEvent.objects.filter(kind="anonymised", path_key=full.path_key).count() == 1


def test_what_is_on_hold_stays_until_it_is_released(full, make_user):
    hr = make_user()
    end(full, days=900, reason="withdrawn")
    assert set_legal_hold(enrolment=full, is_held=True, actor=hr)
    assert not set_legal_hold(enrolment=full, is_held=True, actor=hr)
    assert retain_onboarding(now=NOW).total == 0 and is_full(full)
    set_legal_hold(enrolment=full, is_held=False, actor=hr)
    assert retain_onboarding(now=NOW).total == 1
    assert OnboardingEvent.objects.filter(kind__in=["held", "released"]).count() == 2


def test_who_is_under_way_loses_nothing_however_long_it_takes(full):
    Enrolment.objects.filter(pk=full.pk).update(start_date=date(2015, 1, 1))
    assert retain_onboarding(now=NOW).total == 0 and is_full(full)


def test_the_periods_are_settings_and_the_job_runs_at_night(full, settings):
    settings.ONBOARDING_KEEP_DAYS = {"answers": 10, "record": 730, "withdrawn": 28}
    end(full, days=10)
    (job,) = [job for job in all_jobs() if job.name == "onboarding retention"]
    assert job.at.hour < 6 and job.run(NOW) == 1
