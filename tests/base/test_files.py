"""Uploaded files by their address: for nobody, for the wrong and for the right group."""

import re

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from wagtail.models import Collection, CollectionViewRestriction

from base.models import PortalDocument, PortalImage, PortalMedia
from tests.factories import ImageFactory, UserFactory

pytestmark = pytest.mark.django_db
VIDEO = bytes(range(256)) * 40


@pytest.fixture
def board():
    return Group.objects.create(name="Board")


@pytest.fixture
def closed(board):
    """A collection inside one that only the board may open."""
    parent = Collection.get_first_root_node().add_child(name="Board")
    restriction = CollectionViewRestriction.objects.create(
        collection=parent, restriction_type=CollectionViewRestriction.GROUPS
    )
    restriction.groups.add(board)
    return parent.add_child(name="Minutes")


def _make_files(collection=None) -> dict[str, str]:
    """The address of one file of every kind."""
    place = {"collection": collection} if collection else {}
    image = ImageFactory(**place)
    document = PortalDocument.objects.create(title="Plan", file=ContentFile(b"%PDF-1.4 plan", name="plan.pdf"), **place)
    media = PortalMedia.objects.create(
        title="Clip",
        type="video",
        duration=1,
        file=ContentFile(VIDEO, name="clip.webm"),
        thumbnail=ContentFile(image.file.open().read(), name="still.png"),
        captions_nl=ContentFile(b"WEBVTT\n", name="nl.vtt"),
        captions_en=ContentFile(b"WEBVTT\n", name="en.vtt"),
        **place,
    )
    return {
        "original": image.file.url,
        "rendition": image.get_rendition("width-100").url,
        "document": document.file.url,
        "served document": document.url,
        "video": media.file.url,
        "still": media.thumbnail.url,
        "Dutch captions": media.captions_nl.url,
        "English captions": media.captions_en.url,
    }


KINDS = sorted(
    [
        "original",
        "rendition",
        "document",
        "served document",
        "video",
        "still",
        "Dutch captions",
        "English captions",
    ]
)


@pytest.fixture
def open_files():
    return _make_files()


@pytest.fixture
def closed_files(closed):
    return _make_files(closed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_is_asked_to_sign_in(client, open_files, closed_files, kind):
    for url in (open_files[kind], closed_files[kind]):
        response = client.get(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("kind", KINDS)
def test_an_open_file_is_sent_to_whoever_is_signed_in(as_user, user, open_files, kind):
    response = as_user(user).get(open_files[kind])
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == ("private, no-store" if kind == "served document" else "private, max-age=86400")
    assert "public" not in response["Cache-Control"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_file_is_refused_to_others_without_a_sign_in_loop(as_user, user, closed_files, kind):
    response = as_user(user).get(closed_files[kind])
    assert response.status_code == 403
    assert not response.has_header("Location")
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("kind", KINDS)
def test_a_closed_file_is_sent_to_its_group_and_kept_nowhere(as_user, closed_files, kind):
    response = as_user(UserFactory(groups=["Board"])).get(closed_files[kind])
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_the_wrong_group_is_refused_and_administrators_are_not(as_user, closed_files):
    assert as_user(UserFactory(groups=["Works council"])).get(closed_files["original"]).status_code == 403
    assert as_user(UserFactory(is_superuser=True)).get(closed_files["original"]).status_code == 200


def test_a_collection_with_a_shared_password_is_closed(as_user, user):
    collection = Collection.get_first_root_node().add_child(name="Old")
    CollectionViewRestriction.objects.create(
        collection=collection, restriction_type=CollectionViewRestriction.PASSWORD, password="x"
    )
    assert as_user(user).get(ImageFactory(collection=collection).file.url).status_code == 403


def test_a_collection_for_whoever_is_signed_in_is_open_to_them(as_user, user):
    collection = Collection.get_first_root_node().add_child(name="Staff")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type=CollectionViewRestriction.LOGIN)
    assert as_user(user).get(ImageFactory(collection=collection).file.url).status_code == 200


def test_moving_a_picture_to_a_closed_collection_closes_its_copies(as_user, user, closed):
    image = ImageFactory()
    urls = [image.file.url, image.get_rendition("width-100").url]
    image.collection = closed
    image.save()
    assert {as_user(user).get(url).status_code for url in urls} == {403}


@pytest.mark.parametrize(
    "path",
    [
        "images/unknown.png",
        "unknown/file.png",
        "original_images/",
        "original_images/../../settings.py",
        "../portal/settings/base.py",
        "%2e%2e/%2e%2e/etc/passwd",
        "/etc/passwd",
        "images/a%00b.png",
        "images/%ff.png",
        "images/" + "a" * 3000 + ".png",
        "people/nobody.jpg",
        "media",
    ],
)
def test_what_is_nobodys_is_not_found(as_user, user, path):
    assert as_user(user).get(f"/media/{path}", follow=True).status_code == 404


def test_a_file_that_belongs_to_nothing_is_not_found_even_if_it_is_there(as_user, user):
    storage = PortalImage._meta.get_field("file").storage
    name = storage.save("original_images/left-behind.png", ContentFile(b"x"))
    assert as_user(user).get(storage.url(name)).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(as_user, user):
    image = ImageFactory()
    image.file.storage.delete(image.file.name)
    assert as_user(user).get(image.file.url).status_code == 404


def test_a_document_under_another_name_or_number_is_not_found(as_user, user, open_files):
    url = open_files["served document"]
    client = as_user(user)
    assert client.get(url.replace("plan", "other")).status_code == 404
    assert client.get(f"/documents/999999/{url.rpartition('/')[2]}").status_code == 404
    assert client.get(f"/documents/{10**30}/plan.pdf").status_code == 404


def test_only_reading_is_possible(as_user, user, open_files):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(as_user(user), method)(open_files["original"]).status_code == 405
    assert as_user(user).head(open_files["original"]).status_code == 200


def test_an_unchanged_file_is_not_sent_again_but_only_to_who_may_have_it(as_user, user, closed_files, board):
    client = as_user(user)
    assert client.get(closed_files["video"], headers={"If-None-Match": "*"}).status_code == 403
    user.groups.add(board)
    etag = client.get(closed_files["video"])["ETag"]
    again = client.get(closed_files["video"], headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert client.get(closed_files["video"], headers={"If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, len(VIDEO) - 1),
        ("bytes=0-99", 0, 99),
        ("bytes=100-199", 100, 199),
        ("bytes=-50", len(VIDEO) - 50, len(VIDEO) - 1),
        ("bytes=10000-99999999", 10000, len(VIDEO) - 1),
        (f"bytes=-{len(VIDEO) * 3}", 0, len(VIDEO) - 1),
    ],
)
def test_a_player_can_jump_to_a_place_in_a_video(as_user, user, open_files, asked, first, last):
    response = as_user(user).get(open_files["video"], headers={"Range": asked})
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(VIDEO)}"
    assert b"".join(response.streaming_content) == VIDEO[first : last + 1]
    assert int(response["Content-Length"]) == last - first + 1


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0", f"bytes={len(VIDEO)}-"])
def test_a_place_behind_the_end_of_a_video_is_refused(as_user, user, open_files, asked):
    response = as_user(user).get(open_files["video"], headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(VIDEO)}"


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=-", "", "bytes=٣-"])
def test_a_range_that_makes_no_sense_gives_the_whole_file(as_user, user, open_files, asked):
    response = as_user(user).get(open_files["video"], headers={"Range": asked})
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == VIDEO


def test_a_part_of_another_version_is_not_mixed_in(as_user, user, open_files):
    client = as_user(user)
    whole = client.get(open_files["video"])
    for condition in (whole["ETag"], whole["Last-Modified"]):
        headers = {"Range": "bytes=0-9", "If-Range": condition}
        assert client.get(open_files["video"], headers=headers).status_code == 206
    for condition in ('"another"', "Mon, 01 Jan 2001 00:00:00 GMT"):
        headers = {"Range": "bytes=0-9", "If-Range": condition}
        assert client.get(open_files["video"], headers=headers).status_code == 200


def test_only_harmless_kinds_are_shown_and_the_rest_is_kept(as_user, user):
    text = PortalDocument.objects.create(title="Sheet", file=ContentFile(b"a;b", name='sheet "één".csv'))
    page = PortalDocument.objects.create(title="Page", file=ContentFile(b"<script>1</script>", name="page.html"))
    client = as_user(user)
    for document in (text, page):
        assert client.get(document.url)["Content-Disposition"].startswith("attachment")
        assert "sandbox" in client.get(document.file.url)["Content-Security-Policy"]


def test_the_web_server_sends_the_file_where_it_can(as_user, user, open_files, closed_files, settings):
    settings.SENDFILE_BACKEND = "django_sendfile.backends.nginx"
    from django_sendfile.utils import _get_sendfile

    _get_sendfile.cache_clear()
    try:
        response = as_user(user).get(open_files["video"])
        assert response["X-Accel-Redirect"] == re.sub("^/media", "/protected", open_files["video"])
        assert response.content == b""
        assert not as_user(user).get(closed_files["video"]).has_header("X-Accel-Redirect")
    finally:
        _get_sendfile.cache_clear()


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_costs_four_queries_at_most(as_user, user, open_files, kind, django_assert_num_queries):
    client = as_user(user)
    with django_assert_num_queries(4):  # session, user, file, restrictions
        client.get(open_files[kind])


def test_a_colleagues_photo_is_for_colleagues(client, as_user, user):
    other = UserFactory(photo=ContentFile(ImageFactory().file.open().read(), name="me.png"))
    assert client.get(other.photo.url).status_code == 302
    response = as_user(user).get(other.photo.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"


def test_a_store_without_a_disk_is_read_through_the_same_check(as_user, user, closed, monkeypatch):
    monkeypatch.setattr(PortalMedia._meta.get_field("file"), "storage", InMemoryStorage())
    file = ContentFile(VIDEO, name="far.webm")
    media = PortalMedia.objects.create(title="Clip", type="video", duration=1, file=file)
    response = as_user(user).get(f"/media/{media.file.name}", headers={"Range": "bytes=5-9"})
    assert response.status_code == 206
    assert b"".join(response.streaming_content) == VIDEO[5:10]
    media.collection = closed
    media.save()
    assert as_user(user).get(f"/media/{media.file.name}").status_code == 403
