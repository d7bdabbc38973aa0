"""What is uploaded is looked at for viruses; what can't be looked at isn't taken in."""

import io
import time

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from base.models import PortalDocument, PortalImage, PortalMedia
from base.photos import clean_photo
from base.scanning import AWAY, INFECTED, PIECE, TOO_LARGE, scan_upload
from tests.clamd import EICAR, dead_address, running_clamd
from tests.factories import UserFactory


@pytest.fixture
def clamd(settings):
    """A scanner that works."""
    with running_clamd() as server:
        settings.UPLOAD_SCANNER = server.address
        yield server


def refusal(file) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        scan_upload(file)
    return refused.value


def test_the_whole_file_is_looked_at_and_left_at_its_beginning(clamd):
    content = b"x" * (2 * PIECE + 7)
    file = ContentFile(content, name="plan.pdf")
    file.seek(5)
    scan_upload(file)
    assert clamd.received == [content] and file.read() == content


def test_a_virus_is_refused_wherever_in_the_file_it_is(clamd, caplog):
    for content in (EICAR, b"x" * PIECE + EICAR):
        assert refusal(ContentFile(content, name="Salaris van Sem.pdf")).code == INFECTED
    assert "Eicar-Test-Signature" in caplog.text and "Sem" not in caplog.text


def test_what_can_not_be_looked_at_is_refused_for_now(settings, caplog):
    settings.UPLOAD_SCANNER = dead_address()
    assert refusal(ContentFile(b"x")).code == AWAY
    settings.UPLOAD_SCANNER_TIMEOUT = 0.3
    with running_clamd(is_silent=True) as server:
        settings.UPLOAD_SCANNER = server.address
        began = time.monotonic()
        assert refusal(ContentFile(b"x")).code == AWAY
        assert time.monotonic() - began < 5
    assert caplog.text.count("didn't do its work") == 2


def test_what_is_too_large_for_the_scanner_is_refused_with_that_reason(settings):
    with running_clamd(most=10) as server:
        settings.UPLOAD_SCANNER = server.address
        assert refusal(ContentFile(b"x" * 100)).code == TOO_LARGE


def test_without_a_scanner_nothing_is_looked_for_and_the_check_for_production_says_so(settings):
    settings.UPLOAD_SCANNER = ""
    scan_upload(ContentFile(EICAR))
    assert "base.W001" in {found.id for found in run_checks(include_deployment_checks=True)}
    assert "base.W001" not in {found.id for found in run_checks()}


@pytest.mark.parametrize("address", ["clamd", "http://host:3310", "clamd://", "clamd://host:0x1", "clamd://host/path"])
def test_an_address_that_is_none_is_told_at_the_start(settings, address):
    settings.UPLOAD_SCANNER = address
    assert "base.E001" in {found.id for found in run_checks()}
    settings.UPLOAD_SCANNER = "clamd://host:3310"
    assert not {"base.E001", "base.W001"} & {found.id for found in run_checks(include_deployment_checks=True)}


def picture(behind: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "JPEG")
    return out.getvalue() + behind


def test_a_picture_is_looked_at_as_it_came_in_and_once(clamd):
    cleaned = clean_photo(ContentFile(picture(), name="a.jpg"))
    clean_photo(cleaned)
    assert clamd.received == [picture()]
    with pytest.raises(ValidationError) as refused:
        clean_photo(ContentFile(picture(EICAR), name="a.jpg"))
    assert refused.value.code == INFECTED


@pytest.mark.django_db
def test_editors_hear_it_beside_the_field_and_keep_what_they_typed(clamd, as_user):
    client = as_user(UserFactory(is_superuser=True, locale="en"))
    text, video = b"naam;" + EICAR, b"\0\0\0\x18ftypmp42" + EICAR
    for address, name, content, more in (
        ("documents", "a.csv", text, {}),
        ("images", "a.jpg", picture(EICAR), {}),
        ("media/video", "a.mp4", video, {"duration": 1}),
    ):
        data = {"title": "Typed title", "file": SimpleUploadedFile(name, content), "collection": 1, "tags": "", **more}
        response = client.post(f"/admin/{address}/add/", data)
        assert "file" in response.context["form"].errors, address
        assert "something harmful" in response.content.decode() and "Typed title" in response.content.decode()
    assert not any(model.objects.exists() for model in (PortalDocument, PortalImage, PortalMedia))
