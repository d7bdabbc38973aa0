"""Stories by colleagues: the list and the page."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from base.stamp import touch_content
from people.models import Team
from stories.models import MAX_CHARACTERS, StoryIndexPage, StoryPage, StoryPhoto, StoryTheme
from tests.factories import ImageFactory, StoryFactory


@pytest.fixture
def story(trunk):
    """``story(title=..., ...)``: a live story."""

    def make(**fields):
        return StoryFactory(parent=trunk(StoryIndexPage), **fields)

    return make


def soup(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def titles(page: BeautifulSoup) -> list[str]:
    return [link.get_text(strip=True) for link in page.select(".story :is(h2, h3) a")]


def test_the_list_shows_twelve_a_page_newest_first(as_user, user, story):
    for number in range(14):
        story(title=f"Verhaal {number:02}")
    client = as_user(user)
    page = soup(client, "/nl/verhalen/")
    assert titles(page) == [f"Verhaal {n:02}" for n in range(13, 1, -1)]
    assert page.select_one(".story--lead a").get_text() == "Verhaal 13"
    assert titles(soup(client, "/nl/verhalen/?page=2")) == ["Verhaal 01", "Verhaal 00"]


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "page=" + "9" * 5000,
        "team=x",
        "team=-1",
        "team=999",
        "team=",
        "theme=x",
        "theme=999",
        "written=x",
        "written=",
    ],
)
def test_bad_numbers_show_the_whole_list(as_user, user, story, query):
    story(title="Mijn eerste week")
    assert titles(soup(as_user(user), f"/nl/verhalen/?{query}")) == ["Mijn eerste week"]


def test_one_story_leaves_no_empty_list_behind(as_user, user, story):
    story()
    assert soup(as_user(user), "/nl/verhalen/").select(".grid--three") == []


def test_an_empty_list_says_so(as_user, user, trunk):
    assert "No stories yet" in soup(as_user(user), "/en/stories/").get_text()


def choices(page: BeautifulSoup, name: str) -> list[str]:
    """What the filter offers, without "all"."""
    return [option.get_text(strip=True) for option in page.select(f"select[name={name}] option")][1:]


def chosen(page: BeautifulSoup, name: str) -> list[str]:
    return [option.get_text(strip=True) for option in page.select(f"select[name={name}] option[selected]")]


def test_the_list_is_narrowed_to_one_team(as_user, make_user, story):
    lab, network = Team.objects.create(name="Laboratorium", name_en="Laboratory"), Team.objects.create(name="Netwerk")
    story(title="Proeven", author=make_user(team=lab))
    story(title="Graven", author=make_user(team=network))
    story(title="Zonder team", author=make_user())
    client = as_user(make_user())
    assert choices(soup(client, "/nl/verhalen/"), "team") == ["Laboratorium", "Netwerk"]
    page = soup(client, f"/nl/verhalen/?team={network.pk}")
    assert titles(page) == ["Graven"]
    assert chosen(page, "team") == ["Netwerk"]


def test_teams_and_themes_are_named_in_the_readers_language(as_user, make_user, story):
    for name, english in (("Laboratorium", "Laboratory"), ("Netwerk", "")):
        theme = StoryTheme.objects.create(name=name, name_en=english)
        page = story(author=make_user(team=Team.objects.create(name=name, name_en=english)), theme=theme)
        page.save_revision().publish()
    page = soup(as_user(make_user()), "/en/stories/")
    assert choices(page, "team") == choices(page, "theme") == ["Laboratory", "Netwerk"]


def test_a_team_whose_only_story_is_closed_is_no_choice(as_user, make_user, story):
    for name in ("Laboratorium", "Netwerk"):
        page = story(author=make_user(team=Team.objects.create(name=name)))
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    assert soup(as_user(make_user()), "/nl/verhalen/").select("main select") == []


def test_choices_work_together(as_user, make_user, story):
    lab, network = (Team.objects.create(name=name) for name in ("Laboratorium", "Netwerk"))
    water, people = (StoryTheme.objects.create(name=name) for name in ("Water", "Mensen"))
    story(title="Lab over water", author=make_user(team=lab), theme=water)
    story(title="Lab over mensen", author=make_user(team=lab), theme=people)
    story(title="Netwerk over water", author=make_user(team=network), theme=water)
    client = as_user(make_user())
    assert titles(soup(client, f"/nl/verhalen/?team={lab.pk}&theme={water.pk}")) == ["Lab over water"]
    assert len(titles(soup(client, f"/nl/verhalen/?theme={water.pk}&team="))) == 2
    nothing = soup(client, f"/nl/verhalen/?team={network.pk}&theme={people.pk}")
    assert titles(nothing) == []
    assert nothing.select_one(".empty a")["href"] == "/nl/verhalen/"


def test_a_reader_chooses_the_language_stories_were_written_in_and_none_doubles(as_user, user, story, trunk):
    story(title="Op zijn Nederlands").save_revision().publish()
    english = StoryFactory(
        parent=trunk(StoryIndexPage, "en"), title="In English", locale=trunk(StoryIndexPage, "en").locale
    )
    english.save_revision().publish()
    client = as_user(user)
    for url in ("/nl/verhalen/", "/en/stories/"):
        assert sorted(titles(soup(client, url))) == ["In English", "Op zijn Nederlands"]
        assert titles(soup(client, f"{url}?written=en")) == ["In English"]
        assert titles(soup(client, f"{url}?written=nl")) == ["Op zijn Nederlands"]
        assert len(titles(soup(client, f"{url}?written=xx"))) == 2


def test_a_renamed_theme_is_shown_at_once(as_user, user, story):
    themes = [StoryTheme.objects.create(name=name) for name in ("Water", "Mensen")]
    for theme in themes:
        story(theme=theme)
    client = as_user(user)
    assert choices(soup(client, "/nl/verhalen/"), "theme") == ["Mensen", "Water"]
    themes[0].name = "Bronnen"
    themes[0].save()
    assert choices(soup(client, "/nl/verhalen/"), "theme") == ["Bronnen", "Mensen"]


def test_a_channel_lists_only_its_own_stories(as_user, user, story, trunk):
    story(title="Hier")
    other = trunk(StoryIndexPage).get_parent().add_child(instance=StoryIndexPage(title="Projecten", slug="projecten"))
    StoryFactory(parent=other, title="Daar")
    client = as_user(user)
    assert titles(soup(client, "/nl/verhalen/")) == ["Hier"]
    assert titles(soup(client, "/nl/projecten/")) == ["Daar"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"moderation": "before", "target_days": 3}, "3"),
        ({"moderation": "after"}, "afterwards"),
        ({"trusts_authors": True}, "twelve months"),
    ],
)
def test_the_rule_of_the_channel_is_told_to_everybody(as_user, user, trunk, fields, words):
    page = trunk(StoryIndexPage, "en")
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    assert words in soup(as_user(user), "/en/stories/").select_one("section[aria-labelledby=rule]").get_text()


def test_a_changed_story_says_since_when(as_user, user, story):
    page = story(changed_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert "20 november 2026" in soup(as_user(user), page.url).select_one(".article-head").get_text()


def test_a_story_shows_its_text_its_photos_and_its_author(as_user, make_user, story):
    author = make_user(first_name="Daan", last_name="Kuipers", job_title="storingsmonteur")
    page = story(text="Het was **koud**.", author=author)
    page.photos = [StoryPhoto(image=ImageFactory(), alt_text="Een gesprongen leiding", caption="Kwart over twee")]
    page.save_revision().publish()
    shown = soup(as_user(make_user()), page.url)
    assert shown.select_one(".article strong").get_text() == "koud"
    photo = shown.select_one("figure:has(figcaption)")
    assert photo.img["alt"] == "Een gesprongen leiding"
    assert photo.figcaption.get_text(strip=True) == "Kwart over twee"
    assert "Daan Kuipers" in shown.select_one("aside .person").get_text()
    assert "storingsmonteur" in shown.select_one(".article-head .meta").get_text()


def test_a_story_survives_its_author(as_user, make_user, user, story):
    author = make_user(first_name="Piet", last_name="Oudman", job_title="meteropnemer")
    page = story(author=author)
    author.delete()
    page = StoryPage.objects.get(pk=page.pk)
    page.save_revision().publish()
    shown = soup(as_user(user), page.url)
    assert "Piet Oudman" in shown.select_one("aside").get_text()
    assert shown.select_one("aside .person") is None


def test_what_is_typed_is_cleaned_when_it_is_saved(story):
    page = story(text="  een\r\ntwee\x00\u202e ")
    assert StoryPage.objects.get(pk=page.pk).text == "een\ntwee"


def test_a_story_of_more_than_the_limit_is_refused_with_the_limit_named(story):
    with pytest.raises(ValidationError, match="20000"):
        story(text="a" * (MAX_CHARACTERS + 1))


def test_a_script_in_a_story_is_shown_as_text(as_user, user, story):
    page = story(text="<script>alert('kanarie')</script>", title="<b>Vet</b>", summary="<i>Schuin</i>")
    html = as_user(user).get(page.url).content.decode()
    assert "<script>alert(" not in html
    assert "&lt;script&gt;alert(" in html
    assert "<b>Vet" not in html
    assert "<i>Schuin" not in html


def test_drafts_are_in_no_list_and_have_no_page(as_user, make_user, story):
    draft = story(title="Kanarie")
    draft.unpublish()
    client = as_user(make_user(is_superuser=True))
    assert "Kanarie" not in soup(client, "/nl/verhalen/").get_text()
    assert client.get(draft.url).status_code == 404


# Session, reader and content stamp; on top of the whole list who opens calls, below a story the reactions.
NARROWED, LIST, STORY = 3, 4, 4


def test_list_and_story_cost_the_same_with_ten_times_the_data(as_user, make_user, story, django_assert_num_queries):
    client = as_user(make_user())
    first = story(author=make_user(team=Team.objects.create(name="Netwerk")))
    for url, queries in (("/nl/verhalen/", LIST), (first.url, STORY)):
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)
    lab = Team.objects.create(name="Laboratorium")
    for _ in range(13):
        story(author=make_user(team=lab))
    team, second = f"/nl/verhalen/?team={lab.pk}", "/nl/verhalen/?page=2"
    for url, queries in (("/nl/verhalen/", LIST), (team, NARROWED), (second, NARROWED), (first.url, STORY)):
        client.get(url)
        with django_assert_num_queries(queries):
            client.get(url)


def test_a_cold_list_asks_as_much_for_twelve_stories_as_for_three(as_user, make_user, story):
    client = as_user(make_user())

    def add_and_count(number: int) -> int:
        for _ in range(number):
            story(author=make_user(), image=ImageFactory())
        # Once to make the renditions, once more cold.
        client.get("/nl/verhalen/")
        touch_content()
        with CaptureQueriesContext(connection) as queries:
            client.get("/nl/verhalen/")
        return len(queries)

    assert add_and_count(3) == add_and_count(9)
