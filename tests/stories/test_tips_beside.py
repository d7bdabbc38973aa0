"""Tips beside the forms of stories: those of the page an editor chose, and those any manual marks for the moment."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils.translation import override

from guidelines.models import ChapterPage, ManualIndexPage
from stories.models import StoryIndexPage
from tests.factories import ChapterFactory, ManualFactory
from tests.stories.going_outside import bring_outside, publish


def tip(title: str, *situations: str) -> tuple[str, dict]:
    rich = {name: f"<p>{name} {title}</p>" for name in ("text", "do", "dont", "why")}
    return "tip", {"title": title, **rich, "situations": list(situations)}


@pytest.fixture
def chapter(trunk):
    manual = ManualFactory(parent=trunk(ManualIndexPage), title="Sociale media")
    tips = [tip("Schrijf kort", "writing"), tip("Vraag het eerst", "photo"), tip("Deel met je naam", "sharing")]
    return ChapterPage.objects.get(pk=ChapterFactory(parent=manual, title="Vertellen", body=tips).pk)


def shown(client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return [summary.get_text(strip=True) for summary in page.select(".fold--tip > summary")]


def test_where_nobody_chose_a_page_the_marked_tips_stand_there(as_user, user, chapter):
    client = as_user(user)
    assert shown(client, "/nl/stories/new/") == ["Schrijf kort"]
    page = BeautifulSoup(client.get("/nl/stories/new/").content, "html.parser")
    assert page.select_one(f'.fold--tip a[href="{chapter.url}#tip-schrijf-kort"]')
    assert "why Schrijf kort" in page.select_one(".fold--tip").get_text()
    assert page.select_one('section[aria-labelledby=tips] a[href=""]') is None


def test_a_chosen_page_comes_first_and_no_tip_stands_there_twice(as_user, user, chapter, trunk):
    other = ManualFactory(parent=trunk(ManualIndexPage), title="Klanten", body=[tip("Geen namen", "writing")])
    StoryIndexPage.objects.filter(locale__language_code="nl").update(writing_tips=chapter.pk)
    assert shown(as_user(user), "/nl/stories/new/") == [
        "Schrijf kort",
        "Vraag het eerst",
        "Deel met je naam",
        "Geen namen",
    ]
    assert other.url


def share_url(pk: int) -> str:
    with override("nl"):
        return reverse("stories:share", args=[pk])


def test_sharing_shows_what_manuals_say_about_it(as_user, user, make_user, send, moderator, chapter):
    submission = publish(send, user, moderator)
    bring_outside(submission, moderator)
    assert shown(as_user(make_user()), share_url(submission.story_id)) == ["Deel met je naam"]
