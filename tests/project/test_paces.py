"""Who does something much oftener than a person would is stopped, and what they typed is kept."""

import re
import uuid
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conversations.views import REACTIONS_A_MINUTE
from guidelines.models import Feedback, ManualIndexPage
from guidelines.models.pages import PDFS_IN_FIVE_MINUTES
from guidelines.views.feedback import FEEDBACK_AN_HOUR
from stories.models import StoryIndexPage
from stories.services import save_draft
from stories.views.writing.devices import UPLOADS_AN_HOUR
from tests.factories import ManualFactory, StoryFactory, UserFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reached(name: str, user, most: int) -> None:
    """So often did this person do it already."""
    cache.set(f"{name}:{user.pk}", most, 60)


@pytest.fixture
def manual(trunk):
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Pompen")
    page.save_revision().publish()
    return page


def test_a_pdf_is_not_made_again_and_again(client, user, manual, monkeypatch):
    made = []
    monkeypatch.setattr("guidelines.pdf.manual_pdf", lambda *args: made.append(1) or b"%PDF-1.4")
    answers = [client.get(f"{manual.url}?pdf=1").status_code for _time in range(PDFS_IN_FIVE_MINUTES + 2)]
    assert answers == [200] * PDFS_IN_FIVE_MINUTES + [429] * 2
    assert len(made) == PDFS_IN_FIVE_MINUTES
    # Reading goes on, and so does the PDF of somebody else.
    assert client.get(manual.url).status_code == 200
    other = Client()
    other.force_login(UserFactory())
    assert other.get(f"{manual.url}?pdf=1").status_code == 200


def test_words_about_a_text_stay_in_the_form(client, user, manual):
    reached("feedback", user, FEEDBACK_AN_HOUR)
    address = f"/en/manuals/{manual.pk}/feedback/"
    response = client.post(address, {"useful": "no", "comment": "Het nummer klopt niet"})
    assert response.status_code == 429
    assert "Het nummer klopt niet" in response.content.decode()
    assert response.context["form"].non_field_errors()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("what", ["add", "remove"])
def test_reacting_by_a_script_is_stopped(client, user, trunk, what):
    story = StoryFactory(parent=trunk(StoryIndexPage), author=UserFactory())
    address = f"/nl/conversations/reactions/{story.translation_key}/thanks/{what}/"
    reached("reactions", user, REACTIONS_A_MINUTE - 1)
    assert client.post(address).status_code == 302
    response = client.post(address)
    assert response.status_code == 429 and response.templates[0].name == "429.html"


def test_photos_of_a_story_wait_on_the_device(client, user):
    draft = save_draft(author=user, key=uuid.uuid4(), version=0, values={"title": "x", "text": "x", "language": "nl"})
    reached("story-photos", user, UPLOADS_AN_HOUR)
    file = SimpleUploadedFile("a.jpg", b"x")
    address = f"/nl/stories/draft/{draft.key}/photos/"
    assert client.post(address, {"key": str(uuid.uuid4()), "photo": file}).status_code == 429
    assert not draft.photos.exists()


def test_every_limit_stands_in_the_table():
    documented = (ROOT / "docs" / "security.md").read_text()
    found = {}
    for path in ROOT.glob("[a-z]*/**/*.py"):
        if path.parts[len(ROOT.parts)] not in ("tests", "bench"):
            text = path.read_text()
            for name in re.findall(r"(?:is_within\(\s*f?|paced\()\"([a-z-]+)", text):
                found[name] = path
    assert len(found) > 14
    assert [name for name in found if f"`{name}`" not in documented] == []
    # The other way round: no limit is promised that isn't there.
    table = documented.partition("## How often")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)`", table, re.MULTILINE)) == set(found)
