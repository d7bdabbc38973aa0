"""Words of drafts and closed pages never reach a reader, whichever page type they are in."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Group
from pypdf import PdfReader
from wagtail.models import PageViewRestriction

from tests.crawl import crawl
from tests.factories import UserFactory
from tests.project.conftest import make_page, page_types

pytestmark = pytest.mark.django_db

# The reader searches for the first word, which the page repeats; the second can only come from a page.
ASKED, HIDDEN = "zwartepiste", "verborgenschat"
WORDS = f"{ASKED} {HIDDEN}"
STARTS = [
    "/nl/",
    "/en/",
    *(
        f"/{language}/search/{what}?q={word}"
        for language in ("nl", "en")
        for what in ("", "suggest/")
        for word in (ASKED, ASKED[:5], "verborgen", HIDDEN[:9])
    ),
]


def _where_it_shows(client) -> list[str]:
    answers = crawl(client, STARTS)
    assert sum(response.status_code == 200 for response in answers.values()) > 20
    return [
        address for address, response in answers.items() if not response.streaming and HIDDEN in _words_of(response)
    ]


def _words_of(response) -> str:
    if response["Content-Type"] == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    return response.content.decode()


def _draft(model):
    make_page(model, WORDS, live=False)


def _change_not_published(model):
    page = make_page(model, "Zichtbaar")
    page.title = page.draft_title = page.summary = WORDS
    page.save_revision()


def _published_later(model):
    page = make_page(model, WORDS, live=False)
    page.go_live_at = "2099-01-01T00:00:00Z"
    page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live


def _withdrawn(model):
    make_page(model, WORDS).unpublish()


def _closed(model):
    page = make_page(model, WORDS)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.get_or_create(name="Board")[0])


@pytest.mark.parametrize("hide", [_draft, _change_not_published, _published_later, _withdrawn, _closed])
def test_a_reader_never_meets_the_words(as_user, indexed, hide):
    for model in page_types():
        hide(model)
    indexed()
    assert _where_it_shows(as_user(UserFactory())) == []


def test_the_crawl_would_notice(as_user, indexed):
    for model in page_types():
        _closed(model)
    indexed()
    shown = _where_it_shows(as_user(UserFactory(groups=["Board"])))
    assert any("/search/?" in address for address in shown)
    assert any("pdf=1" in address for address in shown)
    assert any("/nl/" in address and "search" not in address for address in shown)
