"""A newcomer walks the path."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from wagtail.models import Page

from guidelines.models import ManualIndexPage
from onboarding.models import Enrolment, StepProgress
from onboarding.reading import PEOPLE_SECONDS
from onboarding.services import enrol, set_buddy, unwaive_step, waive_step
from onboarding.services.changing_manager import accept_manager
from tests.caching import LOCAL
from tests.factories import ManualFactory, StepFactory

from .conftest import publish

pytestmark = pytest.mark.django_db


def soup_of(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def words(node) -> str:
    return " ".join(node.get_text(" ").split())


def test_the_next_step_comes_first_on_the_path_page(newcomer, steps):
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    panel = soup.select_one("main .panel--block")
    assert steps[0].title in panel.get_text()
    assert panel.select_one("a.button--sun")["href"] == steps[0].get_url()
    assert soup.select_one(".route [aria-current=step]")["href"] == steps[0].get_url()


def test_the_step_leads_to_the_page_to_read_and_that_page_leads_back(newcomer, steps, trunk):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Sociale media"))
    steps[1].reads = Page.objects.get(pk=manual.pk)
    publish(steps[1])
    link = soup_of(newcomer.get(steps[1].get_url())).select_one("#read a")
    assert link["href"] == f"{manual.get_url()}?step={steps[1].translation_key}"
    assert "Sociale media" in link.get_text()
    way_back = soup_of(newcomer.get(link["href"])).select_one(".way-back a")
    assert way_back["href"] == steps[1].get_url() and "stap 2" in words(way_back)
    # By the number it has on their own path, where a step of somebody else isn't counted.
    StepProgress.objects.filter(step_key=steps[0].translation_key).update(assignee="buddy")
    assert "stap 1" in soup_of(newcomer.get(steps[1].get_url())).select_one("main").get_text().lower()
    assert "stap 1" in words(soup_of(newcomer.get(link["href"])).select_one(".way-back a"))


@pytest.mark.parametrize(
    "step", ["", "x", "https://elsewhere.example/", "00000000-0000-0000-0000-000000000000", "//elsewhere.example"]
)
def test_a_made_up_step_gives_no_way_back(newcomer, steps, trunk, step):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage)))
    response = newcomer.get(manual.get_url(), {"step": step})
    assert soup_of(response).select_one(".way-back") is None
    assert b"elsewhere.example" not in b"".join(
        line for line in response.content.splitlines() if b"hreflang" not in line
    )


def test_a_page_to_read_that_is_not_published_never_blocks_the_step(newcomer, steps, trunk):
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Geheim concept"))
    steps[0].reads = Page.objects.get(pk=manual.pk)
    publish(steps[0])
    manual.unpublish()
    soup = soup_of(newcomer.get(steps[0].get_url()))
    assert soup.select_one("#read") is None
    assert "Geheim concept" not in soup.get_text()
    assert soup.select_one("form[action$='/complete/'] button")


def test_completing_a_step_says_so_and_shows_progress_and_the_next(newcomer, steps, urls):
    soup = soup_of(newcomer.post(urls("complete", steps[0]), follow=True))
    assert soup.select_one(".toast")
    assert soup.select_one("#state progress")["value"] == "1"
    assert soup.select_one("#state progress")["max"] == "3"
    assert soup.select_one("#state a.button--sun")["href"] == steps[1].get_url()
    path = soup_of(newcomer.get("/nl/onboarding/"))
    assert path.select_one(".ring span").get_text() == "1"
    assert len(path.select(".route .node--done")) == 1


def test_completing_every_required_step_finishes_the_path(newcomer, path, enrolment, steps, urls):
    path.closing_text = "Je hoort er nu helemaal bij."
    publish(path)
    for step in steps[:3]:
        response = newcomer.post(urls("complete", step), follow=True)
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
    assert StepProgress.objects.done().filter(enrolment=enrolment).count() == 3
    assert response.request["PATH_INFO"] == f"/nl/onboarding/{enrolment.pk}/"
    panel = soup_of(response).select_one("main .panel--block")
    assert "Je hoort er nu helemaal bij." in panel.get_text()
    assert panel.select_one("a.button--sun") is None


def test_a_step_can_be_reopened_and_is_next_again(newcomer, enrolment, steps, urls):
    for step in steps[:3]:
        newcomer.post(urls("complete", step))
    newcomer.post(urls("reopen", steps[1]))
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None
    panel = soup_of(newcomer.get("/nl/onboarding/")).select_one("main .panel--block")
    assert panel.select_one("a.button--sun")["href"] == steps[1].get_url()


def test_an_optional_step_counts_apart(newcomer, enrolment, steps, urls):
    newcomer.post(urls("complete", steps[3]))
    soup = soup_of(newcomer.get("/nl/onboarding/"))
    assert soup.select_one(".ring span").get_text() == "0"
    panel = words(soup.select_one("main .panel--block"))
    assert "1" in panel and "3" in panel
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None


def test_a_path_of_only_optional_steps_counts_those(as_user, user, make_path):
    path = make_path(steps=(0,), optional=2)
    enrol(user=user, path=path, start_date=date(2026, 10, 1))
    soup = soup_of(as_user(user).get("/nl/onboarding/"))
    assert soup.select_one("main .panel--block a.button--sun")
    assert soup.select_one(".ring span").get_text() == "0"


@time_machine.travel("2026-10-03 12:00")
def test_phases_show_their_dates_and_done_ones_are_closed(newcomer, steps, urls):
    for step in steps[:2]:
        newcomer.post(urls("complete", step))
    first, second = soup_of(newcomer.get("/nl/onboarding/?by=phase")).select("details.phase")
    assert not first.has_attr("open") and first.select_one(".tag--ok")
    assert second.has_attr("open")
    assert "7 oktober" in first.summary.get_text()
    assert "8" in second.summary.get_text() and "14 oktober" in second.summary.get_text()


def test_the_route_marks_optional_steps_and_the_current_one_in_words_too(newcomer, steps):
    soup = soup_of(newcomer.get("/en/onboarding/"))
    rows = soup.select(".route > li")
    assert "Up now" in rows[0].get_text()
    assert "Optional" in rows[3].get_text() and rows[3].select_one(".node--optional")


def test_opening_a_step_is_kept_once(newcomer, enrolment, steps):
    newcomer.head(steps[0].get_url())
    newcomer.get(steps[0].get_url(), headers={"Sec-Purpose": "prefetch"})
    assert not StepProgress.objects.touched().exists()
    newcomer.get(steps[0].get_url())
    opened = StepProgress.objects.touched().get().opened_at
    assert opened is not None
    newcomer.get(steps[0].get_url())
    assert StepProgress.objects.touched().get().opened_at == opened


@pytest.fixture
def walk(as_user, make_user, path):
    """Somebody with a manager and a buddy, and the text beside their path."""
    manager, buddy = make_user(first_name="Marlies"), make_user(first_name="Sem")
    newcomer = make_user(manager=manager)
    enrolment = enrol(user=newcomer, path=path, start_date=date(2026, 10, 1), buddy=buddy)

    def aside() -> str:
        return soup_of(as_user(newcomer).get(f"/nl/onboarding/{enrolment.pk}/")).select_one("main aside").get_text()

    return enrolment, buddy, aside


def test_the_people_around_are_shown_and_who_left_is_not_after_a_while(walk, settings):
    # Redis would go by a clock of its own.
    settings.CACHES = LOCAL
    _enrolment, buddy, aside = walk
    assert "Marlies" in aside() and "Sem" in aside()
    buddy.is_active = False
    buddy.save()
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=PEOPLE_SECONDS + 1)):
        assert "Marlies" in aside() and "Sem" not in aside()


def test_another_manager_shows_at_once(walk, make_user):
    enrolment, _buddy, aside = walk
    assert "Marlies" in aside()
    enrolment.user.manager = make_user(first_name="Ingrid")
    enrolment.user.save()
    # Only proposed until HR accepts it.
    assert "Marlies" in aside() and "Ingrid" not in aside()
    accept_manager(enrolment=enrolment)
    assert "Ingrid" in aside() and "Marlies" not in aside()


def test_another_buddy_shows_at_once(walk, make_user, django_capture_on_commit_callbacks):
    enrolment, _buddy, aside = walk
    assert "Sem" in aside()
    with django_capture_on_commit_callbacks(execute=True):
        set_buddy(enrolment=enrolment, colleague=make_user(first_name="Anouk"))
    assert "Anouk" in aside() and "Sem" not in aside()


def test_two_people_in_the_same_state_see_their_own_people_and_links(as_user, make_user, path, steps):
    seen = []
    for name in ("Sem", "Anouk"):
        person = make_user()
        enrolment = enrol(user=person, path=path, start_date=date(2026, 10, 1), buddy=make_user(first_name=name))
        content = as_user(person).get("/nl/onboarding/").content.decode()
        step = as_user(person).get(steps[0].get_url()).content.decode()
        seen.append((name in content, f"/onboarding/{enrolment.pk}/steps/" in step))
        others = Enrolment.objects.exclude(pk=enrolment.pk).values_list("pk", flat=True)
        assert not any(f"/onboarding/{other}/" in content + step for other in others)
    assert seen == [(True, True), (True, True)]


def test_who_finished_keeps_that_when_a_required_step_comes_back(newcomer, enrolment, steps, urls, make_user):
    hr, key = make_user(), steps[2].translation_key
    waive_step(enrolment=enrolment, step_key=key, actor=hr, reason="Kent het.")
    for step in steps[:2]:
        newcomer.post(urls("complete", step))
    unwaive_step(enrolment=enrolment, step_key=key, actor=hr)
    panel = soup_of(newcomer.get(f"/en/onboarding/{enrolment.pk}/")).select_one("main .panel--block")
    assert "You have finished your path" in panel.get_text()
    assert "One step was added" in panel.get_text()
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None


def test_a_step_that_editors_add_is_not_asked_of_who_is_under_way(newcomer, enrolment, phases, steps, urls):
    publish(StepFactory(parent=phases[1], title="Later bedacht"))
    for step in steps[:3]:
        newcomer.post(urls("complete", step))
    page = newcomer.get(f"/en/onboarding/{enrolment.pk}/").content.decode()
    assert "You have finished your path" in page and "Later bedacht" not in page
    enrolment.refresh_from_db()
    assert enrolment.completed_at is not None
