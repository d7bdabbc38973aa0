"""What is offered while somebody types."""

import pytest
from bs4 import BeautifulSoup

from search import outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggest(as_user, user):
    """``suggest("typ", language="nl")``: the links offered."""

    def get(query: str, language: str = "nl", **parameters):
        response = as_user(user).get(f"/{language}/search/suggest/", {"q": query, **parameters})
        return BeautifulSoup(response.content, "html.parser").select("a")

    return get


def test_half_a_word_is_enough(make_chapter, suggest):
    chapter = make_chapter("Toestemming vragen", "<p>x</p>")
    outbox.rebuild()
    (link,) = suggest("toes")
    assert link["href"] == chapter.get_url()
    assert link.select_one("strong").get_text() == "Toestemming vragen"


def test_titles_come_before_texts(make_chapter, suggest):
    make_chapter("Iets anders", "<p>" + "toestemming " * 20 + "</p>")
    make_chapter("Een lange titel over van alles en nog wat met toestemming erin", "<p>x</p>")
    outbox.rebuild()
    assert "lange titel" in suggest("toestemming")[0].get_text()


def test_one_letter_suggests_nothing(make_chapter, suggest):
    make_chapter("Toestemming", "<p>x</p>")
    outbox.rebuild()
    assert suggest("t") == []


def test_there_are_at_most_six(make_chapter, suggest):
    for number in range(9):
        make_chapter(f"Toestemming {number}", "<p>x</p>")
    outbox.rebuild()
    assert len(suggest("toestem")) == 6


def test_each_tells_its_kind_in_a_word(make_chapter, suggest):
    make_chapter("Toestemming", "<p>x</p>")
    outbox.rebuild()
    assert suggest("toestem", language="en")[0].get_text(strip=True).startswith("Handbook:")


def test_the_number_is_said_to_who_cant_see_the_list(make_chapter, as_user, user):
    make_chapter("Toestemming", "<p>x</p>")
    outbox.rebuild()
    html = BeautifulSoup(as_user(user).get("/en/search/suggest/?q=toestem&box=page").content, "html.parser")
    status = html.select_one("#suggest-page-status")
    assert status["hx-swap-oob"] == "innerHTML" and status.get_text() == "1 suggestion"


@pytest.mark.parametrize("address", ["/nl/", "/nl/search/"])
def test_every_search_box_works_without_scripts_and_asks_for_suggestions(as_user, user, address):
    page = BeautifulSoup(as_user(user).get(address).content, "html.parser")
    form = page.select_one("form[role=search]")
    box = form.select_one("input[name=q]")
    assert form["action"] == "/nl/search/" and form.get("method", "get") == "get"
    assert box["hx-get"] == "/nl/search/suggest/"
    assert page.select_one(box["hx-target"]) is not None
    assert page.select_one('script[src*="htmx"][defer]') is not None
    assert '"allowEval": false' in page.select_one("meta[name=htmx-config]")["content"]
