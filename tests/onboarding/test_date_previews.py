"""What HR is shown before dates move: what stays for them to look at, and what will be told and what won't."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command

from onboarding.models import Meeting, StepPage
from onboarding.services import enrol, pause_enrolment
from onboarding.services.dating import set_due_date

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
def hr(make_user, client):
    """The client of somebody of HR, who reads English."""
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=["HR"], locale="en"))
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
