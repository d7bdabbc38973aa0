"""A colleague's new name or face is seen at once, wherever it stands in a rendered page."""

import pytest

from base.stamp import content_stamp


@pytest.mark.parametrize("field", ["first_name", "job_title", "photo", "is_active"])
def test_what_others_see_of_a_colleague_renews_rendered_pages(user, field):
    before = content_stamp()
    user.save(update_fields=[field])
    assert content_stamp() != before


@pytest.mark.parametrize("field", ["last_login", "password", "theme", "locale"])
def test_signing_in_and_own_preferences_leave_rendered_pages_alone(user, field):
    before = content_stamp()
    user.save(update_fields=[field])
    assert content_stamp() == before


def test_choosing_light_or_dark_renders_nothing_anew(as_user, user):
    before = content_stamp()
    choice = {"locale": "en", "theme": "dark", "time_zone": "Europe/Amsterdam"}
    assert as_user(user).post("/nl/settings/", choice).status_code == 302
    user.refresh_from_db()
    assert user.theme == "dark"
    assert content_stamp() == before


def test_a_story_shows_its_author_as_they_look_now(as_user, make_user, trunk):
    from stories.models import StoryIndexPage
    from tests.factories import StoryFactory

    author = make_user(first_name="Anouk", job_title="Laborant")
    story = StoryFactory(parent=trunk(StoryIndexPage), author=author)
    reader = as_user(make_user())
    assert "Anouk" in reader.get(story.get_url()).content.decode()
    author.is_active = False
    author.save()
    assert "oud-collega" in reader.get(story.get_url()).content.decode().lower()
