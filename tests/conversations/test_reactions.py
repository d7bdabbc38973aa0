"""Reactions to a text."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import PageViewRestriction

from conversations.models import Reaction
from conversations.reading import reactions_to
from conversations.services import add_reaction, remove_reaction
from notifications.kinds import get_kind
from notifications.models import Message
from people.forgetting import forget_person
from stories.models import StoryIndexPage, StoryPage
from tests.factories import NewsFactory, StoryFactory


@pytest.fixture
def author(make_user):
    return make_user(first_name="Daan")


@pytest.fixture
def story(trunk, author):
    page = StoryFactory(parent=trunk(StoryIndexPage), author=author, title="Nachtdienst")
    page.save_revision().publish()
    return StoryPage.objects.get(pk=page.pk)


def address(page, kind: str = "thanks", what: str = "add") -> str:
    return reverse(f"conversations:{what}_reaction", args=[page.translation_key, kind])


def test_a_reaction_counts_once_however_often_it_is_sent(as_user, user, story):
    client = as_user(user)
    for _ in range(2):
        response = client.post(address(story))
        assert response.status_code == 302
        assert response["Location"].endswith(f"{story.url}#reactions")
    assert Reaction.objects.counts(story.translation_key, user) == {"thanks": (1, True)}


def test_taking_a_reaction_back_twice_is_harmless(as_user, user, story):
    client = as_user(user)
    client.post(address(story))
    for _ in range(2):
        assert client.post(address(story, what="remove")).status_code == 302
    assert Reaction.objects.count() == 0


def test_somebody_may_react_in_several_ways_and_takes_back_only_their_own(user, make_user, story):
    other = make_user()
    for kind in ("thanks", "learned"):
        add_reaction(user=user, page=story, kind=kind)
    add_reaction(user=other, page=story, kind="thanks")
    remove_reaction(user=user, page=story, kind="thanks")
    assert Reaction.objects.counts(story.translation_key, user) == {"thanks": (1, False), "learned": (1, True)}


def test_the_page_shows_counts_and_presses_the_readers_own(as_user, user, make_user, story):
    add_reaction(user=make_user(), page=story, kind="thanks")
    add_reaction(user=user, page=story, kind="learned")
    page = BeautifulSoup(as_user(user).get(story.url).content, "html.parser")
    buttons = {button["id"]: button for button in page.select("#reactions button")}
    assert buttons["reaction-thanks"]["aria-pressed"] == "false"
    assert buttons["reaction-thanks"].b.get_text() == "1"
    assert buttons["reaction-learned"]["aria-pressed"] == "true"
    assert buttons["reaction-learned"]["formaction"] == address(story, "learned", "remove")


def test_both_languages_share_their_reactions(as_user, user, story):
    english = StoryPage.objects.get(alias_of=story)
    add_reaction(user=user, page=story, kind="thanks")
    page = BeautifulSoup(as_user(user).get(english.url).content, "html.parser")
    assert page.select_one("#reaction-thanks")["aria-pressed"] == "true"


def test_htmx_gets_the_bar_alone(as_user, user, story):
    response = as_user(user).post(address(story), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert b"<html" not in response.content
    bar = BeautifulSoup(response.content, "html.parser").select_one("#reactions")
    assert bar.select_one("#reaction-thanks")["aria-pressed"] == "true"
    assert bar.select_one("[name=csrfmiddlewaretoken]")["value"]


def test_authors_see_the_counts_and_do_not_thank_themselves(as_user, author, user, story):
    add_reaction(user=user, page=story, kind="thanks")
    client = as_user(author)
    bar = BeautifulSoup(client.get(story.url).content, "html.parser").select_one("#reactions")
    assert bar.select("button") == []
    assert "1" in bar.get_text()
    assert client.post(address(story)).status_code == 404


@pytest.mark.parametrize("what", ["add", "remove"])
def test_what_a_reader_may_not_see_is_not_there(as_user, user, story, trunk, what):
    news = NewsFactory(parent=trunk(StoryIndexPage).get_parent())
    restricted = PageViewRestriction.objects.create(page=story, restriction_type=PageViewRestriction.GROUPS)
    client = as_user(user)
    unknown = reverse(f"conversations:{what}_reaction", args=[uuid4(), "thanks"])
    for url in (address(story, what=what), unknown, address(news, what=what)):
        assert client.post(url).status_code == 404
    restricted.delete()
    StoryPage.objects.get(pk=story.pk).unpublish()
    assert client.post(address(story, what=what)).status_code == 404


def test_an_unknown_kind_is_not_there(as_user, user, story):
    assert as_user(user).post(address(story, "angry")).status_code == 404


def test_reading_changes_nothing(as_user, user, story):
    assert as_user(user).get(address(story)).status_code == 405
    assert not Reaction.objects.exists()


def test_who_is_not_signed_in_is_sent_to_sign_in(client, story):
    response = client.post(address(story))
    assert response.status_code == 302
    assert "login" in response["Location"]
    assert not Reaction.objects.exists()


def test_a_reaction_outlives_its_giver(user, make_user, story):
    giver = make_user()
    add_reaction(user=giver, page=story, kind="thanks")
    giver.delete()
    assert Reaction.objects.counts(story.translation_key, user) == {"thanks": (1, False)}


def test_who_is_forgotten_leaves_their_reactions_without_a_name(user, make_user, story):
    giver = make_user(is_active=False)
    for kind in ("thanks", "learned"):
        Reaction.objects.create(user=giver, translation_key=story.translation_key, kind=kind)
    forget_person(person=giver, by=None)
    assert set(Reaction.objects.values_list("user", flat=True)) == {None}
    assert Reaction.objects.counts(story.translation_key, user) == {"thanks": (1, False), "learned": (1, False)}


def test_the_author_hears_once_a_day_how_many_reacted(author, make_user, story):
    first = make_user()
    for kind in ("thanks", "learned"):
        add_reaction(user=first, page=story, kind=kind)
    for _ in range(2):
        add_reaction(user=make_user(), page=story, kind="thanks")
    message = Message.objects.get(recipient=author, kind="story.reactions")
    content = get_kind("story.reactions").resolve(message.payload, author)
    assert content.title.startswith("3 ")
    assert "Nachtdienst" in content.title
    assert content.url.endswith("#reactions")


def test_another_day_is_another_message(author, make_user, story, time_machine):
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    for days in range(2):
        time_machine.move_to(monday + timedelta(days=days))
        add_reaction(user=make_user(), page=story, kind="thanks")
    messages = Message.objects.filter(recipient=author, kind="story.reactions")
    assert len(messages) == 2
    for message in messages:
        assert get_kind("story.reactions").resolve(message.payload, author).title.startswith("1 ")


def test_nothing_is_told_once_the_reactions_or_the_story_are_gone(author, user, story):
    add_reaction(user=user, page=story, kind="thanks")
    payload = Message.objects.get(kind="story.reactions").payload
    StoryPage.objects.get(pk=story.pk).unpublish()
    assert get_kind("story.reactions").resolve(payload, author) is None
    StoryPage.objects.get(pk=story.pk).get_latest_revision().publish()
    remove_reaction(user=user, page=story, kind="thanks")
    assert get_kind("story.reactions").resolve(payload, author) is None


def test_the_bar_costs_one_query(user, make_user, story, django_assert_num_queries):
    for _ in range(10):
        add_reaction(user=make_user(), page=story, kind="thanks")
    with django_assert_num_queries(1):
        bar = reactions_to(story, user)
    assert bar.total == 10
