"""An index of its own for each test, and short ways to fill and ask it."""

import contextlib
import os
import uuid

import pytest
from bs4 import BeautifulSoup
from elasticsearch import Elasticsearch
from wagtail.blocks import StreamValue

from guidelines.models import ManualIndexPage
from search import outbox
from tests.factories import ChapterFactory, ManualFactory
from tests.requirements import need


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path, monkeypatch):
    """Nothing is found that another test indexed, and nothing remembers when it last looked."""
    settings.SEARCH_INDEX_PATH = str(tmp_path / "search")
    fresh = {"drained_at": float("-inf"), "looked_at": float("-inf"), "failed_at": float("-inf"), "dirty": False}
    monkeypatch.setattr(outbox, "_process", fresh)


@pytest.fixture(scope="session")
def server():
    """The address of the Elasticsearch that tests may use, ``http://host:port``."""
    url = os.environ.get("ELASTICSEARCH_TEST_URL", "")
    need(url, "an Elasticsearch 9 to test with (ELASTICSEARCH_TEST_URL; see docs/search.md)")
    return url.rstrip("/")


@contextlib.contextmanager
def own_indices(server: str):
    """``SEARCH_URL`` for indices that nobody else has, and that are gone after the block."""
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    # A machine that runs tests on all its processors is slower than one that serves readers.
    yield f"{server.replace('http://', 'elasticsearch://')}/{prefix}?timeout=20&replicas=0"
    with Elasticsearch(server, request_timeout=30) as client:
        if left := list(client.indices.get(index=f"{prefix}-*", features="aliases")):
            client.indices.delete(index=left)


@pytest.fixture
def server_address(server):
    """``SEARCH_URL`` for indices that are this test's own, and gone after it."""
    with own_indices(server) as address:
        yield address


@pytest.fixture(params=["embedded", "elasticsearch"])
def search_engine(request, settings):
    """For a test that goes through the settings: run once on each engine."""
    if request.param == "elasticsearch":
        settings.SEARCH_URL = request.getfixturevalue("server_address")
    return request.param


@pytest.fixture
def handbook(trunk):
    """The Dutch handbook page of the standing tree."""
    return trunk(ManualIndexPage)


@pytest.fixture
def manual(handbook):
    """A Dutch manual."""
    return ManualFactory(parent=handbook, title="Sociale media", slug="sociale-media", locale=handbook.locale)


@pytest.fixture
def make_chapter(manual):
    """``make_chapter("Title", "<p>text</p>" or [("heading", {...}), ...], parent=..., **fields)``, live."""

    def make(title: str, body="", parent=None, **fields):
        parent = parent or manual
        blocks = [("rich_text", body)] if isinstance(body, str) and body else body or []
        chapter = ChapterFactory(parent=parent, title=title, locale=parent.locale, **fields)
        chapter.body = type(chapter).body.field.to_python([{"type": kind, "value": value} for kind, value in blocks])
        assert isinstance(chapter.body, StreamValue)
        chapter.save()
        return chapter

    return make


@pytest.fixture
def ask(as_user, user):
    """``ask("words", as_=user, language="nl", **parameters)``: the result page, parsed; asserts that it answers."""

    def get(query: str, as_=None, language: str = "nl", **parameters):
        response = as_user(as_ or user).get(f"/{language}/search/", {"q": query, **parameters})
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return get


@pytest.fixture
def titles(ask):
    """The same, but only the titles found."""

    def get(query: str, **parameters) -> list[str]:
        return [link.get_text() for link in ask(query, **parameters).select("li.result h3 a")]

    return get
