"""Another manager of their own: nothing changes hands until HR accepts that, having seen what it does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import HandOverNote, HelpRequest, Meeting, StepPage, StepProgress
from onboarding.reading import people_around, standings_of
from onboarding.services import complete_step, enrol, propose_steps
from onboarding.services.changing_manager import accept_manager, decline_manager, tell_managers_changed
from onboarding.supporting import fetched, people_of
from onboarding.visibility import Data, may_see
from onboarding.waiting import waiting_for
from people.models import User

from .conftest import publish
from .hr import confirm, errors_of, preview, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(make_user):
    return make_user(first_name="Oud", last_name="Een")


@pytest.fixture
def new(make_user):
    return make_user(first_name="Nova", last_name="Zes")


@pytest.fixture
def walk(path, steps, user, old):
    """``user`` with a manager of their own, whose two steps are the second (done) and the third; a question waits for them."""
    for step in steps[1:3]:
        page = StepPage.objects.get(pk=step.pk)
        page.assignee = "manager"
        publish(page)
    User.objects.filter(pk=user.pk).update(manager=old)
    user.refresh_from_db()
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    complete_step(enrolment=enrolment, step_key=steps[1].translation_key, actor=old, as_role="manager")
    HelpRequest.objects.create(enrolment=enrolment, step_key=steps[0].translation_key, text="Waar?", recipient=old)
    row = StepProgress.objects.get(enrolment=enrolment, step_key=steps[2].translation_key)
    Meeting.objects.create(progress=row, starts_at=timezone.now() + timedelta(days=3), with_whom=old)
    return enrolment


@pytest.fixture
def moved(walk, user, new):
    """Their manager is another one by now."""
    User.objects.filter(pk=user.pk).update(manager=new)
    user.refresh_from_db()
    walk.user.refresh_from_db()
    return type(walk).objects.get(pk=walk.pk)


def manager_of(enrolment) -> tuple:
    return people_of(fetched(type(enrolment).objects.filter(pk=enrolment.pk)).get())["manager"]


def test_nothing_changes_hands_by_itself(moved, old, new, user, as_user):
    assert manager_of(moved) == (old,)
    assert may_see(old, moved, Data.ANSWERS) and not may_see(new, moved, Data.PROGRESS)
    assert not waiting_for(old, "nl").is_empty and waiting_for(new, "nl").is_empty
    (standing,) = standings_of(user, "nl")
    assert [row["colleague"] for row in people_around(user, standing)] == [old]
    assert as_user(new).get(f"/nl/onboarding/for/{moved.pk}/").status_code == 404


def test_hr_sees_the_effect_and_accepts_it_with_a_note(hr, moved, old, new, user, steps):
    url = f"/admin/enrolments/edit/{moved.pk}/fit/"
    assert "note" in errors_of(hr.post(url, {"note": "Voor wie?"}))
    data = {"manager": "on", "note": "Ze zoekt nog een rustige plek."}
    words = words_of(preview(hr, url, data).context["outlook"])
    assert "Oud Een" in words and "Nova Zes" in words and manager_of(moved) == (old,)
    proposed = propose_steps(enrolment=moved).manager
    assert (proposed.open_steps, proposed.done_steps) == (1, 1)
    confirm(hr, url, data)
    assert manager_of(moved) == (new,) and propose_steps(enrolment=type(moved).objects.get(pk=moved.pk)).is_nothing
    assert HelpRequest.objects.get().recipient == new and Meeting.objects.get().with_whom == new
    assert HandOverNote.objects.get().colleague == new
    assert StepProgress.objects.get(enrolment=moved, step_key=steps[1].translation_key).completed_by == old
    assert may_see(new, moved, Data.ANSWERS) and not may_see(old, moved, Data.PROGRESS)
    told = Message.objects.filter(kind="onboarding.role_changed", payload__colleague=new.pk)
    assert {message.recipient for message in told} == {new, user}
    # A second click, or another tab: it is done already, and nobody is told again.
    assert hr.post(url, data).status_code == 302 and not accept_manager(enrolment=moved)
    assert told.count() == 2


def test_hr_leaves_it_and_is_not_asked_again_until_there_is_yet_another(hr, moved, old, new, user, make_user):
    confirm(hr, f"/admin/enrolments/edit/{moved.pk}/fit/", {})
    assert manager_of(moved) == (old,) and propose_steps(enrolment=moved).is_nothing
    assert not decline_manager(enrolment=moved)
    third = make_user()
    User.objects.filter(pk=user.pk).update(manager=third)
    again = type(moved).objects.get(pk=moved.pk)
    assert propose_steps(enrolment=again).manager.new == third
    User.objects.filter(pk=user.pk).update(manager=None)
    again = type(moved).objects.get(pk=moved.pk)
    assert propose_steps(enrolment=again).manager.new is None
    assert accept_manager(enrolment=again) and manager_of(again) == ()


def test_a_first_manager_takes_nothing_from_anybody(path, user, new):
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    User.objects.filter(pk=user.pk).update(manager=new)
    enrolment = type(enrolment).objects.get(pk=enrolment.pk)
    assert manager_of(enrolment) == (new,) and propose_steps(enrolment=enrolment).is_nothing


def test_hr_is_told_once_of_each_new_manager(moved, new, of_hr, user, make_user):
    assert tell_managers_changed(timezone.now()) == 1 and tell_managers_changed(timezone.now()) == 0
    (told,) = Message.objects.filter(kind="onboarding.manager_changed")
    with override("en"):
        content = get_kind(told.kind).resolve(told.payload, of_hr)
        assert "Nova Zes" in content.title and content.url.endswith(f"/{moved.pk}/fit/")
        assert get_kind(told.kind).resolve(told.payload, make_user()) is None
    decline_manager(enrolment=moved)
    User.objects.filter(pk=user.pk).update(manager=make_user())
    assert get_kind(told.kind).resolve(told.payload, of_hr) is None
    assert tell_managers_changed(timezone.now()) == 1
