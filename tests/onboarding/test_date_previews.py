"""What HR is shown before dates move: what stays for them to look at, and what will be told and what won't."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from notifications.models import Message
from onboarding.models import Meeting, StepPage
from onboarding.services import enrol, pause_enrolment
from onboarding.services.dating import set_due_date
from onboarding.services.reminding import send_reminders

from .conftest import publish
from .hr import preview

pytestmark = pytest.mark.django_db
# A Tuesday; the steps are due on the 7th and the 14th.
NOW = datetime(2026, 10, 6, 10, tzinfo=UTC)
START, FIXED, BY_HAND = date(2026, 10, 1), date(2026, 10, 21), date(2026, 10, 22)
MET = datetime(2026, 10, 9, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hr(of_hr, client):
    """The client of somebody of HR, who reads English."""
    client.force_login(of_hr)
    return client


@pytest.fixture
def mixed(path, steps, make_user):
    """Somebody with a fixed date, a date set by hand, and a meeting on the 9th."""
    steps[0].due_from, steps[0].due_date = StepPage.DueFrom.FIXED, FIXED
    publish(steps[0])
    enrolment = enrol(user=make_user(first_name="Noor", last_name="Bos"), path=path, start_date=START)
    set_due_date(enrolment=enrolment, step_key=steps[1].translation_key, due_on=BY_HAND)
    Meeting.objects.create(progress=enrolment.progress.get(step_key=steps[2].translation_key), starts_at=MET)
    return enrolment


def outlook_of(client, enrolment, action: str, data: dict):
    return preview(client, f"/admin/enrolments/edit/{enrolment.pk}/{action}/", data).context["outlook"]


def expected(steps, meeting: str) -> list[str]:
    return [
        f"“{steps[1].title}” stays on 22 October 2026: that date was set by hand.",
        f"“{steps[0].title}” stays on 21 October 2026: a fixed date.",
        meeting % steps[2].title,
    ]


STAYS = "The meeting of “%s” on 9 October 2026 stays: agree on another time if it has to move."
MISSED = "The meeting of “%s” on 9 October 2026 falls in the pause: agree on another time, or call it off."


def test_a_pause_says_which_meetings_are_missed_and_what_does_not_move(hr, mixed, steps):
    outlook = outlook_of(hr, mixed, "pause", {"starts_on": "2026-10-07", "ends_on": ""})
    assert outlook.warnings == [expected(steps, MISSED)[-1], *expected(steps, MISSED)[:-1]]
    outlook = outlook_of(hr, mixed, "pause", {"starts_on": "2026-10-07", "ends_on": "2026-10-09"})
    assert outlook.warnings == expected(steps, STAYS)


def test_coming_back_lists_what_did_not_move(hr, mixed, steps):
    pause_enrolment(enrolment=mixed, starts_on=date(2026, 10, 2))
    assert outlook_of(hr, mixed, "resume", {"ends_on": "2026-10-06"}).warnings == expected(steps, STAYS)
    later = outlook_of(hr, mixed, "resume", {"ends_on": "2026-10-12"}).warnings
    assert later[0] == expected(steps, MISSED)[-1]


def test_another_end_of_the_probation_period_lists_it_too(hr, mixed, steps):
    outlook = outlook_of(hr, mixed, "probation", {"probation_end": "2026-12-01"})
    assert outlook.warnings == expected(steps, STAYS)


def test_many_that_are_moved_are_listed_by_name(hr, mixed, steps, path, make_user):
    other = enrol(user=make_user(), path=path, start_date=START)
    ended = enrol(user=make_user(first_name="Weg"), path=path, start_date=START)
    type(ended).objects.filter(pk=ended.pk).update(ended_on=START)
    data = {"id": [mixed.pk, other.pk, ended.pk], "days": "7"}
    warnings = preview(hr, "/admin/enrolments/many/shift/", data).context["outlook"].warnings
    assert [words for words in warnings if words.startswith("Noor Bos: ")] == [
        f"Noor Bos: {words}" for words in expected(steps, STAYS)
    ]
    assert f"{other.user.get_full_name()}: “{steps[0].title}” stays on 21 October 2026: a fixed date." in warnings
    assert not any(words.startswith("Weg") for words in warnings)


def folded(outlook) -> list[list[str]]:
    """The rows of the one table that opens at a click: reminders to come."""
    return [row for table in outlook.tables if table.is_folded for row in table.rows]


@pytest.fixture
def plain(enrolment):
    """Put on the path in time, with reminders of what is due tomorrow that went out already and wait to be mailed."""
    type(enrolment).objects.filter(pk=enrolment.pk).update(planned_at=datetime(2026, 9, 21, 10, tzinfo=UTC))
    Message.objects.all().delete()
    assert send_reminders(NOW) == 2
    assert Message.objects.filter(kind="onboarding.reminder", mail="waiting").count() == 2
    return enrolment


def test_a_changed_start_lists_every_reminder_to_come_and_what_was_sent(hr, plain, user, steps):
    data = {"start_date": "2026-10-08", "late": "spread", "spread_days": "10"}
    outlook = outlook_of(hr, plain, "start", data)
    mine = [row for row in folded(outlook) if steps[0].title in row[2]]
    # Its first reminder was sent; the others come on the day, two working days after it and weekly, then the manager hears.
    assert [row[0] for row in mine] == [
        "14 October 2026",
        "16 October 2026",
        "23 October 2026",
        "30 October 2026",
        "6 November 2026",
        "13 November 2026",
    ]
    others = [row for row in folded(outlook) if steps[2].title in row[2]]
    assert others[0][0] == "16 October 2026" and len(others) == 7
    assert f"A reminder of “{steps[0].title}” was sent already, and isn't sent again." in outlook.warnings
    assert "Every message that waits is still sent." in outlook.sentences
    assert Message.objects.filter(mail="waiting").count() == 2


def test_a_pause_says_which_waiting_messages_are_not_sent_and_what_comes_afterwards(hr, plain, steps):
    outlook = outlook_of(hr, plain, "pause", {"starts_on": "2026-10-06", "ends_on": "2026-10-12"})
    assert "2 messages that wait are no longer sent." in outlook.sentences
    days = [row[0] for row in folded(outlook) if steps[0].title in row[2]]
    # Due on the 13th then, four working days later.
    assert days[:2] == ["13 October 2026", "15 October 2026"]
    # Nobody knows what comes after a pause without an end.
    assert folded(outlook_of(hr, plain, "pause", {"starts_on": "2026-10-06", "ends_on": ""})) == []


def test_reminders_go_on_until_a_pause_that_is_to_come(hr, plain, steps):
    outlook = outlook_of(hr, plain, "pause", {"starts_on": "2026-10-08", "ends_on": "2026-10-19"})
    days = [row[0] for row in folded(outlook) if steps[0].title in row[2]]
    assert days[:3] == ["7 October 2026", "21 October 2026", "28 October 2026"]


def test_a_date_set_by_hand_lists_them_too_and_another_deed_does_not(hr, plain, steps):
    data = {"step": str(steps[2].translation_key), "due_on": "2026-12-01"}
    assert any(row[0] == "1 December 2026" for row in folded(outlook_of(hr, plain, "date", data)))
    assert folded(outlook_of(hr, plain, "end", {"on": "2026-10-06", "reason": "stopped"})) == []
