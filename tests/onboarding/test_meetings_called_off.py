"""Meetings of what ends or leaves a plan: off for both, and out of both calendars."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone, translation
from icalendar import Calendar

from notifications.models import Message
from notifications.resolving import resolve
from onboarding.models import ChangeSet, Meeting, StepPage, StepProgress
from onboarding.services import end_enrolment, end_for_leavers, enrol, take_from_plan
from onboarding.services.changing import apply_changes
from onboarding.services.meeting import agree_meeting, call_off_meetings
from onboarding.services.withdrawing import withdraw_preboarder

from .conftest import publish

pytestmark = pytest.mark.django_db
OFF = "onboarding.meeting_cancelled"
TOMORROW, YESTERDAY = datetime(2026, 10, 2, 9, tzinfo=UTC), datetime(2026, 9, 30, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _october():
    with time_machine.travel("2026-10-01 12:00+02:00", tick=False):
        yield


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Sem", last_name="Bos")


@pytest.fixture
def walk(path, user, steps, buddy):
    """``user`` meets the buddy tomorrow for the first step, and met them yesterday for the second."""
    for step in steps[:2]:
        step.kind = StepPage.Kind.MEET
        publish(step)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)
    for step, moment in zip(steps[:2], (TOMORROW, YESTERDAY), strict=True):
        agree_meeting(
            enrolment=enrolment,
            step_key=step.translation_key,
            starts_at=moment,
            minutes=30,
            with_whom=buddy,
            actor=user,
        )
    return enrolment


def of(step) -> Meeting:
    return Meeting.objects.get(progress__step_key=step.translation_key)


def told(person) -> str:
    """What the one message about a meeting that is off says, in English."""
    with translation.override("en"):
        return resolve(Message.objects.get(recipient=person, kind=OFF))


def method_of(client, address: str) -> tuple[str, int]:
    response = client.get(address)
    assert response.status_code == 200 and response["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    return str(calendar["METHOD"]), int(calendar.walk("VEVENT")[0]["SEQUENCE"])


def test_the_end_of_a_path_calls_off_what_is_to_come(walk, user, buddy, steps, make_user, as_user):
    hr = make_user()
    end_enrolment(enrolment=walk, actor=hr)
    meeting = of(steps[0])
    assert (meeting.cancelled_at, meeting.changed_by, meeting.sequence) == (timezone.now(), hr, 1)
    assert (of(steps[1]).cancelled_at, of(steps[1]).sequence) == (None, 0)
    for person in (user, buddy):
        said = told(person)
        assert said.title.startswith(f"Called off: {steps[0].title}, ")
        assert as_user(person).get(said.url).status_code == 200
        assert method_of(as_user(person), f"{said.url}meeting.ics") == ("CANCEL", 1)
    end_enrolment(enrolment=walk, actor=hr)
    assert Message.objects.filter(kind=OFF).count() == 2


def test_who_left_meets_nobody(walk, user, buddy, steps):
    user.end_date = date(2026, 9, 30)
    user.save()
    end_for_leavers(timezone.now())
    assert of(steps[0]).cancelled_at is not None and told(buddy)


def test_who_was_closed_out_is_told_nothing_and_the_colleague_gets_the_file(walk, user, buddy, steps, as_user):
    user.is_active, user.is_preboarder = True, True
    user.save()
    withdraw_preboarder(user=user)
    assert of(steps[0]).cancelled_at is not None
    assert not Message.objects.filter(recipient=user, kind=OFF).exists()
    assert as_user(buddy).get(told(buddy).url).status_code == 200


def test_a_step_that_leaves_the_plan_takes_its_meeting_along(walk, steps, buddy):
    take_from_plan(enrolment=walk, keys=[steps[1].translation_key])
    assert of(steps[0]).cancelled_at is None
    take_from_plan(enrolment=walk, keys=[steps[0].translation_key])
    assert of(steps[0]).cancelled_at is not None and told(buddy)


def test_a_step_that_is_done_stays_in_the_plan_and_so_does_its_meeting(walk, steps):
    StepProgress.objects.filter(step_key=steps[0].translation_key).update(completed_at=timezone.now())
    take_from_plan(enrolment=walk, keys=[steps[0].translation_key])
    assert of(steps[0]).cancelled_at is None


def test_a_step_that_editors_take_off_the_path_is_told_without_its_page(walk, user, buddy, steps, make_user, as_user):
    steps[0].delete()
    change_set = ChangeSet.objects.get(decided_at=None)
    apply_changes(change_set=change_set, choice="all", actor=make_user())
    meeting = of(steps[0])
    assert meeting.cancelled_at is not None
    assert told(user).title == "Called off: your onboarding, Friday 2 October at 11:00"
    assert told(buddy).title.startswith(f"Called off: the onboarding of {user.get_full_name()}, ")
    for person in (user, buddy):
        assert method_of(as_user(person), told(person).url) == ("CANCEL", 1)
    assert as_user(make_user()).get(told(user).url).status_code == 404


def test_calling_off_again_or_nothing_tells_nobody(walk, steps):
    assert call_off_meetings(enrolment=walk, keys=[]) == 0
    assert call_off_meetings(enrolment=walk) == 1
    assert call_off_meetings(enrolment=walk) == 0
    assert Message.objects.filter(kind=OFF).count() == 2
