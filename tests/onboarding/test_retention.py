"""Nothing is kept longer than it has to be, nothing goes too early, and a dry run only tells."""

import io
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from django.utils.translation import override

from notifications.jobs import all_jobs
from onboarding.models import (
    CheckInPoint,
    ChecklistTick,
    Enrolment,
    HelpRequest,
    Meeting,
    OnboardingEvent,
    QuizAttempt,
    StepAnswer,
    StepDraft,
    StepFeedback,
    StepProgress,
)
from onboarding.record import read_events
from onboarding.services import complete_step
from onboarding.services.retention import retain_onboarding, set_legal_hold
from onboarding.services.withdrawing import erase_withdrawn
from people.forgetting import forget_person
from people.holding import KeptOnPurpose
from people.models import RetentionPeriods, User

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 25, 2))


@pytest.fixture(autouse=True)
def periods():
    """Confirmed as they were proposed."""
    return RetentionPeriods.objects.create(confirmed_at=NOW)


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
    event = OnboardingEvent.objects.select_related("actor", "enrolment__user").get(kind="anonymised")
    assert event.data["what"] == "answers"
    with override("en"):
        assert read_events([event])[0].details == "answers, files, questions and meetings"


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


def test_the_periods_are_the_organisations_and_the_job_runs_at_night(full, periods):
    RetentionPeriods.objects.update(answers=3)
    end(full, days=91)
    (job,) = [job for job in all_jobs() if job.name == "onboarding retention"]
    assert job.at.hour < 6 and job.run(NOW) == 0 and is_full(full)
    end(full, days=92)
    assert job.run(NOW) == 1


def test_nothing_goes_until_the_periods_are_confirmed_and_a_dry_run_says_so(full, caplog):
    RetentionPeriods.objects.update(confirmed_at=None)
    end(full, days=900, reason="withdrawn")
    User.objects.filter(pk=full.user_id).update(is_preboarder=True, is_active=False)
    assert retain_onboarding(now=NOW).total == 0 and erase_withdrawn(NOW) == [] and is_full(full)
    assert caplog.text.count("aren't confirmed yet") == 2
    assert retain_onboarding(now=NOW, dry_run=True).enrolments["withdrawn"] == [full.pk]
    out = io.StringIO()
    with override("en"):
        call_command("retain_onboarding", "--dry-run", stdout=out)
    assert "nothing goes until they are" in out.getvalue() and "after 4 weeks): 1" in out.getvalue()
    RetentionPeriods.objects.all().delete()
    assert retain_onboarding(now=NOW).total == 0 and is_full(full)


def ended_beside(full, make_user, count: int) -> list[Enrolment]:
    """So many others on the same path with an answer and two events each, over since as long."""
    found = []
    for _number in range(count):
        other = Enrolment.objects.create(
            user=make_user(), path_key=full.path_key, start_date=full.start_date, ended_on=full.ended_on
        )
        row = StepProgress.objects.create(enrolment=other, step_key=uuid4())
        StepAnswer.objects.create(progress=row, field=uuid4(), question="Wie?", kind="text", value="ik")
        for kind in ("enrolled", "done"):
            OnboardingEvent.objects.create(enrolment=other, path_key=full.path_key, kind=kind, actor=other.user, at=NOW)
        found.append(other)
    return found


def test_of_many_at_once_each_keeps_its_own_numbers_and_name_that_is_nobodys(full, make_user):
    end(full, days=800)
    full.refresh_from_db()
    others = ended_beside(full, make_user, 3)
    held = others.pop()
    set_legal_hold(enrolment=held, is_held=True)
    dry = retain_onboarding(now=NOW, dry_run=True)
    found = retain_onboarding(now=NOW)
    assert dry.gone == found.gone and dry.enrolments == found.enrolments
    assert found.enrolments["answers"] == found.enrolments["record"] == [full.pk, *(other.pk for other in others)]
    assert found.gone["answers"]["StepAnswer"] == 3 and StepAnswer.objects.get().progress.enrolment == held
    said = OnboardingEvent.objects.filter(kind="anonymised", enrolment__in=others)
    assert [event.data["counts"] for event in said] == [{"StepAnswer": 1}] * 2
    nobodys = OnboardingEvent.objects.exclude(pseudonym="").order_by()
    assert nobodys.values("pseudonym").distinct().count() == 3
    assert OnboardingEvent.objects.filter(enrolment=held, pseudonym="").count() == 3


def test_letting_go_takes_as_many_queries_for_any_number(full, make_user, django_assert_max_num_queries):
    end(full, days=800)
    full.refresh_from_db()
    for count in (1, 25):
        ended_beside(full, make_user, count)
        with django_assert_max_num_queries(60):
            assert retain_onboarding(now=NOW).total >= 2 * count


def check_in(enrolment) -> None:
    row = enrolment.progress.order_by("-pk").first()
    CheckInPoint.objects.create(progress=row, part="notes", text="Afgesproken: meelopen.")
    Meeting.objects.create(progress=row, starts_at=NOW)
    other = enrolment.progress.exclude(pk=row.pk).first()
    Meeting.objects.create(progress=other, starts_at=NOW)


def test_a_check_in_goes_two_years_after_somebody_left_and_not_before(full, user):
    check_in(full)
    end(full, days=1200)
    assert retain_onboarding(now=NOW).gone["answers"]["Meeting"] == 1
    assert CheckInPoint.objects.exists() and Meeting.objects.count() == 1
    today = timezone.localdate(NOW)
    User.objects.filter(pk=user.pk).update(start_date=None, end_date=today - timedelta(days=729))
    assert retain_onboarding(now=NOW).total == 0
    User.objects.filter(pk=user.pk).update(end_date=today - timedelta(days=730))
    assert retain_onboarding(now=NOW, dry_run=True).gone["check_ins"] == {"CheckInPoint": 1, "Meeting": 1}
    assert retain_onboarding(now=NOW).enrolments["check_ins"] == [full.pk]
    assert not CheckInPoint.objects.exists() and not Meeting.objects.exists()
    assert retain_onboarding(now=NOW).total == 0


def test_of_a_closed_account_without_a_last_day_it_counts_from_when_they_were_last_seen(full, user):
    check_in(full)
    end(full, days=1200)
    User.objects.filter(pk=user.pk).update(is_active=False, last_login=NOW - timedelta(days=700))
    assert retain_onboarding(now=NOW).enrolments["check_ins"] == []
    User.objects.filter(pk=user.pk).update(last_login=None)
    assert retain_onboarding(now=NOW).enrolments["check_ins"] == [full.pk]


def test_what_is_on_hold_keeps_its_person_from_being_forgotten(full, user, make_user, as_user):
    set_legal_hold(enrolment=full, is_held=True, actor=make_user())
    administrator = make_user(groups=["Administrators"], locale="en")
    with pytest.raises(KeptOnPurpose, match="for a dispute or an inquiry"), override("en"):
        forget_person(person=user, by=administrator)
    client, page = as_user(administrator), f"/admin/colleagues/{user.pk}/forget/"
    for response, status in ((client.get(page), 200), (client.post(page, {"email": user.email}), 422)):
        html = response.content.decode()
        assert response.status_code == status and "No longer keep everything" in html and 'name="email"' not in html
    user.refresh_from_db()
    assert user.forgotten_at is None and is_full(full)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("forget_person", user.email, noinput=True, stdout=io.StringIO())
    set_legal_hold(enrolment=full, is_held=False, actor=make_user())
    assert forget_person(person=user, by=None).forgotten_at and not Enrolment.objects.exists()
