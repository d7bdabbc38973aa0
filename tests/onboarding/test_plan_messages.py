"""What people are told about a plan as a whole, and the preview of what a plan will tell."""

from datetime import date

import pytest
from django.utils.translation import override

from notifications.models import Message
from notifications.resolving import resolve
from onboarding.messages_ahead import StepAhead, messages_of_plan
from onboarding.models import Enrolment, Pause
from onboarding.services import complete_step, enrol, reopen_step, set_supporter
from onboarding.telling.plans import tell_plan_changed
from onboarding.walking_along import who_does, who_does_many
from people.calendar import WorkCalendar
from people.models import User

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)


def told(kind: str, **filters) -> list[Message]:
    return list(Message.objects.filter(kind=f"onboarding.{kind}", **filters).select_related("recipient").order_by("pk"))


def words(message: Message, language: str = "en") -> str | None:
    with override(language):
        content = resolve(message)
    return content and content.title


@pytest.fixture
def people(make_user, user):
    """``user`` has a manager of their own; there is somebody to be buddy, and somebody of HR."""
    people = {"manager": make_user(), "buddy": make_user(), "hr": make_user(groups=["HR"])}
    User.objects.filter(pk=user.pk).update(manager=people["manager"])
    user.refresh_from_db()
    return people


def test_who_is_put_on_a_path_and_who_walks_along_hear_of_it_once(user, path, people):
    for _time in range(2):
        enrolment = enrol(user=user, path=path, start_date=OCTOBER, buddy=people["buddy"])
    assert [words(message) for message in told("enrolled", recipient=user)] == ["Your path “Jong talent” is ready"]
    name = user.get_full_name()
    assert {message.recipient: words(message) for message in told("role_changed")} == {
        people["buddy"]: f"You are the buddy of {name} now",
        people["manager"]: f"You follow the onboarding of {name} as manager now",
    }
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=OCTOBER)
    assert [words(message) for message in told("role_changed") + told("enrolled")] == [None] * 3


def test_who_comes_before_the_start_is_told_by_the_invitation(user, path):
    User.objects.filter(pk=user.pk).update(is_preboarder=True)
    enrol(user=user, path=path, start_date=OCTOBER)
    assert told("enrolled") == []


def test_another_buddy_and_the_person_hear_of_it_and_the_one_before_no_longer(enrolment, make_user, user):
    first, second = make_user(), make_user()
    for colleague in (first, second, second):
        set_supporter(enrolment=enrolment, role="buddy", colleague=colleague)
    rows = told("role_changed")
    assert [message.recipient for message in rows] == [first, user, second, user]
    assert [words(message) for message in rows] == [
        None,
        None,
        f"You are the buddy of {user.get_full_name()} now",
        f"{second.get_full_name()} is your buddy now",
    ]


def test_a_change_is_summed_up_once_to_everybody_but_who_made_it(user, path, people):
    enrolment = enrol(user=user, path=path, start_date=OCTOBER, buddy=people["buddy"])
    tell_plan_changed(enrolment=enrolment, what="start_moved", changes=3, actor=people["manager"])
    rows = {message.recipient: message for message in told("plan_changed")}
    assert set(rows) == {user, people["buddy"]}
    with override("en"):
        content = resolve(rows[user])
    assert (content.title, content.text) == ("Your start date is 1 October 2026 now", "3 dates moved along.")
    assert words(rows[people["buddy"]]) == f"The start date of {user.get_full_name()} is 1 October 2026 now"
    with pytest.raises(ValueError, match="dreamt"):
        tell_plan_changed(enrolment=enrolment, what="dreamt", changes=0)


def test_a_pause_that_is_over_is_not_told_any_more(enrolment, user):
    pause = Pause.objects.create(enrolment=enrolment, starts_on=date(2026, 10, 1))
    tell_plan_changed(enrolment=enrolment, what="paused", changes=0)
    message = told("plan_changed", recipient=user)[0]
    assert words(message) == "Your onboarding is paused"
    Pause.objects.filter(pk=pause.pk).update(ends_on=date(2026, 10, 2))
    assert words(message) is None


def test_finishing_is_told_once_to_who_walks_along(user, path, steps, people):
    enrolment = enrol(user=user, path=path, start_date=OCTOBER, buddy=people["buddy"])
    for step in steps:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    reopen_step(enrolment=enrolment, step_key=steps[0].translation_key)
    assert words(told("finished")[0]) is None
    complete_step(enrolment=enrolment, step_key=steps[0].translation_key)
    rows = told("finished")
    assert {message.recipient for message in rows} == {people["manager"], people["buddy"]}
    assert words(rows[0]) == f"{user.get_full_name()} has finished “Jong talent”"


def test_a_step_that_somebody_else_opens_again_is_told_and_ones_own_is_not(enrolment, steps, user, make_user):
    key, manager = steps[0].translation_key, make_user()
    for actor in (user, manager):
        complete_step(enrolment=enrolment, step_key=key)
        reopen_step(enrolment=enrolment, step_key=key, actor=actor)
    (message,) = told("reopened")
    assert (message.recipient, words(message)) == (user, "“Jong talent stap 1.1” is open again")
    complete_step(enrolment=enrolment, step_key=key)
    assert words(message) is None


def test_who_does_what_falls_back_on_who_is_there(user, path, people, make_user, django_assert_max_num_queries):
    enrolment = enrol(user=user, path=path, start_date=OCTOBER, buddy=people["buddy"])
    assert who_does(enrolment, "newcomer") == user
    assert who_does(enrolment, "buddy") == people["buddy"]
    assert who_does(enrolment, "mentor") == who_does(enrolment, "manager") == people["manager"]
    assert who_does(enrolment, "hr") == people["hr"]
    User.objects.filter(pk__in=[people["buddy"].pk, people["manager"].pk]).update(is_active=False)
    assert who_does(enrolment, "buddy") == people["hr"]
    User.objects.filter(pk=people["hr"].pk).update(is_active=False)
    assert who_does(enrolment, "buddy") is None
    many = [enrolment, *(enrol(user=make_user(), path=path, start_date=OCTOBER) for _ in range(4))]
    with django_assert_max_num_queries(5):
        who_does_many(many)


def test_a_preview_names_every_message_a_plan_would_give():
    steps = [
        StepAhead("Lezen", date(2026, 10, 14), "newcomer"),
        StepAhead("Koffie", date(2026, 10, 14), "manager"),
        StepAhead("Ooit", None, "buddy"),
    ]
    with override("en"):
        messages = messages_of_plan(steps, WorkCalendar(frozenset(range(5))), name="Noor")
    assert len(messages) == 14
    assert messages[0] == (date(2026, 10, 9), "newcomer", "“Lezen” is planned for 14 October")
    assert messages[1] == (date(2026, 10, 9), "manager", "“Koffie” for Noor is planned for 14 October")
    assert [message.role for message in messages[-2:]] == ["manager", "hr"]
    assert messages == sorted(messages, key=lambda message: message.day)
