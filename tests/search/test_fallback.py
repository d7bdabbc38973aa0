"""Search while there is no index."""

import threading

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from search import outbox, rebuilding
from search.backends.embedded import EmbeddedEngine
from search.engine import EngineDown

pytestmark = pytest.mark.django_db


@pytest.fixture
def down(monkeypatch):
    """The search engine answers nothing."""

    def refuse(*args, **kwargs):
        raise EngineDown("Nobody there.")

    monkeypatch.setattr(EmbeddedEngine, "_open_all", refuse)


def found(page) -> list[str]:
    return [link.get_text() for link in page.select("li.result h3 a")]


def test_pages_are_found_by_their_title_and_it_is_said(down, make_chapter, ask):
    chapter = make_chapter("Vergunning aanvragen", "<p>x</p>", summary="Zo vraag je een vergunning aan.")
    page = ask("vergunning", language="nl")
    assert found(page) == ["Vergunning aanvragen"]
    assert page.select_one("li.result h3 a")["href"] == chapter.get_url()
    assert page.select_one("li.result p mark").get_text() == "vergunning"
    assert "simpler way" in ask("vergunning", language="en").get_text()
    assert page.select(".facet") == []


@pytest.mark.admin_search
def test_pages_are_found_by_their_text(down, make_chapter, ask):
    make_chapter("Op kantoor", "<p>Hier vraag je een parkeervergunning aan.</p>").save_revision().publish()
    make_chapter("Iets anders", "<p>niets</p>").save_revision().publish()
    assert found(ask("parkeervergunning")) == ["Op kantoor"]


@pytest.mark.admin_search
@pytest.mark.parametrize("address", ["/nl/search/", "/nl/search/suggest/"])
def test_a_closed_page_is_not_found(down, make_chapter, as_user, user, make_user, address):
    chapter = make_chapter("Het reorganisatieplan", "<p>reorganisatieplan geheim</p>", slug="dicht")
    chapter.save_revision().publish()
    restriction = PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Directie"))
    assert "/dicht/" not in as_user(user).get(address, {"q": "reorganisatieplan"}).content.decode()
    insider = as_user(make_user(groups=["Directie"]))
    assert "/dicht/" in insider.get(address, {"q": "reorganisatieplan"}).content.decode()


def test_of_two_translations_the_readers_is_shown(down, make_chapter, ask):
    chapter = make_chapter("Laptop lenen", "<p>x</p>")
    twin = chapter.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    twin.title = "Laptop loan"
    twin.save_revision().publish()
    assert found(ask("laptop", language="nl")) == ["Laptop lenen"]
    assert found(ask("laptop", language="en")) == ["Laptop loan"]


def test_suggestions_are_titles(down, make_chapter, as_user, user):
    make_chapter("Vergunning aanvragen", "<p>x</p>")
    html = BeautifulSoup(as_user(user).get("/nl/search/suggest/?q=vergun").content, "html.parser")
    assert [option.get_text() for option in html.select("[role=group] strong")] == ["Vergunning aanvragen"]


def test_nothing_found_says_so(down, ask):
    page = ask("hondenuitlaatplek", language="en")
    assert found(page) == [] and "We found nothing" in page.get_text()


@pytest.mark.admin_search
@pytest.mark.parametrize(
    "query",
    ['"', "a AND", "(((", "verlof*", "x" * 5000, "woord " * 2000, "🦊", "\x00", "de het een", "NEAR(a b)", "-a"],
)
def test_whatever_is_typed_has_an_answer(down, as_user, user, query):
    client = as_user(user)
    assert client.get("/nl/search/", {"q": query}).status_code == 200
    assert client.get("/nl/search/suggest/", {"q": query}).status_code == 200


def test_it_costs_as_many_queries_at_any_size(down, make_chapter, as_user, user, monkeypatch):
    monkeypatch.setattr(outbox, "LOOK_SECONDS", float("inf"))
    client = as_user(user)

    def ask():
        # What a process remembers for good is there after the first time.
        client.get("/nl/search/?q=vergunning")
        with CaptureQueriesContext(connection) as queries:
            found = client.get("/nl/search/?q=vergunning").content.count(b'class="result"')
        return len(queries), found

    make_chapter("Vergunning", "<p>x</p>")
    few, _found = ask()
    for number in range(30):
        make_chapter(f"Vergunning {number}", "<p>x</p>")
    many, found = ask()
    assert found == 20
    assert many <= few <= 12


@pytest.fixture
def large(settings, monkeypatch):
    """The portal counts as a large one, and what is to be done in the background is only noted."""
    monkeypatch.setattr(outbox, "SMALL_SITE", 0)
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    cache.delete("search-rebuild-started")


def waiting() -> list[str]:
    """What of search is to be done in the background."""
    tasks = [result.task for result in rebuilding.rebuild_index.get_backend().results]
    return [task.name for task in tasks if task.module_path.startswith("search.")]


def test_a_large_portal_without_an_index_answers_and_has_it_made_once(large, make_chapter, ask):
    make_chapter("Vergunning", "<p>x</p>")
    for _time in range(3):
        page = ask("vergunning", language="en")
        assert found(page) == ["Vergunning"] and "simpler way" in page.get_text()
    assert waiting() == ["rebuild_index"]
    rebuilding.rebuild_index.call()
    assert "simpler way" not in ask("vergunning", language="en").get_text()


def test_an_engine_that_is_down_is_not_rebuilt(large, down, make_chapter, ask):
    make_chapter("Vergunning", "<p>x</p>")
    assert found(ask("vergunning")) == ["Vergunning"]
    assert waiting() == []


def test_without_workers_it_is_made_beside_the_readers(monkeypatch):
    """A thread of the process, which has its own way to the database; what it does there is the rebuild itself."""
    cache.delete("search-rebuild-started")
    done, names = threading.Event(), []
    monkeypatch.setattr(rebuilding, "rebuild", lambda: names.append(threading.current_thread().name) or done.set())
    assert rebuilding.start_rebuild()
    assert done.wait(30) and names == ["search-rebuild"]
    assert not rebuilding.start_rebuild()
