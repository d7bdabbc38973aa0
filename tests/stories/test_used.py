"""Stories that the company story takes up."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import PageViewRestriction

from home.models import CompanyStoryPage, StoryChapterPage
from home.using import chapters_using
from notifications.kinds import get_kind
from notifications.models import Message
from stories.models import StoryEvent, StoryPage
from stories.services import approve_story
from tests.factories import StoryChapterFactory, StoryFactory

USED = StoryEvent.Kind.USED


@pytest.fixture
def published(user, send, moderator):
    return approve_story(submission=send(user), moderator=moderator)


@pytest.fixture
def chapter(trunk):
    """A chapter without any link, out."""
    page = StoryChapterFactory(parent=trunk(CompanyStoryPage), title="Wie wij zijn")
    page.save_revision().publish()
    return StoryChapterPage.objects.get(pk=page.pk)


def lead_to(chapter, story, *, as_block: bool = False, user=None):
    """Publish the chapter with a link to the story."""
    chapter = StoryChapterPage.objects.get(pk=chapter.pk)
    if as_block:
        chapter.body = [("page", {"page": story, "text": ""})]
    else:
        chapter.body = [("rich_text", f'<p><a linktype="page" id="{story.pk}">Lees dit</a></p>')]
    chapter.save_revision(user=user).publish()


def used_on(client, url: str) -> list[str]:
    page = BeautifulSoup(client.get(url).content, "html.parser")
    return [link.get_text(strip=True) for link in page.select("section[aria-labelledby=used] a")]


def block_names() -> set[str]:
    return set(StoryChapterPage.body.field.stream_block.child_blocks)


def test_the_chapters_have_the_blocks_this_test_uses():
    assert {"rich_text", "page"} <= block_names()


@pytest.mark.parametrize("as_block", [True, False])
def test_a_link_in_a_chapter_shows_on_the_story_and_is_told_once(
    as_user, user, make_user, published, chapter, as_block
):
    editor = make_user(groups=["Editors"])
    story = StoryPage.objects.get(pk=published.story_id)
    for _ in range(2):
        lead_to(chapter, story, as_block=as_block, user=editor)
    assert used_on(as_user(make_user()), story.url) == ["Wie wij zijn"]
    assert published.events.filter(kind=USED).count() == 1
    message = Message.objects.get(recipient=user, kind="story.used")
    assert story.title in get_kind("story.used").resolve(message.payload, user).title
    mine = as_user(user).get(reverse("stories:mine_story", args=[published.pk])).content.decode()
    assert "Wie wij zijn" in mine


def test_a_link_to_the_other_language_counts_for_the_same_story(as_user, user, published, chapter):
    english = StoryPage.objects.get(alias_of=published.story_id)
    lead_to(chapter, english)
    assert published.events.filter(kind=USED).count() == 1
    story = StoryPage.objects.get(pk=published.story_id)
    assert used_on(as_user(user), story.url) == ["Wie wij zijn"]
    assert used_on(as_user(user), english.url) == ["Wie wij zijn"]


def test_a_draft_that_takes_a_story_up_shows_nothing(as_user, user, published, chapter):
    story = StoryPage.objects.get(pk=published.story_id)
    chapter.body = [("rich_text", f'<p><a linktype="page" id="{story.pk}">Lees dit</a></p>')]
    chapter.save_revision()
    assert used_on(as_user(user), story.url) == []
    assert not published.events.filter(kind=USED).exists()


def test_a_chapter_the_reader_may_not_see_is_not_named(as_user, user, published, chapter):
    story = StoryPage.objects.get(pk=published.story_id)
    lead_to(chapter, story)
    PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.GROUPS)
    assert used_on(as_user(user), story.url) == []


def test_a_chapter_that_is_taken_away_is_not_named(as_user, user, published, chapter):
    story = StoryPage.objects.get(pk=published.story_id)
    lead_to(chapter, story)
    StoryChapterPage.objects.get(pk=chapter.pk).unpublish()
    assert used_on(as_user(user), story.url) == []


def test_a_story_made_in_the_admin_has_nobody_to_tell(as_user, user, published, chapter):
    own = StoryFactory(parent=published.story.get_parent())
    lead_to(chapter, own)
    assert used_on(as_user(user), own.url) == ["Wie wij zijn"]
    assert not StoryEvent.objects.filter(kind=USED).exists()


def test_a_chapter_without_stories_touches_nobody(user, published, chapter):
    assert chapters_using({published.story.translation_key}, user, "nl") == {}
    assert not Message.objects.filter(kind="story.used").exists()
