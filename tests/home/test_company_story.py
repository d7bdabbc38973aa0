"""The company story and its chapters."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import PageViewRestriction

from home.models import CompanyStoryPage
from tests.factories import StoryChapterFactory

TEXT = [("heading", {"text": "Het begon met één bron", "level": "2"}), ("rich_text", "<p>Woorden.</p>")]


@pytest.fixture
def chapters(trunk):
    """Four chapters, in order."""
    return [
        StoryChapterFactory(parent=trunk(CompanyStoryPage), title=f"Hoofdstuk {word}", body=TEXT)
        for word in ("een", "twee", "drie", "vier")
    ]


def soup(client, url) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def restrict(page, member):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())


def neighbours(page: BeautifulSoup) -> tuple[str | None, str | None]:
    found = (page.select_one('a[rel="prev"]'), page.select_one('a[rel="next"]'))
    return tuple(link and link.get_text(strip=True) for link in found)


def test_the_story_lists_its_chapters_in_order(as_user, user, chapters):
    page = soup(as_user(user), "/nl/ons-verhaal/")
    assert [link.get_text() for link in page.select(".route a")] == [chapter.title for chapter in chapters]


def test_a_chapter_knows_its_number_and_its_neighbours(as_user, user, chapters):
    client = as_user(user)
    assert neighbours(soup(client, chapters[0].url)) == (None, "Hoofdstuk twee")
    middle = soup(client, chapters[1].url)
    assert neighbours(middle) == ("Hoofdstuk een", "Hoofdstuk drie")
    assert "2" in middle.select_one(".kicker").get_text()
    assert middle.select_one(".chapters [aria-current=page]").get_text(strip=True) == "2Hoofdstuk twee"
    assert neighbours(soup(client, chapters[3].url)) == ("Hoofdstuk drie", None)


def test_moving_a_chapter_changes_the_order_at_once(as_user, user, chapters):
    client = as_user(user)
    client.get(chapters[0].url)
    chapters[3].move(chapters[0], pos="right")
    assert neighbours(soup(client, chapters[0].url)) == (None, "Hoofdstuk vier")


def test_drafts_and_closed_chapters_are_skipped_and_not_counted(as_user, make_user, chapters):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    chapters[1].unpublish()
    restrict(chapters[2], member)
    page = soup(as_user(outsider), chapters[0].url)
    assert neighbours(page) == (None, "Hoofdstuk vier")
    assert "twee" not in page.get_text()
    assert "drie" not in page.get_text()
    assert "2" in soup(as_user(outsider), chapters[3].url).select_one(".kicker").get_text()
    assert neighbours(soup(as_user(member), chapters[0].url)) == (None, "Hoofdstuk drie")
    assert as_user(outsider).get(chapters[1].url).status_code == 404
    assert as_user(outsider).get(chapters[2].url).status_code == 403


def test_a_chapter_of_an_unpublished_story_stands_alone(as_user, user, chapters):
    CompanyStoryPage.objects.get(locale__language_code="nl").unpublish()
    page = soup(as_user(user), chapters[0].url)
    assert page.select_one(".kicker") is None
    assert "Ons verhaal" not in page.select_one(".breadcrumbs").get_text()


def test_headings_with_the_same_words_get_anchors_of_their_own(as_user, user, trunk):
    chapter = StoryChapterFactory(parent=trunk(CompanyStoryPage), body=TEXT * 3)
    ids = [heading["id"] for heading in soup(as_user(user), chapter.url).select(".article h2[id]")]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("place", ["story", "chapter"])
def test_warm_pages_cost_the_same_with_ten_times_the_chapters(
    as_user, user, trunk, chapters, django_assert_num_queries, place
):
    client = as_user(user)
    url = "/nl/ons-verhaal/" if place == "story" else chapters[0].url
    client.get(url)
    # Session, reader and content stamp.
    with django_assert_num_queries(3):
        client.get(url)
    for _ in range(36):
        StoryChapterFactory(parent=trunk(CompanyStoryPage), body=TEXT)
    client.get(url)
    with django_assert_num_queries(3):
        client.get(url)
