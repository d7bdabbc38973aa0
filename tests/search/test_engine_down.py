"""The portal while its search server is down: search says so, everything else goes on."""

import socket

import pytest
from django.core.management import CommandError, call_command

from search import outbox
from search.engine import EngineDown
from search.jobs import update_index
from search.models import OutboxEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def down(settings):
    """``SEARCH_URL`` is a server where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.SEARCH_URL = f"elasticsearch://127.0.0.1:{free.getsockname()[1]}/portal"


def test_the_database_answers_and_says_that_it_is_plainer(down, make_chapter, as_user, user):
    make_chapter("Vergunning", "<p>x</p>")
    client = as_user(user)
    for _again in range(2):
        response = client.get("/en/search/?q=vergunning")
        assert response.status_code == 200 and "simpler way" in response.content.decode()
        assert "Vergunning" in response.content.decode()
        assert "Vergunning" in client.get("/en/search/suggest/?q=vergun").content.decode()


def test_pages_are_read_and_published_and_found_once_it_is_back(
    down, settings, make_chapter, as_user, user, titles, django_capture_on_commit_callbacks, caplog
):
    with django_capture_on_commit_callbacks(execute=True):
        chapter = make_chapter("Vergunning", "<p>flamingo</p>")
        chapter.save_revision().publish()
    assert as_user(user).get(chapter.get_url()).status_code == 200
    assert OutboxEntry.objects.filter(object_id=chapter.pk).exists()
    assert "tried again later" in caplog.text
    settings.SEARCH_URL = ""
    assert titles("flamingo") == ["Vergunning"]


def test_commands_and_what_runs_by_the_clock_say_why(down):
    with pytest.raises(CommandError, match="reached"):
        call_command("rebuild_search", verbosity=0)
    with pytest.raises(CommandError, match="moment ago"):
        call_command("update_search", verbosity=0)
    with pytest.raises(EngineDown):
        update_index(None)


def test_a_server_that_is_down_is_no_reason_to_make_an_index(down, make_chapter, as_user, user, monkeypatch):
    monkeypatch.setattr(outbox, "rebuild", lambda: pytest.fail("there may be a good index on it"))
    assert "simpler way" in as_user(user).get("/en/search/?q=permit").content.decode()
