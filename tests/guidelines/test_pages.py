"""The handbook as readers see it: the way through a manual, who answers for it, how fresh it is, and on paper."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import PageViewRestriction

from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from people.models import Team
from tests.factories import ChapterFactory, ManualFactory

TEXT = [("heading", {"text": "Zo doe je dat", "level": "2"}), ("rich_text", "<p>Woorden die ertoe doen.</p>")]


def tip(title: str) -> tuple[str, dict]:
    """A tip with everything filled in."""
    fields = ("text", "do", "dont", "why", "example")
    return "tip", {"title": title, **{name: f"<p>{name} van {title}</p>" for name in fields}}


@pytest.fixture
def manual(trunk):
    """A Dutch manual without chapters."""
    return ManualFactory(parent=trunk(ManualIndexPage), title="Sociale media")


@pytest.fixture
def tree(manual):
    """Three chapters; the second has two chapters of its own and the first of these has one more, by title."""
    pages = {"manual": manual}

    def add(title: str, parent: str):
        pages[title] = ChapterFactory(parent=pages[parent].specific_class.objects.get(pk=pages[parent].pk), title=title)

    for title, parent in [
        ("Een", "manual"),
        ("Twee", "manual"),
        ("Drie", "manual"),
        ("Twee-een", "Twee"),
        ("Twee-twee", "Twee"),
        ("Diep", "Twee-een"),
    ]:
        add(title, parent)
    return pages


def soup(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text(" ", strip=True).split()) for found in page.select(selector)]


def neighbours(page: BeautifulSoup) -> list[str]:
    return texts(page, 'a[rel="prev"], a[rel="next"]')


def restrict(page, member):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())


def test_a_chapter_shows_the_chapters_beside_it_with_numbers(as_user, user, tree):
    page = soup(as_user(user), tree["Twee"].url)
    assert texts(page, ".chapters > ol > li > a") == ["1 Een", "2 Twee", "3 Drie"]
    assert texts(page, ".chapters__below a") == ["Twee-een", "Twee-twee"]
    assert texts(page, ".chapters [aria-current=page]") == ["2 Twee"]
    assert "2" in page.select_one(".kicker").get_text()


def test_a_deep_chapter_shows_the_way_up_and_not_the_whole_tree(as_user, user, tree):
    page = soup(as_user(user), tree["Diep"].url)
    assert texts(page, ".chapters__above a") == ["Twee", "Twee-een"]
    assert texts(page, ".chapters > ol > li > a") == ["Diep"]
    assert texts(page, ".breadcrumbs li") == ["Handboek", "Sociale media", "Twee", "Twee-een", "Diep"]
    assert page.select_one(".kicker").get_text() == "Sociale media"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Een", ["Sociale media", "Twee"]),
        ("Twee", ["Een", "Twee-een"]),
        ("Twee-een", ["Twee", "Diep"]),
        ("Diep", ["Twee-een", "Twee-twee"]),
        ("Twee-twee", ["Diep", "Drie"]),
        ("Drie", ["Twee-twee"]),
    ],
)
def test_previous_and_next_follow_reading_order_through_the_tree(as_user, user, tree, title, expected):
    assert neighbours(soup(as_user(user), tree[title].url)) == expected


def test_reading_order_ends_with_the_manual(as_user, user, tree, trunk):
    other = ManualFactory(parent=trunk(ManualIndexPage), title="Andere handleiding")
    ChapterFactory(parent=other, title="Elders")
    assert neighbours(soup(as_user(user), tree["Drie"].url)) == ["Twee-twee"]


def test_drafts_and_closed_chapters_are_left_out_everywhere(as_user, make_user, tree):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    tree["Een"].unpublish()
    restrict(tree["Twee"], member)
    page = soup(as_user(outsider), tree["Drie"].url)
    assert texts(page, ".chapters > ol > li > a") == ["1 Drie"]
    assert neighbours(page) == ["Sociale media"]
    for url in (tree["manual"].url, f"{tree['manual'].url}?print=1", tree["Drie"].url):
        shown = soup(as_user(outsider), url).get_text()
        assert not [title for title in ("Een", "Twee", "Diep") if title in shown]
    assert as_user(outsider).get(tree["Diep"].url).status_code == 403
    assert as_user(outsider).get(tree["Een"].url).status_code == 404
    inside = soup(as_user(member), f"{tree['manual'].url}?print=1").get_text()
    assert "Diep" in inside
    assert "Een" not in inside


def test_the_handbook_counts_only_chapters_the_reader_may_see(as_user, make_user, tree):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    restrict(tree["Twee"], member)
    tree["Een"].unpublish()
    assert "1 chapter" in translated(as_user(outsider), tree)
    assert "5 chapters" in translated(as_user(member), tree)


def translated(client, tree) -> str:
    """The English handbook, where the Dutch manual stands as an alias."""
    for page in tree.values():
        if page.live:
            type(page).objects.get(pk=page.pk).save_revision().publish()
    return " ".join(soup(client, "/en/handbook/").get_text(" ").split())


def test_the_owner_is_the_nearest_above_and_named_with_where_that_is(as_user, make_user, tree):
    top, near = make_user(first_name="Joost"), make_user(first_name="Yara", team=Team.objects.create(name="Netwerk"))
    ManualPage.objects.filter(pk=tree["manual"].pk).update(owner_colleague=top, deputy=near)
    ChapterPage.objects.filter(pk=tree["Twee"].pk).update(owner_colleague=near)
    client = as_user(make_user())
    aside = soup(client, tree["Diep"].url).select_one("section[aria-labelledby=owner]").get_text(" ")
    assert "Yara" in aside and "Netwerk" in aside and "“Twee”" in aside and "Joost" not in aside
    own = soup(client, tree["Twee"].url).select_one("section[aria-labelledby=owner]").get_text(" ")
    assert "Yara" in own and "“" not in own
    other = soup(client, tree["Drie"].url).select_one("section[aria-labelledby=owner]").get_text(" ")
    assert "Joost" in other and "Yara" in other and "“Sociale media”" in other


def test_who_has_left_answers_for_nothing(as_user, make_user, tree):
    top, gone = make_user(first_name="Joost"), make_user(first_name="Piet", is_active=False)
    ManualPage.objects.filter(pk=tree["manual"].pk).update(owner_colleague=top)
    ChapterPage.objects.filter(pk=tree["Twee"].pk).update(owner_colleague=gone)
    aside = soup(as_user(make_user()), tree["Twee"].url).select_one("section[aria-labelledby=owner]").get_text()
    assert "Joost" in aside and "Piet" not in aside


def test_without_an_owner_nothing_is_said_about_one(as_user, user, tree):
    assert soup(as_user(user), tree["Een"].url).select_one("section[aria-labelledby=owner]") is None


@pytest.mark.parametrize(
    ("reviewed_on", "days_left", "tag"),
    [(date(2026, 9, 2), 30, "ok"), (date(2026, 9, 2), 0, "ok"), (date(2026, 9, 2), -1, "sun"), (None, -1, "sun")],
)
def test_a_page_past_its_review_date_says_so_and_still_answers(as_user, user, tree, reviewed_on, days_left, tag):
    review_by = timezone.localdate() + timedelta(days=days_left)
    ChapterPage.objects.filter(pk=tree["Een"].pk).update(reviewed_on=reviewed_on, review_by=review_by)
    page = soup(as_user(user), tree["Een"].url)
    assert page.select_one(f".meta .tag--{tag}")
    assert len(page.select(".meta .tag")) == 1
    assert ("2 september 2026" in page.select_one(".spread .meta").get_text()) == bool(reviewed_on)


def test_a_chapter_without_dates_has_those_of_the_manual(as_user, user, tree):
    ManualPage.objects.filter(pk=tree["manual"].pk).update(reviewed_on=date(2026, 9, 2))
    page = soup(as_user(user), tree["Diep"].url)
    assert "2 september 2026" in page.select_one("section[aria-labelledby=version]").get_text()
    assert "“Sociale media”" in page.select_one("section[aria-labelledby=version]").get_text()


def test_a_page_with_no_dates_claims_nothing(as_user, user, tree):
    page = soup(as_user(user), tree["Een"].url)
    assert page.select(".meta .tag") == []
    assert page.select_one("section[aria-labelledby=version]") is None


def test_tips_are_numbered_and_the_table_of_contents_leads_to_them(as_user, user, manual):
    heading = ("heading", {"text": "Vertel", "level": "2"})
    chapter = ChapterFactory(parent=manual, body=[tip("Vertel"), heading, tip("Vertel"), tip("Laat weg")])
    page = soup(as_user(user), chapter.url)
    assert texts(page, ".tip .node") == ["1", "2", "3"]
    links = [link["href"] for link in page.select(".contents-beside a")]
    assert len(set(links)) == 4
    assert [bool(page.select_one(f'[id="{link[1:]}"]')) for link in links] == [True] * 4
    assert texts(page, ".contents-beside a") == ["Vertel", "Vertel", "Vertel", "Laat weg"]


def test_a_manual_lists_its_chapters_and_what_is_in_them(as_user, user, tree):
    page = soup(as_user(user), tree["manual"].url)
    assert texts(page, "h3.route__title") == ["Een", "Twee", "Drie"]
    assert texts(page, "li.row .cluster a") == ["Twee-een", "Twee-twee"]


def test_an_empty_manual_says_so(as_user, user, manual):
    assert soup(as_user(user), manual.url).select_one(".empty")


def test_a_manual_with_tips_is_a_guideline(as_user, user, trunk, tree):
    guideline = ManualFactory(parent=trunk(ManualIndexPage), title="Foto's", body=[tip("Vraag het eerst")])
    by_chapter = ManualFactory(parent=trunk(ManualIndexPage), title="Reacties")
    ChapterFactory(parent=by_chapter, body=[tip("Adem in")])
    page = soup(as_user(user), "/nl/handboek/")
    assert texts(page, "section[aria-labelledby=guidelines] h3") == ["Foto's", "Reacties"]
    assert texts(page, "section[aria-labelledby=manuals] h3") == ["Sociale media"]
    kickers = [soup(as_user(user), manual.url).select_one(".kicker").get_text() for manual in (guideline, by_chapter)]
    assert kickers[0] == kickers[1] != soup(as_user(user), tree["manual"].url).select_one(".kicker").get_text()


def test_words_about_tips_dont_make_a_guideline(as_user, user, trunk):
    ManualFactory(parent=trunk(ManualIndexPage), body=[("rich_text", '<p>"type": "tip"</p>')])
    assert soup(as_user(user), "/nl/handboek/").select("section[aria-labelledby=guidelines]") == []


def test_an_empty_handbook_says_so(as_user, user, trunk):
    assert "No manuals yet" in soup(as_user(user), "/en/handbook/").get_text()


def test_the_whole_manual_stands_on_one_page_for_printing(as_user, user, manual):
    for number in range(3):
        chapter = ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), title=f"Hoofdstuk {number}", body=TEXT)
    ChapterFactory(parent=chapter, title="Nog dieper", body=[*TEXT, tip("Kort")])
    page = soup(as_user(user), f"{manual.url}?print=1")
    assert texts(page, "article > h2") == ["1. Hoofdstuk 0", "2. Hoofdstuk 1", "3. Hoofdstuk 2", "Nog dieper"]
    ids = [found["id"] for found in page.select("[id]")]
    assert len(ids) == len(set(ids))
    targets = [link["href"][1:] for link in page.select(".whole-contents a, .anchor")]
    assert len(targets) == 9
    assert set(targets) <= set(ids)
    assert page.select_one(".print-only")


@pytest.mark.parametrize("query", ["print=0", "print=", "print=yes", "print=1%00", "p=1"])
def test_only_print_1_prints_the_whole_manual(as_user, user, tree, query):
    assert soup(as_user(user), f"{tree['manual'].url}?{query}").select_one("h3.route__title")


def test_an_untranslated_chapter_is_marked_with_its_language(as_user, user, manual):
    chapter = ChapterFactory(parent=manual, body=TEXT)
    chapter.save_revision().publish()
    english = chapter.get_translations().get()
    assert english.alias_of_id == chapter.pk
    assert soup(as_user(user), english.url).select_one("main[lang=nl]")
    handbook = soup(as_user(user), "/en/handbook/")
    assert handbook.select_one("h3 a[lang=nl]").get_text() == "Sociale media"


# Session, reader and content stamp.
QUERIES = 3
# Votes on a manual or chapter, and whether the reader follows it.
OWN_QUERIES = 2


@pytest.mark.parametrize("place", ["handbook", "manual", "print", "chapter", "deep"])
def test_a_warm_page_costs_the_same_with_ten_times_the_data(
    as_user, make_user, trunk, tree, django_assert_num_queries, place
):
    owner = make_user()
    ManualPage.objects.filter(pk=tree["manual"].pk).update(owner_colleague=owner, reviewed_on=date(2026, 9, 2))
    url = {
        "handbook": "/nl/handboek/",
        "manual": tree["manual"].url,
        "print": f"{tree['manual'].url}?print=1",
        "chapter": tree["Een"].url,
        "deep": tree["Diep"].url,
    }[place]
    client = as_user(make_user())
    queries = QUERIES + (OWN_QUERIES if place in ("manual", "chapter", "deep") else 0)
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)
    for number in range(20):
        for title in ("manual", "Twee", "Twee-een"):
            parent = tree[title]
            ChapterFactory(parent=type(parent).objects.get(pk=parent.pk), body=TEXT * 10)
        ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=make_user(), title=f"Nog een {number}")
    client.get(url)
    with django_assert_num_queries(queries):
        client.get(url)


def test_whom_it_is_for_is_said_by_the_nearest_page_above(as_user, user, tree):
    ManualPage.objects.filter(pk=tree["manual"].pk).update(applies_to="Iedereen")
    ChapterPage.objects.filter(pk=tree["Twee-een"].pk).update(applies_to="Monteurs")
    client = as_user(user)
    for title, whom in (("manual", "Iedereen"), ("Twee", "Iedereen"), ("Twee-een", "Monteurs"), ("Diep", "Monteurs")):
        head = soup(client, tree[title].url).select_one("article header").get_text(" ")
        assert f"Geldt voor: {whom}" in head or f"Applies to: {whom}" in head, title
    assert "Monteurs" not in soup(client, tree["Drie"].url).select_one("article header").get_text()


def test_what_matters_stands_in_a_box_above_the_text(as_user, user, tree):
    ChapterPage.objects.filter(pk=tree["Een"].pk).update(summary="Bel eerst.")
    box = soup(as_user(user), tree["Een"].url).select_one("section.in-short")
    assert box.h2 and "Bel eerst." in box.get_text()
    assert soup(as_user(user), tree["Drie"].url).select_one("section.in-short") is None


def test_contents_stand_beside_the_text_and_in_a_line_that_opens_without_a_script(as_user, user, manual):
    chapter = ChapterFactory(parent=manual, body=[tip("Vertel"), *TEXT])
    page = soup(as_user(user), chapter.url)
    beside = [link["href"] for link in page.select("nav.contents-beside a")]
    assert (
        beside == [link["href"] for link in page.select("details.contents-fold a")] == ["#tip-vertel", "#zo-doe-je-dat"]
    )
    assert page.select_one('script[src*="contents"]').has_attr("defer")
    assert page.select(".toc [aria-current]") == []
    short = ChapterFactory(parent=ManualPage.objects.get(pk=manual.pk), body=TEXT)
    assert soup(as_user(user), short.url).select("[data-contents]") == []
