"""The admin's own search boxes, which look in the database."""

import pytest
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.django_db, pytest.mark.admin_search]

QUERIES = ['"', 'foto "van', '"een "twee" drie', "\x00", " ", "*", "a AND", "woord " * 2000, "x" * 5000, "'", "(", "🦊"]


@pytest.mark.parametrize(
    "address",
    [
        "/admin/pages/search/",
        "/admin/images/",
        "/admin/documents/",
        "/admin/choose-page/search/",
        "/admin/images/chooser/results/",
        "/admin/documents/chooser/results/",
        "/admin/colleague_chooser/results/",
    ],
)
def test_whatever_an_editor_types_has_an_answer(as_user, make_user, address):
    client = as_user(make_user(is_superuser=True))
    answers = {query: client.get(address, {"q": query}).status_code for query in QUERIES}
    assert {query: status for query, status in answers.items() if status != 200} == {}


def test_an_exact_phrase_can_still_be_asked_for(as_user, make_user, make_chapter):
    make_chapter("Rode fiets", "<p>x</p>")
    make_chapter("Fiets rode", "<p>x</p>")
    client = as_user(make_user(is_superuser=True))
    page = BeautifulSoup(client.get("/admin/pages/search/", {"q": '"rode fiets"'}).content, "html.parser")
    assert "Rode fiets" in page.get_text() and "Fiets rode" not in page.get_text()
