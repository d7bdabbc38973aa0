"""The portal while its search server dies, loses answers or takes its time: everybody gets on with it, nothing is lost."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from django.utils.html import strip_tags

from notifications import jobs
from search import outbox
from search.backends.elasticsearch import leases
from search.engine import IndexUnavailable, get_engine
from search.models import OutboxEntry
from search.planner import make_plan
from search.sources import all_sources

from .dying_server import DROP, HALF, LOSE, SILENCE, standing_between

pytestmark = pytest.mark.django_db
FOUND = "flamingo"


@pytest.fixture
def between(server, server_address, settings):
    """The portal reaches its server through this; what goes wrong goes wrong for a minute."""
    with standing_between(server) as between:
        settings.SEARCH_RETRY_SECONDS = 60.0
        settings.SEARCH_URL = between.url(server_address)
        yield between


@pytest.fixture
def quick(between, settings):
    """Whoever waits for an answer waits for half a second."""
    settings.SEARCH_URL = settings.SEARCH_URL.replace("timeout=20", "timeout=0.5")


@pytest.fixture
def back(between, server_address, settings, monkeypatch):
    """``back()``: the server answers again, and whoever was writing as it died is given up."""

    def come_back() -> None:
        between.come_back()
        settings.SEARCH_URL = server_address
        monkeypatch.setattr(leases, "LEASE_SECONDS", -1)

    return come_back


@pytest.fixture
def indexed(request, make_chapter, between, server_address, settings):
    """Three chapters, or as many as a test asks for, in an index."""
    chapters = [
        make_chapter(f"Hoofdstuk {number}", "<p>pelikaan</p>") for number in range(getattr(request, "param", 3))
    ]
    through, settings.SEARCH_URL = settings.SEARCH_URL, server_address
    outbox.rebuild()
    settings.SEARCH_URL = through
    OutboxEntry.objects.all().delete()
    return chapters


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """``publish(chapters)``: all with a new text, as an editor does, each saved by itself."""

    def save(chapters) -> None:
        for chapter in chapters:
            chapter.summary = FOUND
            with django_capture_on_commit_callbacks(execute=True):
                chapter.save_revision().publish()

    return save


def found(query: str) -> set[int]:
    engine = get_engine()
    return set(engine.search(make_plan(query, "nl", engine.vocabulary(), correct=False), limit=100))


def waiting() -> set[int]:
    return set(OutboxEntry.objects.values_list("object_id", flat=True))


def is_complete() -> bool:
    return all(get_engine().versions(collection=each.collection) == each.versions() for each in all_sources())


@pytest.mark.parametrize("indexed", [20], indirect=True)
@pytest.mark.parametrize(("how", "at"), [(LOSE, "_bulk"), (HALF, "_mget")])
def test_of_a_storm_of_publications_nothing_is_lost(indexed, between, back, publish, monkeypatch, how, at):
    monkeypatch.setattr(outbox, "PAUSE_SECONDS", 0.0)
    between.fail(how, at=at, number=3)
    publish(indexed)
    # Two of them were written at most, and one was tried in vain; after that nobody asked.
    assert {chapter.pk for chapter in indexed[2:]} <= waiting()
    asked = len(between.seen)
    publish(indexed[:5])
    assert len(between.seen) == asked
    back()
    outbox.drain()
    assert waiting() == set()
    assert found(FOUND) == {chapter.pk for chapter in indexed}
    assert is_complete()


def test_after_an_hour_the_clock_works_off_what_waits(indexed, between, back, publish, monkeypatch, caplog):
    monkeypatch.setattr(jobs, "_jobs", {"search": jobs._jobs["search"]})
    between.fail(DROP)
    start = timezone.now()
    with time_machine.travel(start):
        publish(indexed)
    for minutes in range(0, 60, 20):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert jobs.run_jobs() == {"search": None}
    assert {chapter.pk for chapter in indexed} <= waiting()
    back()
    with time_machine.travel(start + timedelta(hours=1, minutes=5)):
        assert jobs.run_jobs()["search"] >= len(indexed)
    assert waiting() == set()
    assert found(FOUND) == {chapter.pk for chapter in indexed}


@pytest.mark.parametrize(
    ("address", "how"), [("/en/search/?q=hoofdstuk", DROP), ("/en/search/suggest/?q=hoofdst", HALF)]
)
def test_whichever_question_of_a_search_is_cut_off_there_is_an_answer(indexed, between, as_user, user, address, how):
    """One after the other, until a search needs no more questions than go well."""
    client = as_user(user)
    for number in range(1, 40):
        cache.clear()
        get_engine().servers.breaker.succeeded()
        between.fail(how, number=number, stays=False)
        response = client.get(address)
        assert response.status_code == 200 and "Hoofdstuk 1" in strip_tags(response.content.decode()), number
        if len(between.seen) < number:
            break
    assert number > 2


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("who_first", ["reader", "editor"])
def test_a_slow_server_is_waited_for_once(indexed, between, as_user, user, publish, monkeypatch, who_first):
    monkeypatch.setattr(outbox, "PAUSE_SECONDS", 0.0)
    client = as_user(user)
    between.fail(SILENCE)
    if who_first == "editor":
        publish(indexed)
    for address in ("search/?q=hoofdstuk", "search/suggest/?q=hoofdst", "search/?q=hoofdstuk&in=people"):
        response = client.get(f"/en/{address}")
        assert response.status_code == 200
    assert "simpler way" in client.get("/en/search/?q=hoofdstuk").content.decode()
    publish(indexed)
    assert len(between.seen) == 1
    assert {chapter.pk for chapter in indexed} <= waiting()


def test_a_rebuild_of_the_portal_that_is_cut_off_changes_nothing_for_readers(indexed, between, back, titles):
    for chapter in indexed[:3]:
        type(chapter).objects.filter(pk=chapter.pk).update(title=f"{FOUND} {chapter.pk}")
    between.fail(DROP, at="_bulk", number=2)
    with pytest.raises(IndexUnavailable):
        outbox.rebuild()
    back()
    assert found("pelikaan") == {chapter.pk for chapter in indexed}
    outbox.rebuild()
    assert len(titles(FOUND)) == 3
    assert is_complete()


@pytest.mark.parametrize("kind", ["*.idx", "*.store", "meta.json", "current.json"])
def test_an_index_folder_that_is_cut_off_while_serving_is_made_anew_by_whoever_searches(
    make_chapter, titles, settings, kind
):
    make_chapter("Vergunning", "<p>pelikaan</p>")
    outbox.rebuild()
    assert titles("pelikaan") == ["Vergunning"]
    for file in Path(settings.SEARCH_INDEX_PATH).rglob(kind):
        os.truncate(file, 5)
    cache.clear()
    assert titles("pelikaan") == ["Vergunning"]
    assert is_complete()
