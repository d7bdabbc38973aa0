"""People and stories that the tests of stories share."""

import uuid

import pytest

from stories.models import StoryIndexPage
from stories.services import save_draft, send_story


@pytest.fixture
def moderator(make_user):
    """A colleague who judges stories."""
    return make_user(email="moderator@example.com", groups=["Moderators"])


@pytest.fixture
def second_moderator(make_user):
    """Another one."""
    return make_user(email="second-moderator@example.com", groups=["Moderators"])


@pytest.fixture
def channel(trunk):
    """The Dutch channel of the standing tree: read before publication."""
    return trunk(StoryIndexPage, "nl")


@pytest.fixture
def write(db):
    """``write(author, **values)``: a draft of a whole story, not sent yet."""

    def make(author, **values):
        values = {"title": "Een dag op de bouw", "text": "Wat ik zag, en waarom het telt.", "language": "nl"} | values
        return save_draft(author=author, key=uuid.uuid4(), version=0, values=values)

    return make


@pytest.fixture
def send(write):
    """``send(author, **values)``: a story that was sent; returns its submission."""

    def make(author, **values):
        return send_story(draft=write(author, **values), author=author)

    return make
