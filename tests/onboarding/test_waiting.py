"""The list of what waits for somebody, over all newcomers: what is on it, who acts when somebody left, what it costs."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Message
from onboarding.models import (
    Enrolment,
    HelpRequest,
    Meeting,
    Pause,
    StepPage,
    StepPrerequisite,
    StepProgress,
    Supporter,
)
from onboarding.services import complete_step, enrol, set_supporter
from onboarding.services.signing_off import sign_off_step
from onboarding.services.taking_over import tell_supporters_left
from onboarding.waiting import end_of_week, waiting_for
from people.models import User

from .conftest import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def buddy(make_user):
    return make_user(first_name="Bo")


@pytest.fixture
def manager(make_user):
    return make_user(first_name="Mo")


@pytest.fixture
def hr(make_user):
    return make_user(first_name="Hanna", groups=["HR"])


@pytest.fixture
def walk(path, steps, user, buddy, manager):
    """``user`` with a buddy and a manager; the second step is the buddy's, the third the manager's, the first is handed in."""
    for step, values in (
        (steps[0], {"kind": "submit", "signed_off_by": "manager"}),
        (steps[1], {"assignee": "buddy"}),
        (steps[2], {"assignee": "manager"}),
    ):
        page = StepPage.objects.get(pk=step.pk)
        for name, value in values.items():
            setattr(page, name, value)
        publish(page)
    User.objects.filter(pk=user.pk).update(manager=manager)
    user.refresh_from_db()
    return enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=buddy)


def titles(rows) -> list[str]:
    return [row.step.title for row in rows]


def due(enrolment, step, day) -> None:
    StepProgress.objects.filter(enrolment=enrolment, step_key=step.translation_key).update(due_on=day)


def test_each_finds_their_own_steps_by_when_it_is_their_turn(walk, buddy, manager, steps):
    today = date(2026, 10, 6)
    due(walk, steps[1], date(2026, 10, 2))
    due(walk, steps[2], date(2026, 10, 9))
    assert titles(waiting_for(buddy, "nl", today=today).overdue) == [steps[1].title]
    assert waiting_for(buddy, "nl", today=today).this_week == []
    assert titles(waiting_for(manager, "nl", today=today).this_week) == [steps[2].title]
    due(walk, steps[2], date(2026, 11, 20))
    assert titles(waiting_for(manager, "nl", today=today).later) == [steps[2].title]
    due(walk, steps[2], None)
    assert titles(waiting_for(manager, "nl", today=today).later) == [steps[2].title]


def test_the_newcomer_and_a_stranger_have_nothing_on_their_list(walk, user, make_user):
    assert waiting_for(user, "nl").is_empty
    assert waiting_for(make_user(), "nl").is_empty


def test_from_friday_on_the_week_is_the_next_one():
    assert end_of_week(date(2026, 10, 5)) == date(2026, 10, 11)
    assert end_of_week(date(2026, 10, 8)) == date(2026, 10, 11)
    assert end_of_week(date(2026, 10, 9)) == date(2026, 10, 18)
    assert end_of_week(date(2026, 10, 11)) == date(2026, 10, 18)


def test_what_is_done_leaves_the_list(walk, buddy, steps):
    due(walk, steps[1], date(2026, 10, 2))
    complete_step(enrolment=walk, step_key=steps[1].translation_key, actor=buddy, as_role="buddy")
    assert waiting_for(buddy, "nl", today=date(2026, 10, 6)).is_empty


def test_what_is_handed_in_waits_for_who_signs_it_off(walk, buddy, manager, steps):
    rows = StepProgress.objects.filter(enrolment=walk, step_key=steps[0].translation_key)
    rows.update(submitted_at=timezone.now())
    assert titles(waiting_for(manager, "nl").handed_in) == [steps[0].title]
    assert waiting_for(buddy, "nl").handed_in == []


def test_a_required_step_is_late_also_after_the_newcomer_finished(walk, buddy, steps):
    due(walk, steps[1], date(2026, 10, 2))
    walk.progress.update(is_required=True)
    type(walk).objects.filter(pk=walk.pk).update(completed_at=timezone.now())
    assert titles(waiting_for(buddy, "nl", today=date(2026, 10, 6)).overdue) == [steps[1].title]


def test_a_step_that_waits_for_the_newcomer_comes_later(walk, buddy, manager, steps):
    page = StepPage.objects.get(pk=steps[1].pk)
    page.prerequisites = [StepPrerequisite(step=steps[0])]
    publish(page)
    due(walk, steps[1], date(2026, 10, 8))
    waiting = waiting_for(buddy, "nl", today=date(2026, 10, 6))
    assert titles(waiting.later) == [steps[1].title]
    assert [step.title for step in waiting.later[0].waits_for] == [steps[0].title]
    assert waiting.count == 0
    complete_step(enrolment=walk, step_key=steps[0].translation_key)
    assert titles(waiting_for(buddy, "nl", today=date(2026, 10, 6)).later) == [steps[1].title]
    sign_off_step(enrolment=walk, step_key=steps[0].translation_key, actor=manager)
    assert titles(waiting_for(buddy, "nl", today=date(2026, 10, 6)).this_week) == [steps[1].title]


def test_nothing_is_overdue_while_the_path_is_paused_and_nothing_waits_when_it_ended(walk, buddy, steps):
    due(walk, steps[1], date(2026, 10, 2))
    pause = Pause.objects.create(enrolment=walk, starts_on=date(2026, 10, 1))
    waiting = waiting_for(buddy, "nl", today=date(2026, 10, 6))
    assert waiting.overdue == []
    assert titles(waiting.later) == [steps[1].title]
    pause.delete()
    Enrolment.objects.filter(pk=walk.pk).update(ended_on=date(2026, 10, 5))
    assert waiting_for(buddy, "nl", today=date(2026, 10, 6)).is_empty


def test_who_left_is_stood_in_for_along_the_chain(walk, buddy, manager, hr, steps):
    today = date(2026, 10, 6)
    for step in steps[1:3]:
        due(walk, step, date(2026, 10, 8))
    assert waiting_for(hr, "nl", today=today).is_empty
    User.objects.filter(pk=buddy.pk).update(is_active=False)
    rows = waiting_for(manager, "nl", today=today).this_week
    assert {(row.step.title, row.stands_in) for row in rows} == {(steps[1].title, True), (steps[2].title, False)}
    User.objects.filter(pk=manager.pk).update(is_active=False)
    rows = waiting_for(hr, "nl", today=today).this_week
    assert {(row.step.title, row.stands_in) for row in rows} == {(steps[1].title, True), (steps[2].title, True)}


def test_hr_is_told_once_that_somebody_who_walks_along_left(walk, buddy, hr):
    assert tell_supporters_left(timezone.now()) == 0
    User.objects.filter(pk=buddy.pk).update(is_active=False)
    assert tell_supporters_left(timezone.now()) == 1
    assert tell_supporters_left(timezone.now()) == 0
    assert Message.objects.filter(kind="onboarding.supporter_left", recipient=hr).count() == 1


# Taking over ---------------------------------------------------------------------------------


def test_a_new_buddy_gets_what_was_open_and_the_old_one_sees_nothing(walk, buddy, make_user, steps, as_user, user):
    other, day = make_user(first_name="Nova"), timezone.now() + timedelta(days=3)
    question = HelpRequest.objects.create(
        enrolment=walk, step_key=steps[0].translation_key, text="Waar?", recipient=buddy
    )
    answered = HelpRequest.objects.create(
        enrolment=walk,
        step_key=steps[0].translation_key,
        text="Wie?",
        recipient=buddy,
        answer="Ik",
        answered_at=timezone.now(),
        answered_by=buddy,
    )
    row = StepProgress.objects.get(enrolment=walk, step_key=steps[1].translation_key)
    meeting = Meeting.objects.create(progress=row, starts_at=day, with_whom=buddy)
    set_supporter(enrolment=walk, role="buddy", colleague=other)
    question.refresh_from_db()
    answered.refresh_from_db()
    meeting.refresh_from_db()
    assert question.recipient == other
    assert answered.recipient == buddy
    assert answered.answered_by == buddy
    assert meeting.with_whom == other
    assert meeting.sequence == 1
    told = Message.objects.filter(recipient=other).values_list("kind", flat=True)
    assert {"onboarding.role_changed", "onboarding.question", "onboarding.meeting"} <= set(told)
    assert Message.objects.filter(recipient=user, kind="onboarding.role_changed").exists()
    assert as_user(buddy).get(f"/nl/onboarding/for/{walk.pk}/").status_code == 404
    assert waiting_for(buddy, "nl").is_empty
    assert waiting_for(other, "nl").count >= 1


def test_doing_it_again_hands_over_nothing_twice(walk, buddy, make_user):
    other = make_user()
    assert set_supporter(enrolment=walk, role="buddy", colleague=other)
    messages = Message.objects.count()
    assert not set_supporter(enrolment=walk, role="buddy", colleague=other)
    assert Message.objects.count() == messages


def test_who_keeps_another_role_keeps_what_was_sent_to_them(walk, manager, make_user, steps):
    Supporter.objects.create(enrolment=walk, colleague=manager, role="mentor")
    question = HelpRequest.objects.create(
        enrolment=walk, step_key=steps[0].translation_key, text="Waar?", recipient=manager
    )
    set_supporter(enrolment=walk, role="mentor", colleague=make_user())
    question.refresh_from_db()
    assert question.recipient == manager


def test_a_question_without_anybody_waits_for_all_of_hr(walk, hr, steps):
    HelpRequest.objects.create(enrolment=walk, step_key=steps[0].translation_key, text="Waar?", recipient=None)
    assert len(waiting_for(hr, "nl").questions) == 1


# The pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_list_shows_what_waits_and_who_for(as_user, walk, buddy, user, steps, language):
    due(walk, steps[1], date(2026, 10, 2))
    page = as_user(buddy).get(f"/{language}/onboarding/for-me/")
    words = page.content.decode()
    assert page.status_code == 200
    assert steps[1].title in words
    assert user.get_full_name() in words
    assert f"/{language}/onboarding/for/{walk.pk}/{steps[1].translation_key}/" in words


def test_who_walks_along_with_nobody_reads_why_it_is_empty_and_has_no_way_there(as_user, make_user):
    client = as_user(make_user())
    page = client.get("/en/onboarding/for-me/").content.decode()
    assert "You walk along with nobody" in page
    assert "/en/onboarding/for-me/" not in client.get("/en/onboarding/").content.decode()


def test_the_way_to_the_list_counts_and_what_one_does_shows_at_once(as_user, walk, buddy, steps):
    due(walk, steps[1], date(2026, 10, 2))
    client = as_user(buddy)
    assert "1 thing waits for you" in client.get("/en/onboarding/who-sees-what/").content.decode()
    assert "1 thing for you to do" in client.get("/en/").content.decode()
    client.post(f"/en/onboarding/for/{walk.pk}/{steps[1].translation_key}/complete/")
    page = client.get("/en/onboarding/who-sees-what/").content.decode()
    assert "1 thing waits for you" not in page
    assert "/en/onboarding/for-me/" in page


def grow(path, buddy, people: int) -> None:
    """So many more newcomers of this buddy, each with 60 rows of progress."""
    keys = list(StepPage.objects.descendant_of(path).values_list("translation_key", flat=True))
    first = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"more{first + n}@example.org", first_name=f"More {n}") for n in range(people)
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(user=one, path_key=path.translation_key, start_date=date(2026, 10, 1), planned_at=timezone.now())
        for one in users
    )
    Supporter.objects.bulk_create(Supporter(enrolment=one, colleague=buddy, role="buddy") for one in enrolments)
    rows = []
    for enrolment in enrolments:
        for number in range(60):
            key = keys[number] if number < len(keys) else uuid4()
            assignee = "buddy" if number % 3 == 1 else "newcomer"
            rows.append(StepProgress(enrolment=enrolment, step_key=key, assignee=assignee, due_on=date(2026, 10, 5)))
    StepProgress.objects.bulk_create(rows, batch_size=5000)


def queries_of(client, address: str) -> int:
    client.get(address)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# Session, reader and stamp; the people around each path, once for the page and once for what waits; the rows of both; and what
# was written at a hand-over.
NEWCOMERS_QUERIES = 21
NEWCOMER_QUERIES = 19


def test_the_overview_and_a_newcomer_cost_the_same_for_any_number(as_user, walk, path, buddy):
    client = as_user(buddy)
    grow(path, buddy, 1)
    pages = {"/nl/onboarding/for/": NEWCOMERS_QUERIES, f"/nl/onboarding/for/{walk.pk}/": NEWCOMER_QUERIES}
    few = {address: queries_of(client, address) for address in pages}
    grow(path, buddy, 60)
    assert {address: queries_of(client, address) for address in pages} == few
    assert few == pages
