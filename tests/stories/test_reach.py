"""How many readers a story has, without keeping who they are."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from stories.models import StoryIndexPage, StoryPage, StoryReach
from stories.reach import MOST_PER_MINUTE, TOKEN_LASTS
from stories.reading_token import reading_token
from tests.factories import StoryFactory


@pytest.fixture
def author(make_user):
    return make_user()


@pytest.fixture
def story(trunk, author):
    page = StoryFactory(parent=trunk(StoryIndexPage), author=author)
    page.save_revision().publish()
    return StoryPage.objects.get(pk=page.pk)


def token_on(client, page) -> str:
    script = BeautifulSoup(client.get(page.url).content, "html.parser").select_one("script[data-token]")
    return script["data-token"] if script else ""


def send(client, page, token: str):
    return client.post(reverse("stories:read", args=[page.pk]), {"token": token})


def readers() -> int:
    return sum(StoryReach.objects.values_list("readers", flat=True))


def test_a_device_counts_once_for_the_token_of_its_page(as_user, user, story):
    client = as_user(user)
    token = token_on(client, story)
    for _ in range(2):
        assert send(client, story, token).status_code == 204
    assert readers() == 1


def test_both_languages_count_for_one_story(as_user, user, make_user, story):
    english = StoryPage.objects.get(alias_of=story)
    client = as_user(user)
    send(client, story, token_on(client, story))
    client = as_user(make_user())
    send(client, english, token_on(client, english))
    assert list(StoryReach.objects.values_list("story", "readers")) == [(story.pk, 2)]


def test_the_author_is_no_reader(as_user, author, story):
    client = as_user(author)
    assert token_on(client, story) == ""
    assert send(client, story, reading_token(story)).status_code == 204
    assert readers() == 0


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "é" * 5000])
def test_a_made_up_token_counts_nothing(as_user, user, story, token):
    assert send(as_user(user), story, token).status_code == 204
    assert readers() == 0


def test_the_token_of_another_story_or_of_yesterday_counts_nothing(as_user, user, story, trunk, time_machine):
    other = StoryFactory(parent=trunk(StoryIndexPage))
    client = as_user(user)
    assert send(client, story, reading_token(other)).status_code == 204
    old = reading_token(story)
    time_machine.move_to(timezone.now() + timedelta(seconds=TOKEN_LASTS + 1))
    assert send(as_user(user), story, old).status_code == 204
    assert readers() == 0


def test_a_script_that_reads_everything_is_not_counted_on_and_on(as_user, user, story):
    client = as_user(user)
    for _ in range(MOST_PER_MINUTE + 5):
        send(client, story, reading_token(story))
    assert readers() == MOST_PER_MINUTE


def test_a_story_that_is_closed_or_gone_is_not_there(as_user, user, story):
    client = as_user(user)
    unknown = client.post(reverse("stories:read", args=[story.pk + 1000]), {"token": "x"})
    restriction = PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.GROUPS)
    assert send(client, story, reading_token(story)).status_code == unknown.status_code == 404
    restriction.delete()
    story.unpublish()
    assert send(client, story, reading_token(story)).status_code == 404
    assert readers() == 0


def test_opening_the_address_counts_nothing(as_user, user, story):
    assert as_user(user).get(reverse("stories:read", args=[story.pk])).status_code == 405


def test_nothing_kept_says_who_read_what(as_user, user, story, monkeypatch):
    kept = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *rest, **more: kept.append(key) or add(key, *rest, **more))
    client = as_user(user)
    send(client, story, token_on(client, story))
    ours = [key for key in kept if key.startswith("reach")]
    assert len(ours) == 2
    for key in ours:
        names_reader = str(user.pk) in key.split(":")
        names_story = str(story.pk) in key.split(":") or str(story.translation_key) in key
        assert not (names_reader and names_story)
        assert not names_story
