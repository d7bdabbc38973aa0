"""A nudge by a colleague: once a day, by who walks along, about what is open."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.translation import override

from notifications.models import Message
from notifications.resolving import resolve
from notifications.sending import send_due
from onboarding.models import Enrolment, OnboardingEvent, Pause, StepPrerequisite, StepProgress
from onboarding.services import EnrolmentEnded, NotYoursToDo, StepLocked, StepNotOnPath, complete_step, set_supporter
from onboarding.services.nudging import NothingToNudge, NudgedBefore, nudge

from .conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def buddy(make_user, enrolment):
    """Who walks along with ``user``; nothing was told yet."""
    buddy = make_user(first_name="Bas")
    set_supporter(enrolment=enrolment, role="buddy", colleague=buddy)
    Message.objects.all().delete()
    return buddy


def test_a_nudge_names_who_gives_it_and_comes_once_a_day(enrolment, steps, buddy, user, time_machine):
    key, now = steps[0].translation_key, timezone.now()
    time_machine.move_to(now, tick=False)
    nudge(enrolment=enrolment, step_key=key, actor=buddy)
    message = Message.objects.get(kind="onboarding.nudge")
    with override("en"):
        assert message.recipient == user
        assert resolve(message).title == f"{buddy.get_full_name()} reminds you of “Jong talent stap 1.1”"
    with pytest.raises(NudgedBefore) as refused:
        nudge(enrolment=enrolment, step_key=key, actor=buddy)
    assert refused.value.again_at == now + timedelta(hours=24)
    # Another step has a day of its own, and so has this one the next day.
    nudge(enrolment=enrolment, step_key=steps[1].translation_key, actor=buddy)
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    nudge(enrolment=enrolment, step_key=key, actor=buddy)
    assert Message.objects.filter(kind="onboarding.nudge").count() == 3
    assert OnboardingEvent.objects.filter(kind="nudged", actor=buddy).count() == 3


def test_nudges_of_a_day_come_in_one_mail_and_not_for_what_is_done(enrolment, steps, buddy, user):
    for step in steps[:3]:
        nudge(enrolment=enrolment, step_key=step.translation_key, actor=buddy)
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    sent = sum(send_due(timezone.now() + timedelta(hours=hours)) for hours in range(0, 120, 6))
    assert sent == 1
    assert "stap 1.1" not in mail.outbox[0].body


def test_only_who_walks_along_or_is_of_hr_nudges(enrolment, steps, buddy, user, make_user):
    key = steps[0].translation_key
    for stranger in (make_user(), user, make_user(groups=["Editors"])):
        with pytest.raises(NotYoursToDo):
            nudge(enrolment=enrolment, step_key=key, actor=stranger)
    assert StepProgress.objects.get(enrolment=enrolment, step_key=key).nudged_at is None
    nudge(enrolment=enrolment, step_key=key, actor=make_user(groups=["HR"]))
    assert Message.objects.get().recipient == user


@pytest.mark.parametrize("what", ["done", "handed in", "waived", "paused", "not planned", "their own"])
def test_what_asks_for_nothing_is_not_nudged(enrolment, steps, buddy, what):
    key, now = steps[0].translation_key, timezone.now()
    rows = StepProgress.objects.filter(enrolment=enrolment, step_key=key)
    if what == "paused":
        Pause.objects.create(enrolment=enrolment, starts_on=date(2026, 10, 1))
    fields = {
        "done": {"completed_at": now},
        "handed in": {"submitted_at": now},
        "waived": {"waived_at": now},
        "not planned": {"in_plan": False},
        "their own": {"assignee": "buddy"},
    }
    rows.update(**fields.get(what, {"nudged_at": None}))
    with pytest.raises(NothingToNudge):
        nudge(enrolment=enrolment, step_key=key, actor=buddy)
    assert not Message.objects.exists()


def test_an_ended_path_a_locked_step_and_a_strange_one_are_refused(enrolment, steps, buddy, make_user):
    hr = make_user(groups=["HR"])
    steps[0].prerequisites.add(StepPrerequisite(step=steps[1]))
    publish(steps[0])
    with pytest.raises(StepLocked):
        nudge(enrolment=enrolment, step_key=steps[0].translation_key, actor=buddy)
    with pytest.raises(StepNotOnPath):
        nudge(enrolment=enrolment, step_key=enrolment.path_key, actor=buddy)
    Enrolment.objects.update(ended_on=date(2026, 11, 1))
    with pytest.raises(EnrolmentEnded):
        nudge(enrolment=enrolment, step_key=steps[1].translation_key, actor=hr)
