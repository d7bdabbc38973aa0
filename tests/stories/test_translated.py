"""A story in the other language, by who wants to translate it."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, Translation

from conversations.services import add_reaction
from stories.models import StoryPage, StoryPhoto, StoryTheme
from stories.reach import source_of
from stories.services import approve_story
from tests.factories import ImageFactory


@pytest.fixture
def published(user, send, moderator):
    """A story with a photo, out."""
    submission = send(user, title="Een dag op de bouw", text="Het was koud.")
    page = submission.story.get_latest_revision_as_object()
    page.photos = [StoryPhoto(image=ImageFactory(), alt_text="Een kraan", caption="In de kou")]
    page.save_revision(user=user)
    return approve_story(submission=submission, moderator=moderator)


def translate(client, story) -> StoryPage:
    """Put "EN " before every text and publish."""
    english = Locale.objects.get(language_code="en")
    response = client.post(
        reverse("wagtail_localize:submit_page_translation", args=[story.pk]), {"locales": [english.pk]}
    )
    assert response.status_code == 302
    translation = Translation.objects.get(source__object_id=story.translation_key, target_locale=english)
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string", "context"):
        value = "a-day" if segment.context.path == "slug" else f"EN {segment.string.data}"
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        assert client.put(url, f"value={value}", content_type="application/x-www-form-urlencoded").status_code < 300
    twin = StoryPage.objects.get(translation_key=story.translation_key, locale=english)
    edit = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    assert client.post(edit, {"action": "publish"}).status_code == 302
    return StoryPage.objects.get(pk=twin.pk)


def test_words_descriptions_and_captions_are_translated(as_user, make_user, published):
    editor = make_user(groups=["Editors"])
    twin = translate(as_user(editor), StoryPage.objects.get(pk=published.story_id))
    assert (twin.live, twin.alias_of_id) == (True, None)
    assert (twin.title, twin.text) == ("EN Een dag op de bouw", "EN Het was koud.")
    photo = twin.photos.get()
    assert (photo.alt_text, photo.caption) == ("EN Een kraan", "EN In de kou")
    original = StoryPage.objects.get(pk=published.story_id)
    assert original.photos.get().alt_text == "Een kraan"
    assert twin.author_id == original.author_id
    assert twin.byline_name == original.byline_name


def test_a_translation_shares_reactions_and_reach_with_its_original(as_user, make_user, user, published):
    original = StoryPage.objects.get(pk=published.story_id)
    twin = translate(as_user(make_user(groups=["Editors"])), original)
    reader = make_user()
    add_reaction(user=reader, page=twin, kind="thanks")
    page = BeautifulSoup(as_user(reader).get(original.url).content, "html.parser")
    assert page.select_one("#reaction-thanks")["aria-pressed"] == "true"
    assert source_of(twin) == original


def test_editors_keep_the_themes_in_both_languages(as_user, make_user):
    client = as_user(make_user(groups=["Editors"]))
    url = reverse(StoryTheme.snippet_viewset.get_url_name("add"))
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Water", "name_en": "Water works"}).status_code == 302
    assert StoryTheme.objects.get().name_en == "Water works"


def test_nobody_else_changes_themes(as_user, make_user):
    url = reverse(StoryTheme.snippet_viewset.get_url_name("add"))
    for group in ("Employees", "Moderators", "HR"):
        response = as_user(make_user(groups=[group])).post(url, {"name": "Water", "name_en": ""})
        assert response.status_code in (302, 403, 404)
    assert not StoryTheme.objects.exists()
