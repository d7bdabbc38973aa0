"""A search tells nothing of pages the reader may not see."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from wagtail.models import Locale, Page, PageViewRestriction

from search import outbox

pytestmark = pytest.mark.django_db

SECRET = "reorganisatieplan"


@pytest.fixture
def group(db):
    """Who may read the closed pages."""
    return Group.objects.create(name="Directie")


@pytest.fixture
def close(group):
    """``close(page)``: only for the group."""

    def restrict(page):
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
        restriction.groups.add(group)

    return restrict


@pytest.fixture
def insider(make_user):
    """Somebody of the group."""
    return make_user(groups=["Directie"])


@pytest.fixture
def closed_pages(manual, make_chapter, close, settings, request):
    """The page asked for (``request.param``): (what, when, engine); restricted before or after it was indexed."""
    what, when, engine = request.param
    if engine == "elasticsearch":
        settings.SEARCH_URL = request.getfixturevalue("server_address")
    page = make_chapter(f"Het {SECRET}", f"<p>{SECRET} in het kort</p>", slug="plan")
    english = Locale.objects.get(language_code="en")
    wanted = page
    if what == "alias":
        page.copy_for_translation(english, copy_parents=True, alias=True)
    elif what == "translation":
        wanted = page.copy_for_translation(english, copy_parents=True)
        wanted.title = f"The {SECRET} in English"
        wanted.save_revision().publish()
    elif what == "child":
        wanted = make_chapter(f"Bijlage {SECRET}", f"<p>{SECRET}</p>", parent=page)
    if when == "before":
        close(page)
        outbox.rebuild()
    else:
        outbox.rebuild()
        close(page)
    return Page.objects.get(pk=wanted.pk)


MATRIX = pytest.mark.parametrize(
    "closed_pages",
    [
        *(
            (what, when, "embedded")
            for what in ("page", "alias", "translation", "child")
            for when in ("before", "after")
        ),
        # The rule is the same; what an engine does with a scope differs only in these.
        ("translation", "before", "elasticsearch"),
        ("child", "after", "elasticsearch"),
    ],
    indirect=True,
    ids=lambda param: "-".join(param),
)


@MATRIX
def test_a_closed_page_is_in_no_result_and_no_count(closed_pages, ask):
    for language in ("nl", "en"):
        page = ask(f"{SECRET} kort", language=language)
        assert page.select("li.result") == []
        assert all("/plan/" not in link["href"] for link in page.select("a[href]"))
        assert {count.get_text(strip=True) for count in page.select(".chip .num")} <= {"0"}
        assert f"Het {SECRET}" not in page.get_text() and f"Bijlage {SECRET}" not in page.get_text()


@MATRIX
def test_a_closed_page_is_no_suggestion_and_no_correction(closed_pages, as_user, user):
    client = as_user(user)
    for language in ("nl", "en"):
        for typed in (SECRET, SECRET[:9], SECRET[:-1] + "m"):
            offered = BeautifulSoup(client.get(f"/{language}/search/suggest/", {"q": typed}).content, "html.parser")
            assert offered.select("[role=group]") == []
            html = client.get(f"/{language}/search/", {"q": typed}).content.decode()
            assert 'class="result"' not in html
            if typed != SECRET:
                assert SECRET not in html


@MATRIX
def test_who_may_read_it_finds_it(closed_pages, ask, insider, as_user):
    titles = [link.get_text() for link in ask(SECRET, as_=insider).select("li.result h3 a")]
    assert any(SECRET in title for title in titles)
    offered = BeautifulSoup(as_user(insider).get("/nl/search/suggest/", {"q": SECRET[:9]}).content, "html.parser")
    assert SECRET in offered.select_one("[role=group]").get_text()


@pytest.mark.usefixtures("search_engine")
def test_the_numbers_are_those_of_the_reader(make_chapter, close, ask, insider):
    make_chapter("Open", "<p>vergunning</p>")
    close(make_chapter("Dicht", "<p>vergunning</p>"))
    outbox.rebuild()
    numbers = {
        who: [count.get_text(strip=True) for count in ask("vergunning", as_=reader).select(".chip .num")][:2]
        for who, reader in (("reader", None), ("insider", insider))
    }
    assert numbers == {"reader": ["1", "1"], "insider": ["2", "2"]}


def test_the_sentence_of_a_closed_page_is_never_shown_from_a_cache(make_chapter, close, ask, insider):
    close(make_chapter("Dicht", f"<p>vergunning voor {SECRET}</p>"))
    make_chapter("Open", "<p>vergunning</p>")
    outbox.rebuild()
    assert SECRET in ask("vergunning", as_=insider).get_text()
    assert SECRET not in ask("vergunning").get_text()


@pytest.mark.usefixtures("search_engine")
def test_a_page_closed_between_two_readings_is_gone_at_once(make_chapter, close, titles):
    page = make_chapter("Eerst open", "<p>vergunning</p>")
    outbox.rebuild()
    assert titles("vergunning") == ["Eerst open"]
    close(page)
    assert titles("vergunning") == []


@pytest.mark.usefixtures("search_engine")
def test_an_unpublished_page_is_gone_before_the_index_knows(make_chapter, titles):
    page = make_chapter("Eerst open", "<p>vergunning</p>")
    outbox.rebuild()
    assert titles("vergunning") == ["Eerst open"]
    page.unpublish()
    assert titles("vergunning") == []


def test_a_page_taken_off_line_behind_everybodys_back_is_not_shown(make_chapter, titles):
    page = make_chapter("Eerst open", "<p>vergunning</p>")
    outbox.rebuild()
    assert titles("vergunning") == ["Eerst open"]
    Page.objects.filter(pk=page.pk).update(live=False)
    assert titles("vergunning") == []


def test_a_draft_is_not_found(make_chapter, titles):
    page = make_chapter("Klaar", "<p>vergunning</p>")
    page.title = "Kanarie"
    page.save_revision()
    make_chapter("Concept kanarie", "<p>kanarie</p>", live=False)
    outbox.rebuild()
    assert titles("kanarie") == []


def test_a_stranger_signs_in_first(client):
    for address in ("/nl/search/?q=verlof", "/nl/search/suggest/?q=verlof"):
        response = client.get(address)
        assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")
