"""Pauses: what is due moves on by the working days that were missed, and nothing else does."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from onboarding.models import Enrolment, Meeting, OnboardingEvent, Pause, StepProgress
from onboarding.reading import own_standing
from onboarding.services import (
    EnrolmentEnded,
    NotPaused,
    PausesOverlap,
    complete_step,
    pause_enrolment,
    preview_pause,
    preview_resume,
    reschedule,
    resume_enrolment,
)

pytestmark = pytest.mark.django_db
# The first two steps are due on Wednesday 7 October 2026, the others a week later.
FRIDAY, MONDAY, NEXT_FRIDAY = date(2026, 10, 2), date(2026, 10, 5), date(2026, 10, 9)


@pytest.fixture(autouse=True)
def _on_tuesday():
    with time_machine.travel(datetime(2026, 10, 6, 10, tzinfo=UTC), tick=False):
        yield


def dates(enrolment) -> list[date | None]:
    return list(enrolment.progress.order_by("pk").values_list("due_on", flat=True))


def everything(enrolment) -> tuple:
    return (
        list(StepProgress.objects.order_by("pk").values()),
        list(Pause.objects.values()),
        OnboardingEvent.objects.count(),
    )


def test_open_dates_move_by_the_working_days_that_were_missed(enrolment):
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    assert dates(enrolment) == [date(2026, 10, 7)] * 2 + [date(2026, 10, 14)] * 2
    preview = preview_resume(enrolment=enrolment, ends_on=date(2026, 10, 12))
    assert resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 12)) == preview
    # Five days missed, from Monday to Friday.
    assert dates(enrolment) == [date(2026, 10, 14)] * 2 + [date(2026, 10, 21)] * 2
    assert [change.new for change in preview.moved] == dates(enrolment)


def test_what_is_done_keeps_its_date(enrolment, steps):
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 12))
    assert dates(enrolment)[0] == date(2026, 10, 7)


def test_a_pause_without_a_missed_working_day_changes_no_row(enrolment):
    before = list(StepProgress.objects.order_by("pk").values())
    pause_enrolment(enrolment=enrolment, starts_on=date(2026, 10, 3))
    assert resume_enrolment(enrolment=enrolment, ends_on=MONDAY).is_nothing
    assert list(StepProgress.objects.order_by("pk").values()) == before


@time_machine.travel(datetime(2026, 10, 20, 10, tzinfo=UTC), tick=False)
def test_nothing_is_late_during_a_pause_that_began_in_the_past_nor_after_it(enrolment, user, steps):
    def late():
        standing = own_standing(user, enrolment.pk, "nl")
        return [step.key for step in standing.planned if standing.is_overdue(step)]

    assert len(late()) == 4
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    assert late() == []
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 20))
    assert late() == []


@time_machine.travel(datetime(2026, 10, 20, 10, tzinfo=UTC), tick=False)
def test_what_was_late_before_the_pause_is_late_after_it(enrolment, user):
    pause_enrolment(enrolment=enrolment, starts_on=NEXT_FRIDAY)
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 19))
    assert dates(enrolment) == [date(2026, 10, 7)] * 2 + [date(2026, 10, 22)] * 2
    standing = own_standing(user, enrolment.pk, "nl")
    assert sum(standing.is_overdue(step) for step in standing.planned) == 2


def test_a_pause_that_is_to_come_pauses_nothing_yet(enrolment, user):
    pause_enrolment(enrolment=enrolment, starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 19))
    assert not own_standing(user, enrolment.pk, "nl").is_paused
    assert dates(enrolment) == [date(2026, 10, 7)] * 2 + [date(2026, 10, 21)] * 2
    with time_machine.travel(datetime(2026, 10, 14, 10, tzinfo=UTC)):
        assert own_standing(user, enrolment.pk, "nl").is_paused
    with time_machine.travel(datetime(2026, 10, 19, 10, tzinfo=UTC)):
        assert not own_standing(user, enrolment.pk, "nl").is_paused


def test_pausing_and_resuming_twice_changes_nothing_more(enrolment):
    for _ in range(2):
        pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    assert Pause.objects.count() == 1
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 12))
    before = everything(enrolment)
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 12))
    assert reschedule(enrolment=enrolment) == []
    assert everything(enrolment) == before


def test_the_previews_write_nothing(enrolment):
    before = everything(enrolment)
    preview = preview_pause(enrolment=enrolment, starts_on=MONDAY, ends_on=date(2026, 10, 12))
    assert everything(enrolment) == before
    assert pause_enrolment(enrolment=enrolment, starts_on=MONDAY, ends_on=date(2026, 10, 12)) == preview
    assert [change.new for change in preview.moved] == dates(enrolment)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (MONDAY, NEXT_FRIDAY),
        (FRIDAY, date(2026, 10, 6)),
        (date(2026, 10, 8), None),
        (date(2026, 9, 1), None),
        (date(2026, 10, 6), date(2026, 10, 7)),
    ],
)
def test_pauses_that_overlap_are_refused(enrolment, starts_on, ends_on):
    Pause.objects.create(enrolment=enrolment, starts_on=MONDAY, ends_on=date(2026, 10, 10))
    before = everything(enrolment)
    for attempt in (preview_pause, pause_enrolment):
        with pytest.raises(PausesOverlap):
            attempt(enrolment=enrolment, starts_on=starts_on, ends_on=ends_on)
    assert everything(enrolment) == before


def test_pauses_that_only_touch_are_as_one(enrolment):
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY, ends_on=date(2026, 10, 7))
    pause_enrolment(enrolment=enrolment, starts_on=date(2026, 10, 7), ends_on=date(2026, 10, 12))
    assert dates(enrolment) == [date(2026, 10, 14)] * 2 + [date(2026, 10, 21)] * 2


def test_an_end_before_the_start_is_refused(enrolment):
    with pytest.raises(ValueError, match="ends after"):
        pause_enrolment(enrolment=enrolment, starts_on=MONDAY, ends_on=FRIDAY)
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    with pytest.raises(ValueError, match="ends after"):
        resume_enrolment(enrolment=enrolment, ends_on=FRIDAY)
    assert Pause.objects.get().ends_on is None


def test_who_is_not_paused_cannot_resume_and_who_ended_cannot_pause(enrolment):
    with pytest.raises(NotPaused):
        resume_enrolment(enrolment=enrolment, ends_on=MONDAY)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=MONDAY)
    with pytest.raises(EnrolmentEnded):
        pause_enrolment(enrolment=enrolment, starts_on=MONDAY)


def test_meetings_in_the_pause_are_listed_and_stay(enrolment, steps):
    row = StepProgress.objects.get(step_key=steps[0].translation_key)
    moment = datetime(2026, 10, 8, 9, tzinfo=UTC)
    Meeting.objects.create(progress=row, starts_at=moment)
    Meeting.objects.create(
        progress=StepProgress.objects.get(step_key=steps[1].translation_key),
        starts_at=moment + timedelta(days=1),
        cancelled_at=moment,
    )
    preview = pause_enrolment(enrolment=enrolment, starts_on=MONDAY)
    assert [meeting.starts_at for meeting in preview.meetings] == [moment]


def test_the_database_holds_one_running_pause(enrolment):
    Pause.objects.create(enrolment=enrolment, starts_on=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(enrolment=enrolment, starts_on=FRIDAY)


def test_events_hold_dates_and_never_a_reason(enrolment, make_user):
    hr = make_user()
    pause_enrolment(enrolment=enrolment, starts_on=MONDAY, actor=hr)
    resume_enrolment(enrolment=enrolment, ends_on=date(2026, 10, 12), actor=hr)
    resumed, paused = OnboardingEvent.objects.filter(kind__in=["paused", "resumed"])
    assert (paused.actor, paused.data) == (hr, {"old": None, "new": {"starts_on": "2026-10-05", "ends_on": None}})
    assert (resumed.data["new"], resumed.data["moved"]) == ("2026-10-12", 4)
