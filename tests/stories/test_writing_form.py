"""The form in three steps, without JavaScript."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from base.models import PortalImage
from stories.models import StoryDraft, StoryPage, StoryTheme, Submission
from stories.services import approve_story, ask_changes, send_story
from tests.stories.pictures import jpeg


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def url(key, query: str = "") -> str:
    return f"/nl/stories/draft/{key}/{query}"


def words(**values) -> dict:
    return {"step": "words", "version": 0, "title": "Titel", "text": "Tekst.", "language": "nl", "go": "stay"} | values


@pytest.fixture
def draft(user, write):
    return write(user)


def test_opening_the_form_keeps_nothing_and_makes_a_key(as_user, user):
    page = soup(as_user(user).get("/nl/stories/new/"))
    action = page.select_one("form[data-write]")["action"]
    assert uuid.UUID(action.split("/")[-2])
    assert StoryDraft.objects.count() == 0


def test_the_first_save_makes_the_draft_and_going_on_leads_to_the_photos(as_user, user):
    key = uuid.uuid4()
    response = as_user(user).post(url(key), words(go="photos"))
    assert response.url == url(key, "?step=photos")
    draft = StoryDraft.objects.get(key=key)
    assert (draft.author, draft.title, draft.text, draft.language) == (user, "Titel", "Tekst.", "nl")


def test_open_drafts_stand_above_an_empty_form(as_user, user, make_user, write):
    write(user, title="Van mij")
    write(make_user(), title="Van een ander")
    page = soup(as_user(user).get("/nl/stories/new/")).get_text()
    assert "Van mij" in page
    assert "Van een ander" not in page


def test_what_is_too_long_stays_in_the_form_with_the_limit_named(as_user, user, draft):
    client = as_user(user)
    response = client.post(url(draft.key), words(version=1, text="a" * 200_001, title="b" * 300))
    page = soup(response)
    assert len(page.select_one("textarea[name=text]").get_text().strip()) == 200_001
    assert page.select_one("input[name=title]")["value"] == "b" * 300
    assert [line.get_text() for line in page.select(".error-summary li")] != []
    assert page.title.get_text().startswith("Fout:")
    assert StoryDraft.objects.get(key=draft.key).title == draft.title


def test_two_hundred_thousand_characters_are_kept_and_refused_only_when_sent(as_user, user, draft):
    client = as_user(user)
    assert client.post(url(draft.key), words(version=1, text="a" * 200_000, go="check")).status_code == 302
    page = soup(client.get(url(draft.key, "?step=check")))
    assert "200000" in page.get_text().replace(".", "")
    response = client.post(url(draft.key, "send/"))
    assert "20000" in soup(response).select_one(".error-summary").get_text().replace(".", "")
    assert Submission.objects.count() == 0
    assert len(StoryDraft.objects.get(key=draft.key).text) == 200_000


def test_a_second_tab_sees_what_the_first_saved_and_keeps_its_own_words(as_user, user, draft):
    client = as_user(user)
    client.post(url(draft.key), words(version=1, text="Van de telefoon."))
    response = client.post(url(draft.key), words(version=1, text="Van de laptop."))
    assert response.status_code == 409
    page = soup(response)
    assert "Van de telefoon." in page.select_one(".other-version").get_text()
    assert page.select_one("textarea[name=text]").get_text().strip() == "Van de laptop."
    assert StoryDraft.objects.get(key=draft.key).text == "Van de telefoon."
    again = words(version=page.select_one("input[name=version]")["value"], text="Van de laptop.")
    assert client.post(url(draft.key), again).status_code == 302
    assert StoryDraft.objects.get(key=draft.key).text == "Van de laptop."


@pytest.mark.parametrize("path", ["", "?step=photos", "?step=check", "delete/"])
def test_a_strangers_draft_is_not_there(as_user, make_user, draft, path):
    assert as_user(make_user()).get(url(draft.key, path)).status_code == 404


@pytest.mark.parametrize("path", ["", "send/", "delete/", "photos/"])
def test_a_strangers_draft_cannot_be_written_to(as_user, make_user, draft, path):
    response = as_user(make_user(is_superuser=True)).post(url(draft.key, path), words(version=1, text="Gekaapt"))
    assert response.status_code == 404
    assert StoryDraft.objects.get(key=draft.key).text == draft.text


def test_get_changes_nothing(as_user, user, draft):
    client = as_user(user)
    for path in ("save/", "send/", "photos/", "preview/"):
        assert client.get(url(draft.key, path)).status_code == 405
    assert client.get(url(draft.key, "delete/")).status_code == 200
    assert client.get(f"/nl/stories/mine/{draft.pk}/revise/").status_code == 405
    assert StoryDraft.objects.filter(pk=draft.pk, sent_at=None).exists()


def test_sending_twice_makes_one_story(as_user, user, draft):
    client = as_user(user)
    first, second = client.post(url(draft.key, "send/")), client.post(url(draft.key, "send/"))
    submission = Submission.objects.get()
    assert first.url == second.url == f"/nl/stories/mine/{submission.pk}/"
    assert client.get(url(draft.key)).url == first.url
    assert client.post(url(draft.key), words(version=1, text="Nog iets")).url == first.url
    assert StoryPage.objects.get(pk=submission.story_id).get_latest_revision_as_object().text == draft.text


def test_what_is_missing_is_said_with_a_way_to_its_field(as_user, user, write):
    draft = write(user, title="", text="")
    response = as_user(user).post(url(draft.key, "send/"))
    links = [link["href"] for link in soup(response).select(".error-summary a")]
    assert [link.split("#")[1] for link in links] == ["id_title", "id_text"]
    page = soup(as_user(user).get(links[0].split("#")[0]))
    assert len(page.select(".error")) == 2


def test_a_draft_is_thrown_away_after_asking(as_user, user, draft):
    client = as_user(user)
    assert client.post(url(draft.key, "delete/")).url == "/nl/stories/new/"
    assert not StoryDraft.objects.exists()


def test_a_story_that_was_asked_to_change_comes_back_into_the_form(as_user, user, draft, moderator):
    submission = send_story(draft=draft, author=user)
    client = as_user(user)
    revise = f"/nl/stories/mine/{submission.pk}/revise/"
    assert client.post(revise).url == f"/nl/stories/mine/{submission.pk}/"
    ask_changes(submission=submission, moderator=moderator, reason="clarity", comment="Wat is een <b>put</b>?")
    response = client.post(revise)
    assert client.post(revise).url == response.url
    page = soup(client.get(response.url))
    assert "Wat is een <b>put</b>?" in page.select_one(".callout--sun").get_text()
    assert page.select_one("textarea[name=text]").get_text().strip() == draft.text
    assert page.select_one("[name=language]") is None


def test_a_stranger_cannot_revise(as_user, make_user, user, send):
    assert as_user(make_user()).post(f"/nl/stories/mine/{send(user).pk}/revise/").status_code == 404


def test_a_draft_whose_story_is_being_read_says_so_and_shows_the_words(as_user, user, draft, moderator):
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    client = as_user(user)
    key = client.post(f"/nl/stories/mine/{submission.pk}/revise/").url.split("/")[-2]
    Submission.objects.update(state=Submission.State.IN_REVIEW)
    page = soup(client.get(url(key)))
    assert page.select_one("textarea[readonly]").get_text().strip() == draft.text
    response = client.post(url(key), words(version=1, text="Toch anders"))
    assert response.status_code == 409
    assert "Toch anders" in soup(response).select_one("textarea[readonly]").get_text()
    assert client.post(url(key, "send/")).status_code == 409


def test_themes_are_offered_in_the_readers_language(as_user, user):
    StoryTheme.objects.create(name="Vakwerk", name_en="Craft")
    client = as_user(user)
    assert "Vakwerk" in soup(client.get("/nl/stories/new/")).select_one("select[name=theme]").get_text()
    assert "Craft" in soup(client.get("/en/stories/new/")).select_one("select[name=theme]").get_text()


def test_photos_are_added_described_placed_and_removed_in_one_form(as_user, user, make_user, draft):
    anna = make_user(first_name="Anna", last_name="de Boer")
    client = as_user(user)
    form = {"step": "photos", "version": 1, "upload_key": str(uuid.uuid4())}
    two = [SimpleUploadedFile(f"{n}.jpg", jpeg(n), "image/jpeg") for n in (1, 2)]
    client.post(url(draft.key), form | {"go": "add", "photos": two})
    first, second = draft.photos.all()
    described = form | {
        f"{first.key}-sent": 1,
        f"{first.key}-alt_text": "Een put",
        f"{first.key}-who": "anna de boer",
        f"{second.key}-sent": 1,
        f"{second.key}-is_decorative": "on",
        f"{second.key}-nobody_recognisable": "on",
        "place": f"{second.key}:1",
    }
    assert client.post(url(draft.key), described).status_code == 302
    assert [photo.pk for photo in draft.photos.all()] == [second.pk, first.pk]
    first.refresh_from_db()
    assert (first.alt_text, list(first.people.all())) == ("Een put", [anna])
    picture = second.image_id
    client.post(url(draft.key), form | {"version": 2, "remove": str(second.key)})
    assert list(draft.photos.all()) == [first]
    assert not PortalImage.objects.filter(pk=picture).exists()


def test_the_same_upload_sent_twice_is_one_photo(as_user, user, draft):
    client = as_user(user)
    form = {"step": "photos", "version": 1, "upload_key": str(uuid.uuid4()), "go": "add"}
    for _ in range(2):
        client.post(url(draft.key), form | {"photos": SimpleUploadedFile("put.jpg", jpeg(), "image/jpeg")})
    assert draft.photos.count() == 1


def test_a_name_that_is_not_found_is_said_beside_its_field_and_the_rest_is_kept(as_user, user, draft, make_user):
    for _ in range(2):
        make_user(first_name="Jan", last_name="Jansen")
    client = as_user(user)
    form = {"step": "photos", "version": 1, "upload_key": str(uuid.uuid4()), "go": "add"}
    client.post(url(draft.key), form | {"photos": SimpleUploadedFile("put.jpg", jpeg(), "image/jpeg")})
    key = draft.photos.get().key
    sent = {f"{key}-sent": 1, f"{key}-alt_text": "Een put", f"{key}-who": "Niemand Zo, jan jansen"}
    page = soup(client.post(url(draft.key), form | sent | {"go": "check"}))
    error = page.select_one(".field--error").get_text()
    assert "Niemand Zo" in error
    assert "jan jansen" in error
    assert page.select_one(f"[name='{key}-who']")["value"] == "Niemand Zo, jan jansen"
    assert draft.photos.get().alt_text == "Een put"


PAYLOAD = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7|add:7 }}"


def test_nothing_typed_becomes_markup_in_any_step_or_on_the_page(as_user, user, draft, moderator):
    client = as_user(user)
    client.post(url(draft.key), words(version=1, title=PAYLOAD, text=PAYLOAD))
    client.post(
        url(draft.key, "photos/"), {"key": str(uuid.uuid4()), "photo": SimpleUploadedFile(f"{PAYLOAD}.jpg", jpeg())}
    )
    key = draft.photos.get().key
    sent = {f"{key}-sent": 1, f"{key}-alt_text": PAYLOAD, f"{key}-caption": PAYLOAD, f"{key}-nobody_recognisable": "on"}
    assert client.post(url(draft.key), {"step": "photos", "version": 2, "go": "check"} | sent).status_code == 302
    pages = [client.get(url(draft.key, f"?step={step}")) for step in ("words", "photos", "check")]
    pages += [client.get("/nl/stories/new/"), client.get(url(draft.key, "delete/"))]
    pages.append(client.post(url(draft.key, "preview/"), {"title": PAYLOAD, "text": PAYLOAD}))
    submission = send_story(draft=StoryDraft.objects.get(), author=user)
    approve_story(submission=submission, moderator=moderator)
    pages.append(client.get(StoryPage.objects.get(pk=submission.story_id).url))
    for response in pages:
        assert response.status_code == 200
        page = soup(response)
        assert "alert(1)" in page.get_text() + str(page.select("[value]"))
        assert [s for s in page.select("script") if "alert" in s.get_text()] == []
        assert page.select("[onerror]") == []
        assert "14" not in page.title.get_text() if page.title else True


def test_emoji_and_right_to_left_text_come_back_as_typed(as_user, user, draft):
    text = "👩‍🚒 brandweer 🇳🇱\n\nשלום עולם\n\nمرحبا"
    client = as_user(user)
    client.post(url(draft.key), words(version=1, text=text, title="🔥"))
    assert soup(client.get(url(draft.key))).select_one("textarea").get_text().strip() == text
    submission = send_story(draft=StoryDraft.objects.get(), author=user)
    assert submission.story.get_latest_revision_as_object().text == text
    assert submission.story.slug == "verhaal"


def test_an_expired_token_gives_the_text_back(user, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    sent = words(version=1, text="Een dag <b>later</b>")
    response = client.post(url(draft.key), sent, headers={"origin": "http://testserver"})
    assert response.status_code == 403
    assert "Een dag <b>later</b>" in soup(response).select_one("#typed").get_text()
    foreign = client.post(url(draft.key), sent, headers={"origin": "https://evil.example"})
    assert b"later" not in foreign.content


def test_the_rule_and_the_tips_stand_beside_the_form(as_user, user, channel, send, moderator):
    page = soup(as_user(user).get("/nl/stories/new/"))
    rule = page.select_one("[aria-labelledby=rule]").get_text()
    approve_story(submission=send(user), moderator=moderator)
    channel.moderation = channel.Moderation.AFTER
    channel.save_revision().publish()
    assert soup(as_user(user).get("/nl/stories/new/")).select_one("[aria-labelledby=rule]").get_text() != rule


def test_steps_cost_the_same_with_ten_times_the_data(as_user, user, write, make_user):
    client = as_user(user)
    draft = write(user)

    def count() -> list[int]:
        counts = []
        for path in (url(draft.key), url(draft.key, "?step=photos"), url(draft.key, "?step=check"), "/nl/stories/new/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))
        return counts

    def add_photos(number: int):
        for n in range(number):
            data = {"key": str(uuid.uuid4()), "photo": SimpleUploadedFile("a.jpg", jpeg(n))}
            assert client.post(url(draft.key, "photos/"), data).status_code == 201
        for photo in draft.photos.all():
            photo.people.add(make_user())

    add_photos(1)
    StoryTheme.objects.create(name="Vakwerk")
    before = count()
    add_photos(7)
    for _ in range(10):
        write(user)
        StoryTheme.objects.create(name=str(uuid.uuid4()))
    assert count() == before
    assert max(before) <= 25
