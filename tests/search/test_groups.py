"""What is found besides pages stands in groups of its own, of what this reader may see."""

import pytest
from bs4 import BeautifulSoup
from django.utils.html import format_html

from people.models import User
from search import outbox, sources
from search.documents import Collection, Document, Scope
from search.kinds import OTHER
from search.results import Result
from search.sources import Source, register

pytestmark = pytest.mark.django_db


def _source(collection: Collection, label: str) -> Source:
    """Colleagues as they might be found; who is called Geheim only by themselves."""

    def documents(pks):
        for user in User.objects.filter(pk__in=pks):
            yield Document(pk=user.pk, language="nl", title=user.get_full_name(), sections=(), version=1)

    def scope(user):
        secret = User.objects.filter(last_name="Geheim").exclude(pk=user.pk)
        return Scope(hidden=frozenset(secret.values_list("pk", flat=True)))

    def results(pks, plan, user):
        shown = User.objects.filter(pk__in=pks).exclude(pk__in=scope(user).hidden).in_bulk(pks)
        return [
            Result(
                pk,
                format_html("<mark>{}</mark>", shown[pk].get_full_name()),
                f"/people/{pk}/",
                "nl",
                "nl",
                OTHER,
                (),
                "",
            )
            for pk in pks
            if pk in shown
        ]

    def versions():
        return dict.fromkeys(User.objects.values_list("pk", flat=True), 1)

    return Source(collection, label, "user", "search/_result.html", versions, documents, scope, results)


@pytest.fixture(params=[Collection.PEOPLE, Collection.DOCUMENTS])
def collection(request, monkeypatch):
    """One source besides pages."""
    monkeypatch.setattr(sources, "_sources", {Collection.PAGES: sources.source_of(Collection.PAGES)})
    register(_source(request.param, "Anderen"))
    return request.param


def in_group(page, collection) -> list[str]:
    return [link.get_text() for link in page.select(f"section[aria-labelledby=in-{collection}] h3 a")]


def test_a_group_shows_the_best_and_leads_to_all(collection, make_user, make_chapter, ask):
    for number in range(12):
        make_user(first_name="Yara", last_name=f"Brouwer{number}")
    make_chapter("Yara vertelt", "<p>x</p>")
    outbox.rebuild()
    page = ask("yara", language="en")
    assert len(in_group(page, collection)) == 3
    link = page.select_one(f"section[aria-labelledby=in-{collection}] a[href*='in=']")
    assert link["href"] == f"?q=yara&in={collection}" and link.get_text().startswith("See all 12")
    rest = ask("yara", language="en", **{"in": collection.value, "page": "2"})
    assert len(rest.select("li.result")) == 2
    assert rest.select_one("main a[href='?q=yara']") is not None


def test_a_group_has_nothing_of_what_may_not_be_seen(collection, make_user, make_chapter, ask, as_user, user):
    secret = make_user(first_name="Yara", last_name="Geheim")
    make_chapter("Verlof", "<p>yara</p>")
    outbox.rebuild()
    for typed in ("yara geheim", "geheim", "gehei"):
        for parameters in ({}, {"in": collection.value}):
            assert "Yara" not in ask(typed, **parameters).select_one("main").get_text()
        assert "Yara" not in as_user(user).get("/nl/search/suggest/", {"q": typed}).content.decode()
    assert in_group(ask("yara geheim", as_=secret), collection) == ["Yara Geheim"]


def test_a_name_of_which_little_fits_isnt_shown(collection, make_user, make_chapter, ask):
    make_user(first_name="Yara", last_name="Brouwer")
    make_chapter("Verlof", "<p>vakantie aanvragen kan met dit formulier, vraag het yara</p>")
    outbox.rebuild()
    assert in_group(ask("vakantie aanvragen formulier yara"), collection) == []


def test_they_are_suggested_in_their_own_group(collection, make_user, make_chapter, as_user, user):
    make_user(first_name="Yara", last_name="Brouwer")
    make_chapter("Yara Brouwer vertelt", "<p>x</p>")
    outbox.rebuild()
    html = BeautifulSoup(as_user(user).get("/en/search/suggest/?q=yara+brouwer").content, "html.parser")
    labels = [label.get_text() for label in html.select("[role=group] > p")]
    option = html.select_one(f"#suggest-top-{collection}-1")
    assert option["href"].startswith("/people/") and option.select("mark") == []
    # Who is called exactly so comes before all pages.
    assert labels == (["Anderen", "Pages"] if collection == Collection.PEOPLE else ["Pages", "Anderen"])


@pytest.mark.parametrize("name", ["pages", "nonsense", "\x00", "questions", "<b>"])
def test_a_group_that_is_not_there_shows_the_pages(collection, make_chapter, titles, name):
    make_chapter("Verlof", "<p>x</p>")
    outbox.rebuild()
    assert titles("verlof", **{"in": name}) == ["Verlof"]


def test_where_no_page_fits_what_was_found_comes_first_and_nothing_says_there_is_nothing(
    collection, make_user, make_chapter, ask
):
    make_user(first_name="Yara", last_name="Brouwer")
    make_chapter("Verlof", "<p>x</p>")
    outbox.rebuild()
    page = ask("yara", language="en")
    assert in_group(page, collection) == ["Yara Brouwer"]
    text = page.select_one("main").get_text(" ")
    assert "No pages found for ‘yara’, but we did find this." in text
    assert "We found nothing" not in text and "Nothing found" not in page.title.get_text()
    assert page.select_one("#not-there") is not None


def test_the_way_to_the_question_desk_stands_below_all_that_was_found(collection, make_user, make_chapter, ask):
    make_user(first_name="Yara", last_name="Brouwer")
    make_chapter("Yara vertelt", "<p>x</p>")
    outbox.rebuild()
    marks = [tag["id"] for tag in ask("yara", language="en").select(f"#res, #in-{collection}, #not-there")]
    assert marks[-1] == "not-there" and len(marks) == 3
