"""The frame around every page: menus, languages, settings, parts other pages are built from."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from wagtail.models import PageViewRestriction

from base.models import HouseStyle
from guidelines.models import ManualIndexPage
from home.models import NewsIndexPage


def soup(response) -> BeautifulSoup:
    """The page, parsed."""
    return BeautifulSoup(response.content, "html.parser")


def test_the_menu_marks_where_the_reader_is(as_user, user):
    client = as_user(user)
    page = soup(client.get("/nl/handboek/"))
    current = page.select(".site-nav [aria-current]")
    assert [(link["href"], link["aria-current"]) for link in current] == [("/nl/handboek/", "page")]
    assert [link["href"] for link in page.select(".bottom-nav [aria-current]")] == ["/nl/handboek/"]
    below = soup(client.get("/nl/handboek/is-er-niet/"))
    assert below.select_one(".site-nav [aria-current]")["aria-current"] == "true"
    assert soup(client.get("/nl/")).select_one(".site-nav [aria-current]")["href"] == "/nl/"


def test_a_phone_has_five_places_and_the_sheet_has_everything(as_user, user):
    page = soup(as_user(user).get("/nl/"))
    assert len(page.select(".bottom-nav li")) == 5
    sheet = page.select_one("#menu")
    assert sheet.has_attr("popover") and page.select_one(".bottom-nav button")["popovertarget"] == "menu"
    links = {link["href"] for link in sheet.select("a")}
    assert {link["href"] for link in page.select(".site-nav a")} < links and "/nl/settings/" in links
    assert sheet.select_one('form[method="post"][action="/accounts/logout/"] [name="csrfmiddlewaretoken"]')


def test_a_closed_section_is_in_nobody_elses_menu(as_user, user, make_user, trunk):
    group = make_user(groups=["Board"]).groups.get()
    PageViewRestriction.objects.create(page=trunk(NewsIndexPage), restriction_type="groups").groups.add(group)
    insider = make_user()
    insider.groups.add(group)
    # Twice each way round: what is cached for one must never reach the other.
    for reader, sees in ((user, False), (insider, True), (user, False), (insider, True)):
        html = as_user(reader).get("/nl/").content.decode()
        assert ("/nl/nieuws/" in html) is sees


def test_nothing_of_one_person_is_in_anothers_frame(as_user, make_user):
    one, other = make_user(first_name="Quirine"), make_user(first_name="Xandra")
    as_user(one).get("/nl/")
    html = as_user(other).get("/nl/").content.decode()
    assert "Quirine" not in html and other.initials in html


def test_the_switch_keeps_the_reader_on_the_same_page(as_user, user):
    client = as_user(user)
    page = soup(client.get("/en/handbook/"))
    dutch = page.select_one('.lang a[lang="nl"]')
    assert dutch["href"] == "/nl/handboek/" and dutch["hreflang"] == "nl"
    assert page.select_one('.lang a[lang="en"]')["aria-current"] == "true"
    assert soup(client.get("/en/settings/")).select_one('.lang a[lang="nl"]')["href"] == "/nl/settings/"


def test_where_the_other_language_has_no_page_the_switch_leads_to_its_front_page_and_says_so(as_user, user, trunk):
    trunk(ManualIndexPage, "en").unpublish()
    client = as_user(user)
    link = soup(client.get("/nl/handboek/")).select_one('.lang a[lang="en"]')
    assert link["href"] == "/en/?untranslated=1"
    assert soup(client.get(link["href"])).select_one(".lang-notice [role=status]")


def test_a_page_in_the_other_language_says_so_and_marks_its_text(as_user, user, trunk):
    from tests.factories import ManualFactory

    manual = trunk(ManualIndexPage).add_child(instance=ManualFactory.build(title="Handleiding pompen"))
    manual.save_revision().publish()
    alias = manual.get_translations().first()
    page = soup(as_user(user).get(alias.get_url()))
    assert page.html["lang"] == "en"
    assert page.main["lang"] == "nl" or page.main.select_one('[lang="nl"]')
    assert page.select_one(".lang-notice")["lang"] == "en"


def test_preferences_are_kept_and_used_at_once(as_user, user):
    client = as_user(user)
    response = client.post("/nl/settings/", {"locale": "en", "theme": "dark", "time_zone": "Europe/Lisbon"})
    assert response["Location"] == "/en/settings/"
    user.refresh_from_db()
    assert (user.locale, user.theme, user.time_zone) == ("en", "dark", "Europe/Lisbon")
    page = soup(client.get("/en/settings/"))
    assert page.html["data-theme"] == "dark" and page.select_one(".toast")
    assert not soup(client.get("/en/settings/")).select_one(".toast")


@pytest.mark.parametrize("wrong", [{"locale": "xx"}, {"theme": "pink"}, {"time_zone": "Mars/Base"}, {"locale": ""}])
def test_wrong_preferences_are_refused_beside_their_field(as_user, user, wrong):
    data = {"locale": "nl", "theme": "", "time_zone": "Europe/Amsterdam", **wrong}
    response = as_user(user).post("/nl/settings/", data)
    page = soup(response)
    assert response.status_code == 200 and page.select_one(".error-summary a")
    (name,) = wrong
    target = page.select_one(".error-summary a")["href"].lstrip("#")
    assert page.find(id=target), "the line in the summary leads nowhere"
    assert page.find(id=f"id_{name}_error")
    user.refresh_from_db()
    assert (user.locale, user.theme, user.time_zone) == ("nl", "", "Europe/Amsterdam")


def test_without_a_choice_the_page_follows_the_device(as_user, user):
    assert not soup(as_user(user).get("/nl/settings/")).html.has_attr("data-theme")


def test_the_footer_says_who_helps(as_user, user):
    HouseStyle.objects.create(contact_name="ICT-helpdesk", contact_phone="+31 88 000 40 40", contact_email="ict@x.nl")
    footer = soup(as_user(user).get("/nl/")).footer
    assert footer.select_one('a[href="tel:+31880004040"]') and "ICT-helpdesk" in footer.text


def test_a_warm_frame_asks_nothing_but_session_user_and_stamp(as_user, user, django_assert_num_queries):
    client = as_user(user)
    client.get("/nl/settings/")
    # Two more for this page's own question whether the reader has the editors' desk.
    with django_assert_num_queries(3 + 2):
        client.get("/nl/settings/?again")


def numbered(page: int, query: str = "") -> BeautifulSoup:
    """Pagination of a hundred things, as on page ``page``."""
    request = RequestFactory().get(f"/nl/search/?{query}")
    request.user = AnonymousUser()
    page_obj = Paginator(range(100), 10).get_page(page)
    html = render_to_string("components/pagination.html", {"page_obj": page_obj}, request=request)
    return BeautifulSoup(html, "html.parser")


def test_pages_keep_the_rest_of_the_address(db):
    links = numbered(5, "q=pomp+nacht&type=story&page=5").select("a")
    assert "?q=pomp+nacht&type=story&page=4" in [link["href"] for link in links]


def test_the_first_page_has_no_previous_and_the_last_no_next(db):
    assert not numbered(1).select("[rel=prev]") and not numbered(10).select("[rel=next]")
    assert numbered(1).select_one("[aria-current]").text.strip().endswith("1")
