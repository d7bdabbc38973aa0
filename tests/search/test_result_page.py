"""The page with results."""

import datetime
import shutil

import pytest
from django.utils import timezone
from wagtail.models import Locale, Page

from base.models import HouseStyle
from guidelines.models import ManualIndexPage
from home.models import NewsIndexPage
from search import outbox, views
from search.facts import facts_of, pages_and_twins
from search.results import opened_pages
from stories.models import StoryIndexPage
from tests.factories import ManualFactory, NewsFactory, StoryFactory

pytestmark = pytest.mark.django_db


def test_the_sentence_found_is_shown_with_its_words_marked(make_chapter, ask):
    make_chapter("Foto's", "<p>Eerst iets anders. Vraag de klant om toestemming. En nog iets.</p>")
    outbox.rebuild()
    snippet = ask("toestemming klanten").select_one("li.result > p:nth-of-type(2)")
    assert snippet.get_text().startswith("Vraag de klant om toestemming.")
    assert [mark.get_text() for mark in snippet.select("mark")] == ["klant", "toestemming"]


def test_the_sentence_is_one_with_the_words_though_a_heading_fits_better(make_chapter, ask):
    make_chapter(
        "Regels",
        [
            ("heading", {"text": "Parkeren parkeren", "level": "2", "anchor": "a"}),
            ("rich_text", "<p>Zie de kaart.</p>"),
            ("heading", {"text": "Anders", "level": "2", "anchor": "b"}),
            ("rich_text", "<p>Wie met de auto komt mag hier ook een tijdje parkeren, als er plaats is.</p>"),
        ],
    )
    outbox.rebuild()
    assert ask("parkeren").select_one("li.result > p:nth-of-type(2) mark").get_text() == "parkeren"


def test_text_of_a_page_is_escaped(make_chapter, as_user, user):
    make_chapter("<script>alert(1)</script> gevaar", "<p>gevaar &lt;img src=x onerror=alert(2)&gt; &amp;</p>")
    outbox.rebuild()
    html = as_user(user).get("/nl/search/?q=gevaar").content.decode()
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "&lt;script&gt;" in html and "&lt;img src=x" in html


def test_a_query_is_escaped(as_user, user):
    outbox.rebuild()
    html = as_user(user).get("/nl/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in html


@pytest.mark.usefixtures("search_engine")
def test_a_result_leads_to_the_sections_found(make_chapter, ask):
    chapter = make_chapter(
        "Foto's",
        [
            ("heading", {"text": "Bij een klant thuis", "level": "2", "anchor": "thuis"}),
            ("rich_text", "<p>Vraag toestemming.</p>"),
            ("heading", {"text": "Op kantoor", "level": "2", "anchor": "kantoor"}),
            ("rich_text", "<p>Ga je gang.</p>"),
        ],
    )
    outbox.rebuild()
    links = [link["href"] for link in ask("klant toestemming").select(".result__deep a")]
    assert links == [f"{chapter.get_url()}#thuis"]


def test_a_result_tells_its_kind_its_manual_who_answers_for_it_and_when_it_was_checked(
    manual, make_chapter, make_user, ask
):
    manual.owner_colleague = make_user(first_name="Joost", last_name="van Leeuwen")
    manual.save()
    make_chapter("Foto's", "<p>camera</p>", reviewed_on=datetime.date(2026, 9, 2), review_by=datetime.date(2020, 1, 1))
    outbox.rebuild()
    result = ask("camera", language="en").select_one("li.result")
    assert result.select_one(".kicker").get_text().endswith(", Sociale media")
    meta = result.select_one(".meta").get_text(" ")
    assert "2 September 2026" in meta and "Joost van Leeuwen" in meta
    assert "Not checked since" in result.select_one(".tag--sun").get_text()


def test_news_and_stories_tell_when_and_by_whom(trunk, make_user, ask):
    author = make_user(first_name="Daan", last_name="Smit")
    for factory, parent in ((NewsFactory, trunk(NewsIndexPage)), (StoryFactory, trunk(StoryIndexPage))):
        page = factory(
            parent=parent,
            locale=parent.locale,
            title="Nachtdienst",
            author=author,
            date=timezone.make_aware(datetime.datetime(2026, 10, 12, 23, 30)),
        )
        page.save_revision().publish()
    outbox.rebuild()
    for result in ask("nachtdienst").select("li.result"):
        assert result.select_one("time")["datetime"] == "2026-10-12"
        assert "Daan Smit" in result.select_one(".meta").get_text()


def test_every_page_type_is_found(trunk, ask):
    outbox.rebuild()
    titles = {
        link.get_text() for link in ask("handboek verhalen nieuws mijn start ons verhaal").select("li.result h3 a")
    }
    assert {"Handboek", "Verhalen", "Nieuws", "Mijn start", "Ons verhaal"} <= titles


@pytest.mark.usefixtures("search_engine")
def test_results_are_narrowed_by_kind(trunk, make_chapter, ask, titles):
    news = trunk(NewsIndexPage)
    NewsFactory(parent=news, locale=news.locale, title="Vergunning verleend")
    make_chapter("Vergunning aanvragen", "<p>x</p>")
    outbox.rebuild()
    counts = {
        chip.contents[0].strip(): chip.select_one(".num").get_text(strip=True)
        for chip in ask("vergunning", language="en").select("nav.scroller .chip")
    }
    # A kind without a result isn't offered.
    assert counts == {"All": "2", "Handbook": "1", "News": "1"}
    assert titles("vergunning", kind="news") == ["Vergunning verleend"]
    assert set(titles("vergunning", kind=["news", "handbook"])) == {"Vergunning verleend", "Vergunning aanvragen"}


def test_what_narrows_the_search_can_be_taken_away(make_chapter, ask):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    page = ask("vergunning", kind="handbook", language_="nl")
    chosen = page.select("p.cluster a.chip")
    assert [chip["href"] for chip in chosen] == ["?q=vergunning"]


def test_a_choice_without_a_result_still_offers_the_way_back(make_chapter, ask):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    page = ask("vergunning", kind="stories")
    assert page.select("li.result") == []
    assert page.select_one("#try") is not None
    assert "?q=vergunning" in {link["href"] for link in page.select("main .rows a")}


@pytest.fixture
def both_languages(manual, make_chapter):
    """A Dutch chapter and its English translation that share the word laptop."""
    chapter = make_chapter("Een laptop", "<p>laptop voor iedereen</p>")
    twin = chapter.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    twin.title = "A laptop"
    twin.save_revision().publish()
    outbox.rebuild()
    return chapter, twin


@pytest.mark.usefixtures("search_engine")
@pytest.mark.parametrize(("language", "title"), [("nl", "Een laptop"), ("en", "A laptop")])
def test_of_two_translations_the_readers_is_shown(both_languages, titles, language, title):
    assert titles("laptop", language=language) == [title]


def test_the_other_language_can_be_asked_for(both_languages, ask, as_user, user):
    response = as_user(user).get("/nl/search/?q=laptop&language=en").content.decode()
    assert "A laptop".replace("laptop", "<mark>laptop</mark>") in response
    counts = {
        box["value"]: box.find_next_siblings("span")[-1].get_text()
        for box in ask("laptop").select(".facet input[name=language]")
    }
    assert counts == {"nl": "1", "en": "1"}


def test_a_translation_is_named_and_linked(both_languages, ask):
    chapter, twin = both_languages
    link = ask("laptop", language="nl").select_one("li.result .meta a")
    assert (link["href"], link["hreflang"]) == (twin.get_url(), "en")
    assert ask("laptop", language="en").select_one("li.result .meta a")["href"] == chapter.get_url()


def test_a_stand_in_is_no_translation(make_chapter, ask):
    chapter = make_chapter("Parkeren", "<p>x</p>")
    chapter.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True, alias=True)
    outbox.rebuild()
    assert ask("parkeren", language="en").select("li.result .meta a") == []
    assert ask("parkeren", language="nl").select("li.result .meta a") == []


def test_a_page_called_exactly_so_comes_first(make_chapter, titles):
    for number in range(5):
        make_chapter(f"Verlof aanvragen {number}", "<p>" + "verlof aanvragen " * 30 + "</p>")
    make_chapter("Verlof Aanvragen", "<p>x</p>")
    outbox.rebuild()
    assert titles("verlof aanvragen")[0] == "Verlof Aanvragen"


def test_of_two_that_answer_as_well_the_one_out_of_date_comes_second(make_chapter, titles):
    past, checked = datetime.date(2020, 1, 1), timezone.localdate()
    make_chapter("Parkeren bij depot", "<p>parkeren</p>", reviewed_on=past, review_by=past)
    make_chapter("Parkeren bij winkel", "<p>parkeren</p>", reviewed_on=checked)
    outbox.rebuild()
    assert titles("parkeren") == ["Parkeren bij winkel", "Parkeren bij depot"]
    # Where it is the better answer it stays the first.
    assert titles("parkeren depot")[0] == "Parkeren bij depot"


def test_the_question_desk_gets_the_words(ask, monkeypatch):
    outbox.rebuild()
    monkeypatch.setattr(views, "ask_url", lambda text: f"/nl/ask/?q={text}")
    page = ask("hondenuitlaatplek")
    assert page.select_one("a.button[href='/nl/ask/?q=hondenuitlaatplek']") is not None


def test_who_searches_more_than_people_can_is_told_so(as_user, user, monkeypatch):
    monkeypatch.setattr(views, "MOST_RESULTS_A_MINUTE", 1)
    client = as_user(user)
    assert client.get("/en/search/?q=x").status_code == 200
    response = client.get("/en/search/?q=x")
    assert response.status_code == 429 and "Wait a minute" in response.content.decode()


def test_a_page_found_in_the_other_language_leads_to_the_readers_own(both_languages, ask):
    chapter, twin = both_languages
    twin.body = twin.body.stream_block.to_python([{"type": "rich_text", "value": "<p>stationery</p>"}])
    twin.save_revision().publish()
    outbox.rebuild()
    result = ask("stationery", language="nl").select_one("li.result")
    assert result.select_one("h3 a")["href"] == chapter.get_url()
    assert result.select_one("h3").get("lang") is None
    assert result.select_one("p[lang=en] mark").get_text() == "stationery"


def test_a_stand_in_is_opened_in_the_readers_language(make_chapter, ask):
    chapter = make_chapter("Parkeren", [("heading", {"text": "Fiets", "level": "2", "anchor": "fiets"})])
    alias = chapter.copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True, alias=True)
    outbox.rebuild()
    result = ask("fiets", language="en").select_one("li.result")
    assert result.select_one("h3 a")["href"] == alias.get_url()
    assert result.select_one("h3")["lang"] == "nl"
    assert result.select_one(".result__deep a")["href"] == f"{alias.get_url()}#fiets"


def test_a_long_list_has_pages(make_chapter, titles, ask):
    for number in range(12):
        make_chapter(f"Vergunning {number}", "<p>x</p>")
    outbox.rebuild()
    first, second = titles("vergunning"), titles("vergunning", page=2)
    assert (len(first), len(second)) == (10, 2)
    assert not set(first) & set(second)
    assert ask("vergunning").select_one(".pagination [rel=next]")["href"] == "?q=vergunning&page=2"


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999999", "1e3", "", "²"])
def test_a_page_number_that_makes_no_sense_is_harmless(make_chapter, titles, number):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    assert titles("vergunning", page=number) == ["Vergunning"]


@pytest.mark.usefixtures("search_engine")
def test_a_corrected_search_says_so_and_can_be_undone(make_chapter, ask, titles):
    make_chapter("Foto", "<p>toestemming van de klant</p>")
    outbox.rebuild()
    status = ask("foto van klnat ").select_one("p[role=status] + *, main p[role=status]")
    page = ask("foto van klnat ")
    assert "foto van klant" in page.select_one("main .stack--l > .stack--l > p[role=status]").get_text()
    assert page.select_one("a[href$='exact=1']")["href"] == "?q=foto+van+klnat&exact=1"
    assert titles("klnat", exact=1) == []
    assert status is not None


@pytest.mark.usefixtures("search_engine")
def test_results_that_fit_badly_are_said_to(make_chapter, as_user, user):
    for number in range(5):
        make_chapter(f"Kantine {number}", "<p>de kantine is open</p>")
    outbox.rebuild()
    client = as_user(user)
    assert "come closest" in client.get("/en/search/?q=zwembad+sauna+kantine").content.decode()
    assert "come closest" not in client.get("/en/search/?q=kantine").content.decode()


def test_results_that_fit_badly_come_with_ways_on(make_chapter, ask, monkeypatch):
    monkeypatch.setattr(views, "ask_url", lambda text: f"/nl/ask/?q={text}")
    make_chapter("Kantine", "<p>de kantine is open</p>")
    for number in range(5):
        make_chapter(f"Iets {number}", "<p>niets</p>")
    outbox.rebuild()
    links = {link["href"] for link in ask("zwembad kantine ").select("main a")}
    assert {"?q=zwembad", "?q=kantine", "/nl/ask/?q=zwembad kantine"} <= links


def test_nothing_found_offers_ways_on(ask, as_user, user):
    style = HouseStyle.objects.create(
        contact_name="Fatima", contact_phone="040 40 40", contact_email="help@example.org"
    )
    outbox.rebuild()
    page = ask("hondenuitlaatplek dakterras ")
    assert page.select_one("li.result") is None
    links = {link["href"] for link in page.select("main a")}
    assert {"?q=hondenuitlaatplek", "?q=dakterras", "/nl/handboek/", f"mailto:{style.contact_email}"} <= links


def test_without_a_question_there_is_only_the_box(ask):
    page = ask("")
    assert page.select_one("input#q") is not None
    assert page.select_one("p[role=status]:not(.visually-hidden)") is None


@pytest.mark.usefixtures("search_engine")
def test_a_missing_index_of_a_small_portal_is_made_on_the_spot(make_chapter, titles):
    make_chapter("Vergunning", "<p>x</p>")
    assert titles("vergunning") == ["Vergunning"]


def test_an_index_that_breaks_while_readers_search_is_made_anew(make_chapter, titles, settings):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    assert titles("vergunning") == ["Vergunning"]
    shutil.rmtree(settings.SEARCH_INDEX_PATH)
    assert titles("vergunning aanvragen") == ["Vergunning"]


def test_a_new_address_is_shown_without_anything_being_indexed(make_chapter, ask):
    chapter = make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    chapter.slug = "heel-anders"
    chapter.save_revision().publish()
    assert ask("vergunning").select_one("h3 a")["href"].endswith("/heel-anders/")


@pytest.mark.parametrize("address", ["/nl/search/", "/nl/search/suggest/"])
def test_searching_changes_nothing_and_takes_no_form(as_user, user, address):
    assert as_user(user).post(address, {"q": "x"}).status_code == 405


def fill(trunk, manuals: int, chapters: int, make_chapter, author):
    handbook = trunk(ManualIndexPage)
    for number in range(manuals):
        manual = ManualFactory(parent=handbook, locale=handbook.locale, title=f"Handleiding {number}")
        for chapter in range(chapters):
            make_chapter(f"Vergunning {number} {chapter}", "<p>Vraag de vergunning aan.</p>", parent=manual)
    for factory, parent in ((NewsFactory, trunk(NewsIndexPage)), (StoryFactory, trunk(StoryIndexPage))):
        for number in range(manuals):
            factory(parent=parent, locale=parent.locale, title=f"Vergunning {number}", author=author)
    outbox.rebuild()


@pytest.mark.parametrize("size", [1, 10])
def test_a_result_page_costs_as_many_queries_at_any_size(
    trunk, make_chapter, as_user, user, django_assert_num_queries, monkeypatch, size
):
    monkeypatch.setattr(outbox, "LOOK_SECONDS", float("inf"))
    fill(trunk, size, 3, make_chapter, user)
    client = as_user(user)
    assert client.get("/nl/search/?q=vergunning").status_code == 200
    # Session, reader, content stamp, whether the results may still be read, what waits for the index, and which questions and
    # documents are closed.
    with django_assert_num_queries(7):
        client.get("/nl/search/?q=vergunning")
    client.get("/nl/search/?q=vraag+vergunning")
    # Another question is looked up: what waits for the index, and the results with their twins. What they show is known.
    with django_assert_num_queries(5):
        client.get("/nl/search/?q=vraag+vergunning&kind=handbook")


@pytest.mark.parametrize("size", [1, 10])
def test_what_results_show_is_asked_once_for_any_number(trunk, make_chapter, user, django_assert_num_queries, size):
    fill(trunk, size, 3, make_chapter, user)
    pks = list(Page.objects.live().filter(depth__gt=4).values_list("pk", flat=True))
    # Where the site begins is known to every process.
    Page.objects.get(pk=pks[0]).get_url()
    # The content stamp, the pages and the titles above them; the manuals and the chapters.
    with django_assert_num_queries(3):
        twins = pages_and_twins([*pks, 999_999])
    assert set(twins) == set(pks) and any(page.trail for page in twins[pks[0]])
    pages = [page for pk in pks for page in twins[pk] if page.pk == pk]
    with django_assert_num_queries(3):
        facts = facts_of(pages)
    assert any(one.is_governed for one in facts.values())
    with django_assert_num_queries(2):
        assert pages_and_twins([*pks, 999_999]) == twins
        assert facts_of(pages) == facts


def test_a_page_that_was_taken_away_is_in_no_result_whatever_is_remembered_of_it(make_chapter, user):
    """Written past all signals, so that nothing says that what is remembered is out of date."""
    chapter = make_chapter("Vergunning", "<p>x</p>")
    assert set(opened_pages([chapter.pk], user)) == {chapter.pk}
    Page.objects.filter(pk=chapter.pk).update(live=False)
    assert opened_pages([chapter.pk], user) == {}


@pytest.mark.parametrize("size", [1, 10])
def test_suggestions_cost_as_many_queries_at_any_size(
    trunk, make_chapter, as_user, user, django_assert_num_queries, size
):
    fill(trunk, size, 3, make_chapter, user)
    client = as_user(user)
    client.get("/nl/search/suggest/?q=verg")
    with django_assert_num_queries(7):
        client.get("/nl/search/suggest/?q=vergu")


def test_links_to_further_pages_hold_nothing_of_who_asked_before(make_chapter, as_user, user, make_user):
    for number in range(11):
        make_chapter(f"Vergunning {number}", "<p>x</p>")
    outbox.rebuild()
    other = make_user()
    # The new colleague comes into the index, which makes what was kept before unfindable.
    as_user(other).get("/nl/search/?q=iets")
    assert "van-een-ander" in as_user(user).get("/nl/search/?q=vergunning&bron=van-een-ander").content.decode()
    shown = as_user(other).get("/nl/search/?q=vergunning").content.decode()
    assert 'rel="next"' in shown
    assert "van-een-ander" not in shown
