"""What is offered while somebody types."""

import pytest
from bs4 import BeautifulSoup

from search import outbox, views

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggest(as_user, user):
    """``suggest("typ", language="nl")``: the links offered, without the one to all results."""

    def get(query: str, language: str = "nl", **parameters):
        response = as_user(user).get(f"/{language}/search/suggest/", {"q": query, **parameters})
        return BeautifulSoup(response.content, "html.parser").select("[role=group] a[role=option]")

    return get


def test_half_a_word_is_enough(make_chapter, suggest):
    chapter = make_chapter("Toestemming vragen", "<p>x</p>")
    outbox.rebuild()
    (link,) = suggest("toes")
    assert link["href"] == chapter.get_url()
    assert link.select_one("strong").get_text() == "Toestemming vragen"


@pytest.mark.usefixtures("search_engine")
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
    assert html.select_one("#suggest-page-list[role=listbox]")["data-status"] == "1 suggestion"


def test_the_last_option_is_to_search_for_what_was_typed(make_chapter, as_user, user):
    make_chapter("Toestemming", "<p>x</p>")
    outbox.rebuild()
    html = BeautifulSoup(as_user(user).get("/en/search/suggest/", {"q": "toes & co"}).content, "html.parser")
    assert html.select("[role=option]")[-1]["href"] == "/en/search/?q=toes%20%26%20co"


def test_options_stand_in_named_groups_and_each_has_an_id_of_its_own(make_chapter, as_user, user):
    for number in range(3):
        make_chapter(f"Toestemming {number}", "<p>x</p>")
    outbox.rebuild()
    html = BeautifulSoup(as_user(user).get("/en/search/suggest/?q=toestem").content, "html.parser")
    for group in html.select("[role=listbox] [role=group]"):
        assert html.select_one(f"#{group['aria-labelledby']}").get_text() == "Pages"
    ids = [option["id"] for option in html.select("[role=option]")]
    assert len(ids) == 4 == len(set(ids))


def test_what_is_called_exactly_so_comes_first(make_chapter, suggest):
    for number in range(8):
        make_chapter(f"Verlof verlof verlof {number}", "<p>verlof</p>")
    chapter = make_chapter("Verlof", "<p>x</p>")
    outbox.rebuild()
    assert suggest("verlof")[0]["href"] == chapter.get_url()


def test_who_asks_too_often_gets_nothing_and_no_fault(make_chapter, suggest, monkeypatch):
    make_chapter("Toestemming", "<p>x</p>")
    outbox.rebuild()
    monkeypatch.setattr(views, "MOST_SUGGESTIONS_A_MINUTE", 2)
    assert [len(suggest("toestem")) for _time in range(4)] == [1, 1, 0, 0]


@pytest.mark.parametrize("address", ["/nl/", "/nl/search/"])
def test_every_search_box_works_without_scripts_and_asks_for_suggestions(as_user, user, address):
    page = BeautifulSoup(as_user(user).get(address).content, "html.parser")
    form = page.select_one("form[role=search]")
    box = form.select_one("input[name=q]")
    assert form["action"] == "/nl/search/" and form.get("method", "get") == "get"
    assert form["data-suggest"] == "/nl/search/suggest/"
    assert page.select_one(f"#suggest-{form['data-box']}") is not None
    assert page.select_one(f"#suggest-{form['data-box']}-status[role=status]") is not None
    # Only the script makes it a combobox: without it that would promise a list that never comes.
    assert box.get("role") is None and page.select_one('script[src*="suggest"][defer]') is not None
