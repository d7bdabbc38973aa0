"""What editors upload besides pictures: a clear message beside the field, with the limit in it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from base.models import PortalDocument, PortalMedia
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ZIP = b"PK\x03\x04" + b"\0" * 40


@pytest.fixture
def admin(as_user):
    return as_user(UserFactory(is_superuser=True, locale="en"))


def _add_document(client, name, content):
    data = {"title": "Typed title", "file": SimpleUploadedFile(name, content), "collection": 1, "tags": ""}
    return client.post("/admin/documents/add/", data)


def _add_video(client, **files):
    uploads = {field: SimpleUploadedFile(name, content) for field, (name, content) in files.items()}
    return client.post(
        "/admin/media/video/add/", {"title": "Typed title", "duration": 1, "collection": 1, "tags": "", **uploads}
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"%PDF-1.7 text"),
        ("a.docx", ZIP),
        ("a.xlsx", ZIP),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18),
        ("a.csv", "naam;ü".encode()),
        ("a.txt", b"\xef\xbb\xbftext"),
    ],
)
def test_a_document_that_is_what_it_says_is_kept(admin, name, content):
    assert _add_document(admin, name, content).status_code == 302
    assert PortalDocument.objects.get().file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.pdf", b"  <!DOCTYPE HTML><p>page</p>"),
        ("a.pdf", ZIP),
        ("a.docx", b"%PDF-1.7"),
        ("a.zip", b"<script>alert(1)</script>"),
        ("a.txt", b"\xef\xbb\xbf <html>"),
        ("a.csv", b"MZ\0\0program"),
        ("a.html", b"<p>page</p>"),
        ("a.svg", b"<svg/>"),
        ("a.exe", b"MZ"),
        ("a", b"text"),
        ("a.pdf", b""),
    ],
)
def test_a_document_that_is_something_else_is_refused_and_what_was_typed_stays(admin, name, content):
    response = _add_document(admin, name, content)
    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert "Typed title" in response.content.decode()
    assert not PortalDocument.objects.exists()


def test_the_limit_of_documents_is_named(admin, settings):
    settings.WAGTAILDOCS_MAX_UPLOAD_SIZE = 1024
    message = str(_add_document(admin, "a.txt", b"x" * 2048).context["form"].errors["file"])
    assert "1.0\xa0KB" in message


def test_a_video_with_its_captions_is_kept(admin):
    response = _add_video(
        admin, file=("clip.webm", b"\x1a\x45\xdf\xa3"), captions_nl=("nl.vtt", b"\xef\xbb\xbfWEBVTT\n")
    )
    assert response.status_code == 302, response.context["form"].errors
    assert PortalMedia.objects.get().captions_nl


@pytest.mark.parametrize(
    ("field", "name", "content"),
    [
        ("captions_nl", "nl.vtt", b"1\n00:00 --> 00:01\nno heading"),
        ("captions_en", "en.srt", b"WEBVTT"),
        ("captions_en", "en.vtt", b"<html>"),
        ("thumbnail", "still.jpg", b"no picture"),
        ("file", "clip.webm", b"<html>"),
        ("file", "clip.exe", b"MZ"),
    ],
)
def test_what_does_not_belong_to_a_video_is_refused(admin, field, name, content):
    files = {"file": ("clip.webm", b"\x1a\x45\xdf\xa3"), field: (name, content)}
    response = _add_video(admin, **files)
    assert response.status_code == 200
    assert response.context["form"].errors[field]
    assert not PortalMedia.objects.exists()


def test_the_limit_of_videos_is_named(admin, settings):
    settings.MEDIA_MAX_UPLOAD_SIZE = 1024
    response = _add_video(admin, file=("clip.webm", b"x" * 2048))
    assert "1.0\xa0KB" in str(response.context["form"].errors["file"])
