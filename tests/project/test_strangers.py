"""A colleague who guesses at addresses finds nothing and breaks nothing."""

import uuid

import pytest
from django.urls import reverse

from stories import urls as story_urls
from stories.models import Portrayal, StoryReport
from stories.services import save_draft, send_story
from tests.addresses import all_addresses
from tests.factories import ImageFactory, UserFactory

pytestmark = pytest.mark.django_db
# Signing out, and what does its work on any request, would end the walk.
NOT_WALKED = {"account_logout"}
# These belong to nobody in particular: what they show depends on who asks.
# (a preview shows what is sent along with the question, whatever the key).
FOR_EVERYBODY = {"new", "colleagues", "token", "mine", "portrayals", "draft_preview"}
FOR_MODERATORS = {"queue", "reports", "releases"}
FOR_CALLERS = {"new_call", "edit_call", "end_call", "decline_call", "reconsider_call"}
OF_A_PAGE = {"read", "report", "share", "share_ask", "share_end", "share_wanted", "share_tips", "share_to"}
OF_A_PORTRAYAL = {"portrayal", "portrayal_hide", "portrayal_show", "portrayal_take_out", "consent"}
OF_A_REPORT = {"own_report"}
# Every other address, so that a new one is tested without being named here.
SOMEBODYS = sorted({pattern.name for pattern in story_urls.urlpatterns} - FOR_EVERYBODY - FOR_CALLERS)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("groups", [[], ["Moderators", "Community managers"]], ids=["employee", "moderator"])
def test_no_address_breaks_on_ids_that_are_not_there(as_user, method, groups):
    client = as_user(UserFactory(groups=groups))
    client.raise_request_exception = False
    broken = []
    for address, name in all_addresses():
        if name in NOT_WALKED or address.startswith("/admin/"):
            continue
        status = getattr(client, method)(address).status_code
        if status >= 500:
            broken.append((address, status))
    assert broken == []


@pytest.mark.parametrize("number", ["0", "2147483648", "99999999999999999999", "-1", "１", "1e3"])
def test_odd_numbers_are_simply_not_there(as_user, number):
    client = as_user(UserFactory(groups=["Moderators"]))
    for pattern in story_urls.urlpatterns:
        route = str(pattern.pattern)
        if "<int:pk>" not in route:
            continue
        address = "/nl/stories/" + route.replace("<int:pk>", number).replace("<slug:network>", "mail")
        for method in ("get", "post"):
            assert getattr(client, method)(address).status_code in (404, 405), address


@pytest.fixture
def somebodys():
    """A story that waits to be read, with a photo, somebody on it and a report: nothing of it is a stranger's business."""
    author, shown = UserFactory(), UserFactory()
    key = uuid.uuid4()
    values = {"title": "Geheim van de smid", "text": "Dit is nog niet voor iedereen.", "language": "nl"}
    draft = save_draft(author=author, key=key, version=0, values=values)
    image = ImageFactory()
    draft.photos.create(image=image, alt_text="Een aambeeld").people.add(shown)
    submission = send_story(draft=draft, author=author)
    portrayal = Portrayal.objects.get(person=shown)
    report = StoryReport.objects.create(story=submission.story, reporter=shown, reason="other")
    open_draft = save_draft(author=author, key=uuid.uuid4(), version=0, values=values)
    return {"submission": submission, "portrayal": portrayal, "report": report, "draft": open_draft}


def _address_of(name: str, somebodys: dict) -> str:
    if name.startswith("draft"):
        return reverse(f"stories:{name}", args=[somebodys["draft"].key])
    if name in OF_A_PORTRAYAL:
        pk = somebodys["portrayal"].pk
    elif name in OF_A_REPORT:
        pk = somebodys["report"].pk
    elif name in OF_A_PAGE:
        pk = somebodys["submission"].story_id
    else:
        pk = somebodys["submission"].pk
    return reverse(f"stories:{name}", args=[pk, "mail"] if name == "share_to" else [pk])


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", SOMEBODYS)
def test_what_is_somebody_elses_is_not_there(as_user, somebodys, name, method):
    client = as_user(UserFactory())
    if name in FOR_MODERATORS:
        assert getattr(client, method)(reverse(f"stories:{name}")).status_code in (404, 405)
        return
    address = _address_of(name, somebodys)
    if name == "draft_save" and method == "post":
        body = {"version": somebodys["draft"].version, "values": {"title": "Van mij", "text": "x"}}
        response = client.post(address, body, content_type="application/json")
    else:
        response = getattr(client, method)(address, {"text": "x", "version": "0"} if method == "post" else {})
    # A draft's own key is made by its writer, so saving with somebody else's is refused as not there too.
    assert response.status_code in (404, 405), (address, response.status_code)
    assert "Geheim van de smid" not in response.content.decode()
    somebodys["draft"].refresh_from_db()
    assert somebodys["draft"].title == "Geheim van de smid"
    somebodys["submission"].refresh_from_db()
    assert somebodys["submission"].state == "in_review"
    assert somebodys["submission"].claimed_by_id is None


def test_a_stranger_is_told_the_same_about_a_file_that_is_closed_and_one_that_is_not_there(as_user, somebodys):
    image = somebodys["portrayal"].image
    client = as_user(UserFactory())
    closed, missing = client.get(image.file.url), client.get("/media/original_images/nothing-here.jpg")
    assert closed.status_code in (200, 403, 404)
    assert missing.status_code == 404
