"""An index of its own for each test, and short ways to fill and ask it."""

import pytest
from bs4 import BeautifulSoup
from wagtail.blocks import StreamValue

from guidelines.models import ManualIndexPage
from search import outbox
from tests.factories import ChapterFactory, ManualFactory


@pytest.fixture(autouse=True)
def _own_index(settings, tmp_path, monkeypatch):
    """Nothing is found that another test indexed, and nothing remembers when it last looked."""
    settings.SEARCH_INDEX_PATH = str(tmp_path / "search")
    fresh = {"drained_at": float("-inf"), "looked_at": float("-inf"), "failed_at": float("-inf"), "dirty": False}
    monkeypatch.setattr(outbox, "_process", fresh)


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
