"""The organisation decides how long personal data is kept: on one page, by who may, and with a name under it."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import ModelLogEntry

from people.models import RetentionPeriods
from people.retention import CONFIRMED

pytestmark = pytest.mark.django_db
GOOD = {
    "answers": 6,
    "check_ins": 24,
    "assessments": 24,
    "record": 24,
    "withdrawn": 4,
    "messages": 6,
    "questions": 24,
    "audit": 24,
}


@pytest.fixture
def page(db) -> str:
    """Where the periods are changed."""
    return reverse("wagtailsettings:edit", args=["people", "retentionperiods", RetentionPeriods.load().pk])


@pytest.fixture
def hr(as_user, make_user):
    """A colleague of HR, in English."""
    return as_user(make_user(first_name="Hetty", last_name="Rus", groups=["HR"], locale="en"))


def periods() -> RetentionPeriods:
    return RetentionPeriods.objects.get()


@pytest.mark.parametrize("groups", [["Editors"], ["Employees"], []])
def test_others_neither_see_nor_change_them(as_user, make_user, page, groups):
    client = as_user(make_user(groups=groups))
    for response in (client.get(page), client.post(page, {**GOOD, "confirm": "on"})):
        assert response.status_code in (302, 403)
    assert periods().answers == 12 and not periods().is_confirmed


def test_hr_confirms_them_and_the_page_says_who_and_when(hr, page):
    assert page_says(hr.get(page), "Not yet confirmed") and page_says(hr.get("/admin/"), "nothing is thrown away")
    assert hr.post(page, {**GOOD, "confirm": "on"}, follow=True).status_code == 200
    assert periods().answers == 6 and periods().confirmed_by.first_name == "Hetty"
    sign = BeautifulSoup(hr.get(page).content, "html.parser").select_one("p > svg.icon-check")
    assert {"w-h-4", "w-w-4"} <= set(sign["class"])
    assert page_says(hr.get(page), "Hetty Rus") and not page_says(hr.get("/admin/"), "nothing is thrown away")
    entry = ModelLogEntry.objects.get(action=CONFIRMED)
    assert entry.data == GOOD and entry.user.first_name == "Hetty"


def test_a_change_without_the_tick_is_a_proposal_and_the_same_again_changes_nothing(hr, page, make_user):
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    colleague = make_user()
    RetentionPeriods.objects.update(confirmed_at=moment, confirmed_by=colleague, answers=6)
    hr.post(page, GOOD)
    assert periods().confirmed_at == moment and periods().confirmed_by == colleague
    hr.post(page, {**GOOD, "answers": 18})
    assert periods().answers == 18 and not periods().is_confirmed and periods().confirmed_by is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("answers", 0),
        ("answers", -1),
        ("check_ins", 121),
        ("withdrawn", 53),
        ("messages", 1),
        ("record", "soon"),
        ("record", ""),
    ],
)
def test_what_can_not_be_meant_is_said_beside_its_field_and_keeps_what_was_typed(hr, page, kind, value):
    response = hr.post(page, {**GOOD, kind: value, "confirm": "on"})
    form = response.context["form"]
    assert response.status_code == 200 and list(form.errors) == [kind]
    assert form["answers"].value() == str({**GOOD, kind: value}["answers"]) and form["confirm"].value()
    assert not periods().is_confirmed and periods().answers == 12


def test_everybody_reads_how_long_their_own_is_kept(as_user, make_user):
    reader = as_user(make_user(locale="en"))
    RetentionPeriods.objects.create(confirmed_at=datetime(2026, 1, 5, tzinfo=UTC), withdrawn=3)
    html = reader.get("/en/onboarding/who-sees-what/").content.decode()
    assert "3 weeks" in html and "24 months" in html and "hasn&#x27;t confirmed" not in html


def page_says(response, words: str) -> bool:
    return words in response.content.decode()
