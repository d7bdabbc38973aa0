"""What lists show of a story that an employee wrote on a phone."""

import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from stories.models import StoryPage
from stories.outside_pictures import pictures_of
from stories.services import approve_story, open_draft_for, send_story
from stories.services.writing import add_photo, describe_photos, remove_photo


@pytest.fixture
def photo():
    """A photo as a phone sends it."""
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(content, "JPEG")
    return SimpleUploadedFile("p.jpg", content.getvalue(), content_type="image/jpeg")


@pytest.fixture
def published(user, write, moderator, photo):
    """A published story with one photo and no summary."""
    draft = write(user, text="De **eerste** dag.\n\n- een\n- twee & drie")
    shown = add_photo(draft=draft, author=user, key=uuid4(), file=photo)
    words = {"alt_text": "Een put", "nobody_recognisable": True}
    describe_photos(draft=draft, author=user, version=draft.version, values={shown.key: words})
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    return StoryPage.objects.get(pk=submission.story_id)


def test_a_card_shows_the_first_photo_and_how_the_story_begins(published):
    assert (published.image.pk, published.image_alt) == (published.photos.get().image_id, "Een put")
    assert published.teaser == "De eerste dag. een twee & drie"


def test_the_page_shows_that_photo_once(published, as_user, user):
    page = as_user(user).get(published.url).content.decode()
    assert page.count('alt="Een put"') == 1
    assert "article-hero" not in page


def test_the_card_follows_when_the_photo_goes(published, user):
    draft = open_draft_for(submission=published.submission, author=user)
    remove_photo(draft=draft, author=user, key=draft.photos.get().key)
    send_story(draft=draft, author=user)
    assert StoryPage.objects.get(pk=published.pk).get_latest_revision_as_object().image is None


def test_outside_the_photo_keeps_its_own_words(published):
    published.photos.update(caption="In maart", is_decorative=True)
    (row,) = pictures_of(StoryPage.objects.get(pk=published.pk))
    assert (row["image"].pk, row["alt_text"], row["caption"]) == (published.image_id, "", "In maart")
