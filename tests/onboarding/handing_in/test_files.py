"""Which files may be handed in, and what is left of them."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from onboarding import uploads
from onboarding.uploads import clean_name, clean_upload
from tests.onboarding.handing_in.asking import (
    package,
    pdf,
    photo,
)


@pytest.mark.parametrize(
    "file",
    [
        pdf(),
        pdf("PLAN.PDF"),
        photo(),
        package("plan.docx", word__document_xml=b"<x/>"),
        package("plan.odt", content_xml=b"<x/>"),
    ],
    ids=lambda file: file.name,
)
def test_a_good_file_may_come_in(file):
    file.seek(0)
    assert clean_upload(file).size


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (SimpleUploadedFile("leeg.pdf", b""), "empty"),
        (SimpleUploadedFile("plan.exe", b"MZ"), "kind"),
        (SimpleUploadedFile("plan", b"x"), "kind"),
        (SimpleUploadedFile("plan.html", b"<script>"), "kind"),
        (SimpleUploadedFile("plan.svg", b"<svg/>"), "kind"),
        (SimpleUploadedFile("plan.pdf", b"<html>hallo"), "damaged"),
        (SimpleUploadedFile("plan.pdf", b"%PDF-1.7\nrubbish"), "damaged"),
        (pdf(password="geheim"), "password"),
        (SimpleUploadedFile("foto.jpg", b"%PDF-1.7"), "unreadable"),
        (SimpleUploadedFile("foto.png", b"\x89PNG\r\n\x1a\n"), "unreadable"),
        (SimpleUploadedFile("plan.docx", b"PK\x03\x04 no zip"), "damaged"),
        (package("plan.docx", other=b"x"), "damaged"),
        (package("plan.docx", word__document_xml=b"<x/>", word__vbaProject_bin=b"x"), "macros"),
    ],
)
def test_a_bad_file_is_refused_with_words(file, code):
    with pytest.raises(ValidationError) as error:
        clean_upload(file)
    assert error.value.code == code and error.value.messages[0]


def test_a_file_that_is_too_big_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(uploads, "LIMIT", 100)
    with pytest.raises(ValidationError, match="100") as error:
        clean_upload(pdf())
    assert error.value.code == "too_large"


def test_a_zip_bomb_is_refused_without_unfolding_it():
    bomb = package("plan.xlsx", xl__workbook_xml=b"\0" * (uploads.UNFOLDED + 1))
    assert bomb.size < uploads.LIMIT
    with pytest.raises(ValidationError) as error:
        clean_upload(bomb)
    assert error.value.code == "bomb"


def test_a_photo_loses_what_it_says_of_its_maker():
    file = photo()
    assert b"Camera of Sem" in file.read()
    assert b"Camera of Sem" not in clean_upload(file).read()


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [("../../etc/plan.pdf", "plan.pdf"), ("C:\\map\\plan.pdf", "plan.pdf"), ("pl\0an\n.pdf", "plan.pdf"), ("", "file")],
)
def test_a_name_has_no_folders_and_no_hidden_signs(name, cleaned):
    assert clean_name(name) == cleaned


def test_a_long_name_is_shortened_and_keeps_its_kind():
    name = clean_name("a" * 400 + ".pdf")
    assert len(name) <= 120 and name.endswith(".pdf")
