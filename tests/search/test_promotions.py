"""Pages that editors put first for words, or leave out: never more than a reader may see."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from search import outbox
from search.models import Promotion
from search.promotion_services import remove_promotion, save_promotion
from search.promotions import load_rules

pytestmark = pytest.mark.django_db
Kind, Match = Promotion.Kind, Promotion.Match


@pytest.fixture
def promote(make_user):
    """``promote(page, "words", **fields)``: kept by an editor."""
    editor = make_user(groups=["Editors"])

    def save(page, words: str, **fields) -> Promotion:
        values = {
            "match": Match.EXACT,
            "language": "",
            "kind": Kind.PROMOTED,
            "owner": editor,
            "ends_on": timezone.localdate() + timedelta(days=30),
            "note": "",
        }
        return save_promotion(words=words, page_key=page.translation_key, actor=editor, **{**values, **fields})

    return save


@pytest.fixture
def pages(make_chapter):
    """Five chapters about the same, and one that is about something else."""
    found = [make_chapter(f"Vergunning {number}", "<p>vergunning</p>") for number in range(5)]
    other = make_chapter("Het loket", "<p>Kom langs.</p>")
    outbox.rebuild()
    return [*found, other]


def test_a_page_put_first_comes_first_and_says_so(pages, promote, ask, titles):
    promote(pages[5], "vergunning")
    found = titles("Vergunning")
    assert found[0] == "Het loket" and len(found) == 6
    first, second = ask("vergunning").select("li.result")[:2]
    assert "Chosen by the editors" in ask("vergunning", language="en").select("li.result")[0].get_text()
    assert first.select_one(".meta .tag") is not None and second.select_one(".meta .tag") is None


def test_a_page_that_was_found_anyway_is_not_there_twice(pages, promote, titles):
    promote(pages[3], "vergunning")
    found = titles("vergunning")
    assert found[0] == "Vergunning 3" and len(found) == len(set(found)) == 5


def test_it_is_for_these_words_only(pages, promote, titles):
    promote(pages[5], "vergunning")
    assert "Het loket" not in titles("vergunning 3")
    assert titles("loket") == ["Het loket"]


def test_all_these_words_in_any_order_among_others(pages, promote, titles):
    promote(pages[5], "vergunning aanvragen", match=Match.ALL_WORDS)
    assert titles("hoe moet ik aanvragen die vergunning")[0] == "Het loket"
    assert "Het loket" not in titles("vergunning")


def test_at_most_three_come_first_exact_words_before_others(pages, promote, titles):
    promote(pages[0], "vergunning", match=Match.ALL_WORDS)
    for page in (pages[5], pages[4], pages[3]):
        promote(page, "vergunning")
    assert titles("vergunning")[:3] == ["Het loket", "Vergunning 4", "Vergunning 3"]
    assert len(titles("vergunning")) == len(set(titles("vergunning"))) == 6


def test_a_page_left_out_is_gone_for_these_words_and_from_the_counts(pages, promote, ask, titles):
    promote(pages[2], "vergunning", kind=Kind.BLOCKED)
    assert "Vergunning 2" not in titles("vergunning")
    assert [number.get_text() for number in ask("vergunning").select(".chip .num")][:2] == ["4", "4"]
    assert "Vergunning 2" in titles("vergunning 2")


def test_left_out_wins_over_put_first(pages, promote, titles):
    promote(pages[5], "vergunning")
    promote(pages[5], "vergunning", kind=Kind.BLOCKED)
    assert "Het loket" not in titles("vergunning")


def test_the_counts_count_what_was_put_first_once(pages, promote, ask):
    promote(pages[5], "vergunning")
    promote(pages[1], "vergunning")
    page = ask("vergunning")
    assert [number.get_text() for number in page.select(".chip .num")][:2] == ["6", "6"]
    assert ask("vergunning", kind="news").select("li.result") == []


def test_a_misspelled_question_is_understood(pages, promote, titles):
    promote(pages[5], "vergunning")
    assert titles("vergumning")[0] == "Het loket"


def test_something_is_put_first_where_nothing_is_found(pages, promote, titles):
    promote(pages[5], "olifant")
    assert titles("olifant") == ["Het loket"]
    assert "Nothing fits well" not in str(titles)


@pytest.mark.parametrize(("language", "first"), [("", True), ("nl", True), ("en", False)])
def test_it_is_for_readers_in_its_language(pages, promote, titles, language, first):
    promote(pages[5], "vergunning", language=language)
    assert ("Het loket" in titles("vergunning")) is first


def test_the_reader_is_shown_the_page_in_their_own_language(pages, promote, titles):
    twin = pages[5].copy_for_translation(Locale.objects.get(language_code="en"), copy_parents=True)
    twin.title = "The desk"
    twin.save_revision().publish()
    outbox.drain()
    promote(pages[5], "vergunning")
    assert titles("vergunning", language="en")[0] == "The desk"
    assert titles("vergunning", language="nl")[0] == "Het loket"
    assert "The desk" not in titles("vergunning", language="nl")


def test_it_ends_after_its_last_day(pages, promote, titles, monkeypatch):
    row = promote(pages[5], "vergunning", ends_on=timezone.localdate())
    assert titles("vergunning")[0] == "Het loket"
    # Read before it was over and still in the cache.
    monkeypatch.setattr("search.promotions.timezone.localdate", lambda: row.ends_on + timedelta(days=1))
    assert "Het loket" not in titles("vergunning")
    Promotion.objects.update(ends_on=date(2020, 1, 1))
    assert load_rules() == ()


def test_an_edit_counts_at_once_also_for_a_page_that_was_kept(pages, promote, titles):
    assert titles("vergunning")[0] != "Het loket"
    row = promote(pages[5], "vergunning")
    assert titles("vergunning")[0] == "Het loket"
    remove_promotion(promotion=row, actor=row.owner)
    assert "Het loket" not in titles("vergunning")


# Access ------------------------------------------------------------------------------------
def close(page) -> Group:
    group = Group.objects.create(name="Regelkamer")
    row = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    row.groups.add(group)
    return group


@pytest.mark.parametrize("before", [True, False], ids=["closed before", "closed after"])
@pytest.mark.parametrize("above", [True, False], ids=["above it", "itself"])
def test_a_closed_page_put_first_is_seen_by_its_group_only(
    pages, manual, make_chapter, promote, ask, titles, make_user, before, above
):
    part = make_chapter("Regels", "<p>x</p>")
    secret = make_chapter("Geheim plan", "<p>Niets.</p>", parent=part)
    outbox.rebuild()
    if before:
        close(part if above else secret)
        promote(secret, "vergunning")
    else:
        promote(secret, "vergunning")
        assert titles("vergunning")[0] == "Geheim plan"
        close(part if above else secret)
    insider = make_user(groups=["Regelkamer"])
    assert titles("vergunning", as_=insider)[0] == "Geheim plan"
    page = ask("vergunning")
    assert "Geheim" not in page.get_text() and len(page.select("li.result")) == 5
    assert page.select_one(".chip .num").get_text() == "5"
    assert ask("vergunning", language="en").find(string=lambda text: "Geheim" in text) is None


@pytest.mark.parametrize("take_away", ["unpublish", "delete"])
def test_a_page_that_is_gone_does_nothing(pages, promote, titles, take_away):
    promote(pages[5], "vergunning")
    assert titles("vergunning")[0] == "Het loket"
    getattr(Page.objects.get(pk=pages[5].pk), take_away)()
    assert titles("vergunning") and "Het loket" not in titles("vergunning")


def test_promotions_cost_a_search_no_query(pages, promote, as_user, user, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(outbox, "LOOK_SECONDS", float("inf"))
    promote(pages[5], "vergunning")
    client = as_user(user)
    client.get("/nl/search/?q=vergunning")
    for number in range(5):
        promote(pages[number], f"woord {number}")
    client.get("/nl/search/?q=vergunning&kind=handbook")
    # As without any: see test_result_page.
    with django_assert_num_queries(5):
        client.get("/nl/search/?q=vraag+vergunning&kind=handbook")
    with django_assert_num_queries(5):
        client.get("/nl/search/?q=woord+1&kind=handbook")


# In the admin ------------------------------------------------------------------------------
@pytest.fixture
def editor(as_user, make_user):
    """The client of an editor who reads English."""
    return as_user(make_user(groups=["Editors"], locale="en", first_name="Joost", last_name="van Leeuwen"))


@pytest.fixture
def fill(editor, pages):
    """``fill(**fields)``: a form about the desk, filled in."""
    owner = editor.session["_auth_user_id"]

    def values(**fields) -> dict:
        return {
            "words": "Vergunning!",
            "match": "exact",
            "language": "",
            "page": pages[5].pk,
            "kind": "promoted",
            "owner": owner,
            "ends_on": (timezone.localdate() + timedelta(days=60)).isoformat(),
            "note": "Because they ask at the desk",
            **fields,
        }

    return values


ADD = "/admin/search/promotions/add/"


def parsed(response):
    return BeautifulSoup(response.content, "html.parser")


def test_it_is_kept_once_its_effect_was_seen(editor, fill):
    seen = parsed(editor.post(ADD, fill()))
    assert not Promotion.objects.exists()
    table = seen.select_one("table.listing")
    first = [cell.get_text() for cell in table.select("tbody tr")[0].select("td")]
    assert first[0] == "1" and first[1].startswith("Vergunning") and first[2] == "Het loket (put first)"
    button = seen.select_one("button[name=seen]")
    response = editor.post(ADD, fill(seen=button["value"]))
    assert response.status_code == 302
    row = Promotion.objects.get()
    assert (row.words, row.kind, row.note) == ("vergunning", "promoted", "Because they ask at the desk")
    assert "vergunning" in editor.get("/admin/search/promotions/").content.decode()


def test_what_was_changed_after_looking_is_shown_before_it_is_kept(editor, fill):
    button = parsed(editor.post(ADD, fill())).select_one("button[name=seen]")
    response = editor.post(ADD, fill(words="iets anders", seen=button["value"]))
    assert response.status_code == 200 and "Something changed" in response.content.decode()
    assert not Promotion.objects.exists()


def test_a_double_click_keeps_one(editor, fill):
    seen = parsed(editor.post(ADD, fill())).select_one("button[name=seen]")["value"]
    for _click in range(2):
        editor.post(ADD, fill(seen=seen))
    assert Promotion.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("words", "!!", "signs alone"),
        ("words", "", "required"),
        ("words", "\0", "required"),
        ("page", "99999999", "Select a valid choice"),
        ("page", "99999999999999999999999", "Select a valid choice"),
        ("page", "x", "Select a valid choice"),
        ("owner", "99999999", "Select a valid choice"),
        ("ends_on", "2020-01-01", "is over"),
        ("ends_on", "2199-01-01", "up to"),
        ("ends_on", "morgen", "valid date"),
        ("ends_on", "", "required"),
        ("kind", "x", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(editor, fill, field, value, says):
    response = editor.post(ADD, fill(**{field: value}))
    assert response.status_code == 422
    html = response.content.decode()
    assert says in html and "Because they ask at the desk" in html
    assert not Promotion.objects.exists()


def test_the_owner_can_do_something_about_it(editor, fill, user):
    response = editor.post(ADD, fill(owner=user.pk))
    assert response.status_code == 422 and "Choose an editor" in response.content.decode()


def test_other_claims_are_said_beside_the_words(editor, fill, pages, promote):
    promote(pages[1], "vergunning")
    promote(pages[2], "vergunning", language="en")
    promote(pages[3], "vergunning spoed")
    promote(pages[4], "oud", ends_on=date(2020, 1, 1))
    html = parsed(editor.post(ADD, fill()))
    warnings = [each.get_text(strip=True) for each in html.select("[id^=warning-words]")]
    assert len(warnings) == 2 and all("claimed already" in each for each in warnings)
    html = parsed(editor.post(ADD, fill(language="nl", match="all_words")))
    assert len(html.select("[id^=warning-words]")) == 2
    assert not parsed(editor.post(ADD, fill(words="oud"))).select("[id^=warning-]")


def test_put_first_and_left_out_at_once_is_said_beside_the_page(editor, fill, pages, promote):
    promote(pages[5], "vergunning", kind=Kind.BLOCKED)
    html = parsed(editor.post(ADD, fill()))
    (warning,) = html.select("[id^=warning-page]")
    assert "left out" in warning.get_text()


def test_the_same_once_more_is_refused(editor, fill, pages, promote):
    promote(pages[5], "vergunning")
    response = editor.post(ADD, fill())
    assert response.status_code == 422 and "there already" in response.content.decode()


def test_one_that_is_there_is_changed(editor, fill, pages, promote):
    row = promote(pages[5], "vergunning")
    url = f"/admin/search/promotions/{row.pk}/"
    assert 'value="vergunning"' in editor.get(url).content.decode()
    seen = parsed(editor.post(url, fill(words="loket"))).select_one("button[name=seen]")["value"]
    assert editor.post(url, fill(words="loket", seen=seen)).status_code == 302
    assert Promotion.objects.get().words == "loket"


def test_one_is_taken_away_after_asking(editor, pages, promote):
    row = promote(pages[5], "vergunning")
    url = f"/admin/search/promotions/{row.pk}/remove/"
    assert editor.get(url).status_code == 200 and Promotion.objects.exists()
    assert editor.post(url).status_code == 302 and not Promotion.objects.exists()
    # A second click.
    assert editor.post(url)["Location"] == "/admin/search/promotions/"


def test_the_list_says_what_is_broken(editor, pages, promote, make_user):
    for number, page in enumerate(pages[:4]):
        promote(page, f"woord {number}")
    Page.objects.get(pk=pages[0].pk).unpublish()
    Page.objects.get(pk=pages[1].pk).delete()
    close(Page.objects.get(pk=pages[2].pk))
    Promotion.objects.filter(words="woord 3").update(owner=make_user(is_active=False))
    rows = parsed(editor.get("/admin/search/promotions/")).select("tbody tr")
    states = {row.select_one("a").get_text(): row.select("td")[2].get_text(strip=True) for row in rows}
    assert states == {
        "woord 0": "broken: the page isn't published",
        "woord 1": "broken: the page is gone",
        "woord 2": "runs, for who may read the page",
        "woord 3": "nobody owns it",
    }
    assert "Vergunning 2" not in str(rows)


@pytest.mark.parametrize("many", [1, 10])
def test_the_list_costs_as_many_queries_for_any_number(editor, pages, promote, django_assert_max_num_queries, many):
    for number in range(many):
        promote(pages[number % 5], f"woord {number}")
    editor.get("/admin/search/promotions/")
    with django_assert_max_num_queries(16):
        editor.get("/admin/search/promotions/")


def test_only_editors_put_pages_first(as_user, make_user, pages, promote):
    row = promote(pages[5], "vergunning")
    for path in ("", "add/", f"{row.pk}/", f"{row.pk}/remove/"):
        for groups, refused in ((["HR"], 302), ([], 403)):
            response = as_user(make_user(groups=groups)).post(f"/admin/search/promotions/{path}", {})
            assert response.status_code in {refused, 405}
    assert Promotion.objects.count() == 1


def test_suggestions_follow_the_same_rules(pages, promote, as_user, user):
    promote(pages[5], "vergunning")
    promote(pages[2], "vergunning", kind=Kind.BLOCKED)
    html = BeautifulSoup(as_user(user).get("/nl/search/suggest/?q=vergunning").content, "html.parser")
    shown = [option.get_text(" ", strip=True) for option in html.select("[role=option]")]
    assert "Het loket" in shown[0]
    assert not any("Vergunning 2" in text for text in shown)
