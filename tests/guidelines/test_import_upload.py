"""A zip or Word file sent in through the admin: looked at first, then imported; bad files are told off beside the field."""

import io
import stat
import zipfile
from xml.sax.saxutils import escape

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.models import GroupPagePermission

from guidelines.importing import archives
from guidelines.importing.records import HandbookUpload
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage

pytestmark = pytest.mark.django_db
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def editor(make_user, trunk):
    """Somebody with the admin who may make and publish pages below the Dutch handbook."""
    user = make_user(groups=["Import editors"])
    group = user.groups.get()
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group, page=trunk(ManualIndexPage), permission=Permission.objects.get(codename=codename)
        )
    return user


def archive(**files) -> bytes:
    """A zip of texts by name, ``__`` for a slash."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/") + ".md", text)
    return target.getvalue()


def send(client, content: bytes, name: str = "gids.zip", **data):
    """Post the form."""
    return client.post(
        reverse("handbook_uploads"),
        {"file": SimpleUploadedFile(name, content), "language": "nl", "split": "on", **data},
    )


def errors(response) -> str:
    """What stands beside the file field."""
    assert response.status_code == 422
    return " ".join(response.context["form"].errors.get("file", []))


def test_a_zip_is_looked_at_first_and_imported_after(editor, as_user, trunk, django_capture_on_commit_callbacks):
    client = as_user(editor)
    content = archive(gids__index="# De gids", gids__verlof__ouders="# Ouders\n\n[weg](weg.md)")
    response = send(client, content)
    upload = HandbookUpload.objects.get()
    assert response["Location"] == reverse("handbook_upload", args=[upload.pk])
    preview = client.get(response["Location"]).content.decode()
    assert "verlof/ouders.md" in preview
    assert "weg.md" in preview
    assert not ManualPage.objects.filter(source_path="gids/index.md").exists()
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("handbook_upload_apply", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.status == HandbookUpload.Status.DONE
    manual = ManualPage.objects.get(source_path="gids/index.md", alias_of=None)
    assert manual.get_parent().pk == trunk(ManualIndexPage).pk
    assert ChapterPage.objects.get(source_path="gids/verlof/ouders.md", alias_of=None).latest_revision.user == editor
    assert manual.url in client.get(response["Location"]).content.decode()


def test_sent_in_again_under_the_same_name_the_same_pages_change(editor, as_user, django_capture_on_commit_callbacks):
    client = as_user(editor)
    for text in ("Eerst", "Later"):
        send(client, archive(index="# De gids", een=f"# Een\n\n{text}"), name="Gids 2026.zip", prefix="gids")
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("handbook_upload_apply", args=[HandbookUpload.objects.latest("pk").pk]))
    page = ChapterPage.objects.get(source_path="gids/een.md", alias_of=None)
    assert page.revisions.count() == 2
    assert "Later" in str(page.body)


def linked(name: str) -> bytes:
    """A zip with a symbolic link."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(entry, "/etc/passwd")
    return target.getvalue()


@pytest.mark.parametrize("name", ["../kwaad", "/etc/kwaad", "a__..__..__kwaad", "C:__kwaad", "..\\kwaad"])
def test_paths_that_lead_out_of_the_zip_are_refused(editor, as_user, tmp_path, name):
    message = errors(send(as_user(editor), archive(**{name: "# Kwaad", "index": "# Goed"})))
    assert "leidt" in message or "leads out" in message
    assert not HandbookUpload.objects.exists()


def test_links_in_a_zip_are_refused(editor, as_user):
    assert "passwd.md" in errors(send(as_user(editor), linked("passwd.md")))


@pytest.mark.parametrize(
    ("limit", "value", "shown"),
    [("MAX_FILES", 1, "1"), ("MAX_UNPACKED_BYTES", 1000, "1000"), ("RATIO_FROM_BYTES", 1000, "100")],
)
def test_a_zip_that_would_fill_the_disk_is_refused_with_the_limit(editor, as_user, monkeypatch, limit, value, shown):
    monkeypatch.setattr(archives, limit, value)
    message = errors(send(as_user(editor), archive(index="# Gids", groot="a" * 2_000_000)))
    assert shown in message


def test_a_zip_that_lies_about_its_size_is_stopped_while_it_unpacks(monkeypatch, tmp_path):
    content = bytearray(archive(index="a" * 200_000))
    size = (200_000).to_bytes(4, "little")
    for place in [at for at in range(len(content) - 3) if content[at : at + 4] == size]:
        content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(archives.ValidationError):
        archives.unpack(io.BytesIO(bytes(content)), tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 200_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gids.zip", b"geen zip"),
        ("gids.zip", b""),
        ("gids.zip", archive(index="# Gids")[:60]),
        ("gids.exe", b"MZ"),
        ("gids.docx", b"geen word"),
        ("gids.docx", archive(index="# Gids")),
        ("leeg.zip", archive()),
        ("gids.md", b""),
    ],
    # A zip holds the time it was made: as part of a name it would differ between two test processes.
    ids=[f"file-{number}" for number in range(8)],
)
def test_files_of_the_wrong_kind_get_a_message_and_keep_what_was_typed(editor, as_user, name, content):
    response = send(as_user(editor), content, name=name, prefix="mijn-gids")
    if name == "gids.md" and response.status_code == 302:
        pytest.fail("an empty file was taken")
    assert errors(response)
    assert 'value="mijn-gids"' in response.content.decode()


def word(*paragraphs: tuple[str, str], picture: bool = False) -> bytes:
    """A Word file of ``(style, text)``."""
    rows = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:docPr id="1" name="x" descr="Een kraan"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip r:embed="rId9"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
    )
    table = (
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Wie</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Wat</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc><w:p><w:r><w:t>Sem</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Pomp</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    body = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>'
        f"{rows}{drawing if picture else ''}{table}</w:body></w:document>"
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    pixel = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(pixel, "PNG")
    relations = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="media/a.png"/></Relationships>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="png" ContentType="image/png"/></Types>',
        )
        packed.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        packed.writestr("word/document.xml", body)
        packed.writestr("word/_rels/document.xml.rels", relations)
        packed.writestr(
            "word/styles.xml",
            f'<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{styles}</w:styles>',
        )
        packed.writestr("word/media/a.png", pixel.getvalue())
    return target.getvalue()


@pytest.mark.parametrize("split", [True, False])
def test_a_word_file_becomes_chapters_or_one_page(editor, as_user, split, django_capture_on_commit_callbacks):
    client = as_user(editor)
    content = word(
        ("", "Vooraf"), ("Heading1", "Verlof"), ("", "Neem vrij."), ("Heading2", "Hoe"), ("Heading1", "Ziek & zeer"), ("", "Bel."),
        picture=True,
    )  # fmt: skip
    send(client, content, name="Personeelsgids (2).docx", **({} if split else {"split": ""}))
    upload = HandbookUpload.objects.get()
    assert upload.prefix == "personeelsgids"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("handbook_upload_apply", args=[upload.pk]))
    manual = ManualPage.objects.get(source_path="personeelsgids/index.html", alias_of=None)
    chapters = [page.specific for page in manual.get_children()]
    pages = chapters if split else [manual]
    if split:
        assert [page.title for page in chapters] == ["Verlof", "Ziek & zeer"]
        assert "Vooraf" in str(manual.body)
    else:
        assert manual.title == "Verlof"
        assert chapters == []
    text = "".join(str(page.body) for page in pages)
    for words in ("Neem vrij.", "Hoe", "Bel.", "Pomp"):
        assert words in text
    kinds = [block.block_type for page in pages for block in page.body]
    assert "image" in kinds
    picture = next(block for page in pages for block in page.body if block.block_type == "image")
    assert picture.value["image"].contextual_alt_text == "Een kraan"


# Who may -----------------------------------------------------------------------------------------------------------
def test_only_who_may_publish_there_sees_and_does_it(editor, make_user, as_user, trunk):
    outsider = make_user(groups=["Only the admin"])
    outsider.groups.get().permissions.add(Permission.objects.get(codename="access_admin"))
    client = as_user(outsider)
    assert client.get(reverse("handbook_uploads")).status_code in (302, 403)
    assert reverse("handbook_uploads") not in client.get(reverse("wagtailadmin_home")).content.decode()
    client = as_user(editor)
    assert reverse("handbook_uploads") in client.get(reverse("wagtailadmin_home")).content.decode()
    response = send(client, archive(index="# G"), language="en")
    assert response.status_code == 422
    assert response.context["form"].errors["parent"]
    response = send(client, archive(index="# G"), parent=trunk(ManualIndexPage, "en").pk)
    assert response.context["form"].errors["parent"]


def test_somebody_elses_upload_is_not_there(editor, make_user, as_user):
    send(as_user(editor), archive(index="# G"))
    upload = HandbookUpload.objects.get()
    other = make_user(groups=["Import editors"])
    client = as_user(other)
    for address in (
        reverse("handbook_upload", args=[upload.pk]),
        reverse("handbook_upload_apply", args=[upload.pk]),
        reverse("handbook_upload", args=[upload.pk + 1]),
    ):
        assert client.get(address, follow=True).status_code in (404, 405)
        assert client.post(address, follow=True).status_code in (404, 405)
    upload.refresh_from_db()
    assert upload.status == HandbookUpload.Status.PREVIEW


def test_a_file_can_be_thrown_away(editor, as_user):
    client = as_user(editor)
    send(client, archive(index="# G"))
    upload = HandbookUpload.objects.get()
    assert client.get(reverse("handbook_upload_delete", args=[upload.pk])).status_code == 405
    client.post(reverse("handbook_upload_delete", args=[upload.pk]))
    assert not HandbookUpload.objects.exists()
    assert not upload.file.storage.exists(upload.file.name)
