"""A step by its kind: ticking item by item, confirming, what is locked, waived or somebody else's."""

import uuid
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from guidelines.models import ManualIndexPage
from onboarding.models import ChecklistTick, StepPage, StepPrerequisite, StepProgress
from onboarding.services import complete_step, enrol, waive_step
from tests.factories import ManualFactory

from .conftest import opens_in_english, publish

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


@pytest.fixture
def items(steps):
    """The ids of three things to tick on the first step."""
    ids = [str(uuid.uuid4()) for _number in range(3)]
    steps[0].kind = StepPage.Kind.DO
    texts = ["Haal je laptop", "Zet je foto erop", "Bel Sem"]
    values = [
        {"type": "item", "id": pk, "value": {"text": text, "hint": ""}} for pk, text in zip(ids, texts, strict=True)
    ]
    steps[0].checklist = StepPage.checklist.field.to_python(values)
    publish(steps[0])
    return ids


@pytest.fixture
def tick_url(enrolment, steps):
    def url(item, language="nl", enrolment_id=None):
        key = steps[0].translation_key
        return f"/{language}/onboarding/{enrolment_id or enrolment.pk}/steps/{key}/items/{item}/"

    return url


def test_each_tick_is_saved_by_itself_and_stays_in_the_other_language(newcomer, steps, items, tick_url):
    response = newcomer.post(tick_url(items[1]), {"ticked": "true"})
    assert response["Location"] == f"{steps[0].get_url()}#item-{items[1]}"
    english = StepPage.objects.get(translation_key=steps[0].translation_key, locale__language_code="en")
    for address in (steps[0].get_url(), english.get_url()):
        boxes = soup_of(newcomer.get(address)).select("#checklist [role=checkbox]")
        assert [box["aria-checked"] for box in boxes] == ["false", "true", "false"]


def test_a_double_click_and_a_stale_tab_set_what_they_say(newcomer, items, tick_url):
    for _number in range(2):
        newcomer.post(tick_url(items[0]), {"ticked": "true"})
    assert ChecklistTick.objects.count() == 1
    for _number in range(2):
        newcomer.post(tick_url(items[0]), {"ticked": "false"})
    assert not ChecklistTick.objects.exists()


def test_htmx_gets_the_list_alone_and_hears_how_far_it_is(newcomer, items, tick_url):
    response = newcomer.post(tick_url(items[0]), {"ticked": "true"}, headers=HTMX)
    soup = soup_of(response)
    assert "<html" not in response.content.decode()
    assert "1" in soup.select_one("#checklist [role=status]").get_text()


@pytest.mark.parametrize("ticked", ["", "yes", "1"])
def test_a_tick_that_says_nothing_is_refused(newcomer, items, tick_url, ticked):
    assert newcomer.post(tick_url(items[0]), {"ticked": ticked}).status_code == 400
    assert not ChecklistTick.objects.exists()


def test_an_item_that_is_not_on_the_list_says_so(newcomer, items, tick_url):
    response = newcomer.post(tick_url(uuid.uuid4()), {"ticked": "true"}, follow=True)
    assert soup_of(response).select_one(".toast--stays")
    assert not ChecklistTick.objects.exists()


def test_a_stranger_ticks_nothing(as_user, make_user, items, tick_url):
    assert as_user(make_user()).post(tick_url(items[0]), {"ticked": "true"}).status_code == 404
    assert not ChecklistTick.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_checklist_is_done_when_everything_is_ticked(newcomer, steps, items, tick_url, urls, headers):
    newcomer.post(tick_url(items[0]), {"ticked": "true"})
    response = newcomer.post(urls("complete", steps[0]), headers=headers)
    assert "2" in soup_of(response).select_one("#state-error").get_text()
    assert not StepProgress.objects.done().exists()
    for item in items:
        newcomer.post(tick_url(item), {"ticked": "true"})
    newcomer.post(urls("complete", steps[0]), headers=headers)
    assert StepProgress.objects.done().count() == 1
    newcomer.post(tick_url(items[0]), {"ticked": "false"})
    assert ChecklistTick.objects.count() == 3


@pytest.fixture
def confirming(steps):
    """The first step asks to confirm its text."""
    steps[0].kind = StepPage.Kind.CONFIRM
    return publish(steps[0])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_confirming_without_the_tick_says_what_is_missing(newcomer, confirming, urls, headers):
    response = newcomer.post(urls("complete", confirming), headers=headers)
    soup = soup_of(response)
    assert soup.select_one("#state-error") and soup.select_one("input[name=understood][aria-invalid]")
    assert headers or opens_in_english(newcomer, response)
    assert not StepProgress.objects.done().exists()


def test_a_confirmation_keeps_language_revision_and_edition(newcomer, user, confirming, urls):
    newcomer.post(urls("complete", confirming, "en"), {"understood": "on"})
    row = StepProgress.objects.done().get()
    assert (row.completed_by, row.language, row.edition) == (user, "en", 0)
    assert row.revision_id == confirming.live_revision_id
    assert soup_of(newcomer.get(confirming.get_url())).select_one("#confirmed")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_page_that_is_being_updated_can_not_be_confirmed(newcomer, confirming, urls, trunk, headers):
    confirming.reads = manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Regels"))
    publish(confirming)
    manual.unpublish()
    soup = soup_of(newcomer.get(confirming.get_url()))
    assert soup.select_one("#state") and not soup.select_one("input[name=understood], #state button")
    soup = soup_of(newcomer.post(urls("complete", confirming), {"understood": "on"}, headers=headers))
    assert soup.select_one("#state-error") and not StepProgress.objects.done().exists()
    publish(manual)
    newcomer.post(urls("complete", confirming), {"understood": "on"}, headers=headers)
    assert StepProgress.objects.done().count() == 1


@pytest.mark.parametrize("kind", [StepPage.Kind.QUIZ, StepPage.Kind.SUBMIT])
def test_a_button_does_not_pass_a_quiz_or_hand_in(newcomer, steps, urls, kind):
    steps[0].kind = kind
    publish(steps[0])
    assert newcomer.post(urls("complete", steps[0])).status_code == 302
    assert not StepProgress.objects.done().exists()


@pytest.fixture
def locked(steps):
    """The second step needs the first."""
    StepPrerequisite.objects.create(page=steps[1], step=steps[0])
    publish(steps[1])
    return steps[1]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_locked_step_can_be_read_and_not_completed(newcomer, steps, locked, urls, headers):
    state = soup_of(newcomer.get(locked.get_url())).select_one("#state")
    assert state.select_one(f"a[href='{steps[0].get_url()}']") and not state.select("form")
    response = newcomer.post(urls("complete", locked), headers=headers)
    assert response.status_code == (200 if headers else 302)
    assert not StepProgress.objects.done().exists()
    row = soup_of(newcomer.get("/nl/onboarding/")).select_one(f".route a[href='{locked.get_url()}']").find_parent("li")
    assert row.select_one(f"p a[href='{steps[0].get_url()}']")
    complete_step(enrolment=StepProgress.objects.first().enrolment, step_key=steps[0].translation_key)
    assert soup_of(newcomer.get(locked.get_url())).select_one("#state form")


def test_a_waived_step_says_why_and_asks_nothing(newcomer, enrolment, steps, make_user):
    waive_step(
        enrolment=enrolment, step_key=steps[0].translation_key, actor=make_user(), reason="Deed je al in je stage."
    )
    state = soup_of(newcomer.get(steps[0].get_url())).select_one("#state")
    assert "Deed je al in je stage." in state.get_text() and not state.select("form")
    path = soup_of(newcomer.get("/nl/onboarding/"))
    assert "Deed je al in je stage." in path.select_one("#waived").get_text()
    assert "2" in path.select_one("main .panel--block .strong").get_text()


def test_what_was_handed_in_says_whom_it_waits_for(as_user, make_user, path, steps):
    person = make_user(manager=make_user(first_name="Marlies"))
    enrolment = enrol(user=person, path=path, start_date=date(2026, 10, 1))
    steps[0].signed_off_by = "manager"
    publish(steps[0])
    enrolment.progress.filter(step_key=steps[0].translation_key).update(submitted_at=timezone.now())
    client = as_user(person)
    assert "Marlies" in soup_of(client.get(steps[0].get_url())).select_one("#state").get_text()
    assert "Marlies" in soup_of(client.get("/nl/onboarding/")).select_one("#submitted").get_text()


def test_a_supporters_step_says_who_does_it(as_user, make_user, path, steps):
    steps[0].assignee = "buddy"
    publish(steps[0])
    person = make_user()
    enrol(user=person, path=path, start_date=date(2026, 10, 1), buddy=make_user(first_name="Sem"))
    client = as_user(person)
    page = soup_of(client.get(steps[0].get_url()))
    assert "Sem" in page.select_one("#state").get_text() and not page.select("#state form")
    shown = soup_of(client.get("/nl/onboarding/"))
    assert "Sem" in shown.select_one("#by-others").find_parent("section").get_text()
    assert not shown.select(f".route a[href='{steps[0].get_url()}']")


def test_who_a_step_is_for_is_said_where_it_is_not_for_all(newcomer, steps):
    assert soup_of(newcomer.get(steps[0].get_url())).select_one("#state details") is None
    steps[0].audience_language = "nl"
    publish(steps[0])
    assert "Nederlands" in soup_of(newcomer.get(steps[0].get_url())).select_one("#state details").get_text()


def test_two_tabs_complete_a_step_once(newcomer, user, steps, urls):
    other = Client()
    other.force_login(user)
    for client in (newcomer, other):
        client.post(urls("complete", steps[0]))
    assert StepProgress.objects.done().count() == 1
