"""What the form asks the server for while somebody types: saving, photos, preview, colleagues."""

import io
import json
import re
import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from base.models import PortalImage
from stories.models import StoryDraft, StoryTheme
from stories.services import send_story
from stories.services.moving import NotAllowedError, StateError
from stories.services.pictures import held_collection
from stories.services.writing import MOST_PHOTOS, add_photo, describe_photos, place_photo, remove_photo
from tests.clamd import EICAR, dead_address, running_clamd
from tests.stories.pictures import jpeg


def url(key, path: str) -> str:
    return f"/nl/stories/draft/{key}/{path}"


@pytest.fixture
def draft(user, write):
    return write(user)


@pytest.fixture
def save(as_user):
    """``save(user, key, version, values)``: what the save answers."""

    def ask(user, key, version, values):
        body = json.dumps({"version": version, "values": values})
        return as_user(user).post(url(key, "save/"), body, content_type="application/json")

    return ask


@pytest.fixture
def upload(as_user):
    """``upload(user, draft, bytes, name=, key=)``: what the upload answers."""

    def ask(user, draft, content, name="foto.jpg", key=None):
        file = SimpleUploadedFile(name, content)
        return as_user(user).post(url(draft.key, "photos/"), {"key": str(key or uuid.uuid4()), "photo": file})

    return ask


def test_saving_makes_a_draft_and_says_when(save, user):
    key = uuid.uuid4()
    answer = save(user, key, 0, {"title": "Een dag", "text": "Tekst", "language": "en"}).json()
    assert answer["version"] == 1
    assert ":" in answer["said"]
    assert answer["token"]
    draft = StoryDraft.objects.get(key=key)
    assert (draft.title, draft.text, draft.language) == ("Een dag", "Tekst", "en")


def test_the_same_again_is_no_new_version_however_old_the_one_read(save, user, draft):
    values = {"text": "Nieuw"}
    assert save(user, draft.key, 1, values).json()["version"] == 2
    assert save(user, draft.key, 1, values).json()["version"] == 2


def test_another_tab_hears_what_is_there_now_and_nothing_is_lost(save, user, draft):
    save(user, draft.key, 1, {"text": "Van de telefoon"})
    response = save(user, draft.key, 1, {"text": "Van de laptop"})
    assert response.status_code == 409
    assert response.json()["values"]["text"] == "Van de telefoon"
    assert save(user, draft.key, response.json()["version"], {"text": "Van de laptop"}).status_code == 200


def test_a_stranger_finds_nothing_and_a_guest_is_sent_to_sign_in(save, make_user, draft, client):
    assert save(make_user(), draft.key, 1, {"text": "x"}).status_code == 404
    client.logout()
    response = client.post(url(draft.key, "save/"), "{}", content_type="application/json")
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"version": "x", "values": {}}', '{"version": 1, "values": 3}', "\xff", "[" * 100_000]
)
def test_nonsense_is_refused(as_user, user, draft, body):
    response = as_user(user).post(url(draft.key, "save/"), body, content_type="application/json")
    assert response.status_code == 400


@pytest.mark.parametrize(
    "values",
    [
        {"language": "xx"},
        {"theme": "999999"},
        {"theme": "x"},
        {"text": "a" * 200_001},
        {"title": "a" * 300},
        {"language": {"a": 1}},
    ],
)
def test_values_that_cannot_be_are_said_and_not_kept(save, user, draft, values):
    StoryTheme.objects.create(name="Vakwerk")
    response = save(user, draft.key, 1, values)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(values)
    assert StoryDraft.objects.get(pk=draft.pk).version == 1


def test_what_was_sent_is_not_saved_any_more(save, user, draft):
    send_story(draft=draft, author=user)
    response = save(user, draft.key, 1, {"text": "Toch anders"})
    assert (response.status_code, response.json()["sent"]) == (409, True)


def test_descriptions_are_saved_while_typing(save, user, make_user, draft, upload):
    upload(user, draft, jpeg())
    photo, anna = draft.photos.get(), make_user()
    words = {"alt_text": "Een put", "caption": "", "is_decorative": False, "people": [anna.pk, "x", 10**12]}
    response = save(user, draft.key, 1, {"photos": {str(photo.key): words, "geen-sleutel": {}}})
    assert response.json()["version"] == 2
    photo.refresh_from_db()
    assert (photo.alt_text, list(photo.people.all())) == ("Een put", [anna])
    assert save(user, draft.key, 1, {"photos": {str(photo.key): {"alt_text": "Iets anders"}}}).status_code == 409


def test_a_photo_is_written_anew_upright_and_without_place(upload, user, draft):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Kanarie"
    exif.get_ifd(0x8825)[1] = "N"
    response = upload(user, draft, jpeg(size=(64, 32), exif=exif.tobytes()), name="Jan in de put.jpg")
    assert response.status_code == 201
    image = PortalImage.objects.get()
    assert (image.width, image.height) == (32, 64)
    stored = image.file.open().read()
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert b"Kanarie" not in stored
    assert "Jan" not in image.file.name + image.title
    assert (image.collection, image.uploaded_by_user) == (held_collection(), user)


def test_heic_is_taken(upload, user, draft):
    assert upload(user, draft, jpeg(kind="HEIF"), name="IMG_1.heic").status_code == 201
    assert PortalImage.objects.get().file.name.endswith(".jpg")


def test_the_same_key_is_one_photo(upload, user, draft):
    key = uuid.uuid4()
    cards = [upload(user, draft, jpeg(), key=key) for _ in range(2)]
    assert [card.status_code for card in cards] == [201, 201]
    assert draft.photos.count() == 1
    assert PortalImage.objects.count() == 1
    assert BeautifulSoup(cards[1].content, "html.parser").select_one(f"[data-photo='{key}']")


def bomb() -> bytes:
    target = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(target, "PNG", optimize=True)
    return target.getvalue()


BAD = {
    "nothing in it": (lambda: b"", "leeg|empty"),
    "not a photo": (lambda: b"%PDF-1.7 ...", "JPEG"),
    "a page": (lambda: b"<html><script>alert(1)</script>", "JPEG"),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
    "half a photo": (lambda: jpeg(size=(400, 400))[:900], "JPEG"),
    "a bomb": (bomb, "64"),
    "too heavy": (lambda: jpeg() + b"\0" * (15 * 1024 * 1024), "15"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_photo_is_refused_in_plain_words_and_the_words_stay(upload, user, draft, kind):
    make, said = BAD[kind]
    response = upload(user, draft, make())
    assert response.status_code == 400
    assert re.search(said, response.content.decode())
    assert response["Content-Type"].startswith("text/plain")
    assert (draft.photos.count(), PortalImage.objects.count()) == (0, 0)
    assert StoryDraft.objects.get(pk=draft.pk).text == draft.text


def test_forty_megapixels_are_taken_and_made_smaller(upload, user, draft):
    target = io.BytesIO()
    Image.new("L", (8000, 5000)).save(target, "JPEG", quality=20)
    assert upload(user, draft, target.getvalue()).status_code == 201
    assert PortalImage.objects.get().width == 4096


def test_a_photo_no_scanner_could_look_at_stays_on_the_device_and_is_sent_again(upload, user, draft, settings):
    key = uuid.uuid4()
    settings.UPLOAD_SCANNER = dead_address()
    # The script takes 503 for a server that is away: it keeps the photo.
    assert upload(user, draft, jpeg(), key=key).status_code == 503 and not draft.photos.exists()
    with running_clamd() as server:
        settings.UPLOAD_SCANNER = server.address
        refused = upload(user, draft, jpeg() + EICAR)
        assert (refused.status_code, draft.photos.count()) == (400, 0)
        assert upload(user, draft, jpeg(), key=key).status_code == 201


def test_a_photo_without_key_or_file_is_refused(as_user, user, draft):
    client = as_user(user)
    assert client.post(url(draft.key, "photos/"), {"key": "x"}).status_code == 400
    assert client.post(url(draft.key, "photos/"), {"key": str(uuid.uuid4())}).status_code == 400


def test_one_photo_too_many_is_said(upload, user, draft):
    for number in range(MOST_PHOTOS):
        assert upload(user, draft, jpeg(number)).status_code == 201
    response = upload(user, draft, jpeg())
    assert (response.status_code, draft.photos.count()) == (400, MOST_PHOTOS)
    assert str(MOST_PHOTOS) in response.content.decode()


def test_photos_of_a_sent_draft_stay_as_they_are(upload, user, make_user, draft):
    upload(user, draft, jpeg())
    photo = draft.photos.get()
    describe_photos(
        draft=draft, author=user, version=1, values={photo.key: {"is_decorative": True, "nobody_recognisable": True}}
    )
    stranger = make_user()
    with pytest.raises(NotAllowedError):
        remove_photo(draft=draft, author=stranger, key=photo.key)
    send_story(draft=draft, author=user)
    file = SimpleUploadedFile("a.jpg", jpeg(3))
    for change in (
        lambda: add_photo(draft=draft, author=user, key=uuid.uuid4(), file=file),
        lambda: remove_photo(draft=draft, author=user, key=photo.key),
        lambda: place_photo(draft=draft, author=user, key=photo.key, place=2),
        lambda: describe_photos(draft=draft, author=user, version=2, values={photo.key: {"caption": "x"}}),
    ):
        with pytest.raises(StateError):
            change()
    assert upload(user, draft, jpeg(4)).status_code == 409
    assert draft.photos.count() == 1


def test_the_preview_is_rendered_and_cleaned(as_user, user, draft):
    client = as_user(user)
    sent = {"title": "<i>Titel</i>", "text": "**vet** <script>alert(1)</script> [x](javascript:alert(1))"}
    page = BeautifulSoup(client.post(url(draft.key, "preview/"), sent).content, "html.parser")
    assert page.strong.get_text() == "vet"
    assert page.select("script, i, a[href]") == []
    assert client.post(url(draft.key, "preview/"), {"text": "[" * 200_000}).status_code == 200


def test_colleagues_are_found_by_name_with_nothing_but_their_work(as_user, user, make_user):
    make_user(first_name="Anouk", last_name="van den Berg", job_title="monteur", job_title_en="engineer", phone="0612")
    make_user(first_name="Anton", last_name="Vertrokken", is_active=False)
    client = as_user(user)
    assert client.get("/nl/stories/draft/colleagues/?q=a").json() == {"people": []}
    for words in ("an", "berg", "anouk van", "Den B"):
        people = client.get("/nl/stories/draft/colleagues/", {"q": words}).json()["people"]
        assert [(row["name"], row["job"]) for row in people] == [("Anouk van den Berg", "monteur")]
        assert set(people[0]) == {"pk", "name", "job"}
    assert client.get("/en/stories/draft/colleagues/?q=anouk").json()["people"][0]["job"] == "engineer"


def test_ten_colleagues_at_most_and_thirty_questions_a_minute(as_user, user, make_user, django_assert_num_queries):
    for _ in range(12):
        make_user(first_name="Sanne")
    client = as_user(user)
    assert len(client.get("/nl/stories/draft/colleagues/?q=sanne").json()["people"]) == 10
    for _ in range(29):
        assert client.get("/nl/stories/draft/colleagues/?q=sanne").status_code == 200
    assert client.get("/nl/stories/draft/colleagues/?q=sanne").status_code == 429
    other = as_user(make_user())
    assert other.get("/nl/stories/draft/colleagues/?q=sanne").status_code == 200


def test_a_form_open_for_a_day_gets_a_token_that_works(user, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    body = json.dumps({"version": 1, "values": {"text": "Een dag later"}})
    assert client.post(url(draft.key, "save/"), body, content_type="application/json").status_code == 403
    token = client.get("/nl/stories/draft/token/").json()["token"]
    response = client.post(
        url(draft.key, "save/"), body, content_type="application/json", headers={"x-csrftoken": token}
    )
    assert response.status_code == 200
