"""Another file for a document: the address stays, and nothing that was there is lost."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import Collection, CollectionViewRestriction

from base.documents import replace_file
from base.models import DocumentVersion, PortalDocument
from people.forgetting import forget_person
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = b"%PDF-1.4 first", b"%PDF-1.4 second", b"%PDF-1.4 third"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def document():
    return PortalDocument.objects.create(title="Plan", file=ContentFile(FIRST, name="plan.pdf"))


@pytest.fixture
def editor(make_user):
    return make_user(first_name="Joost", last_name="Blom", groups=["Editors"], locale="en")


def change(client, document, **fields):
    """Save the admin's form of a document."""
    data = {"title": "Plan", "collection": document.collection_id, "tags": "", **fields}
    return client.post(f"/admin/documents/edit/{document.pk}/", data)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_another_file_comes_under_the_same_address_and_the_one_before_is_kept(as_user, editor, document):
    address = document.url
    client = as_user(editor)
    assert change(client, document, file=upload("plan 2.pdf", SECOND), version_note="New prices").status_code == 302
    document.refresh_from_db()
    assert document.url == address
    assert body(client.get(address)) == SECOND
    assert 'filename="plan.pdf"' in client.get(address)["Content-Disposition"]
    version = document.versions.get()
    assert version.file.read() == FIRST and version.note == "New prices" and version.replaced_by == editor
    page = BeautifulSoup(client.get(f"/admin/documents/edit/{document.pk}/").content, "html.parser")
    text = " ".join(page.main.get_text().split())
    assert "replaced by Joost Blom" in text and "What is different since: New prices" in text
    link = page.select_one(f'a[href*="/versions/{version.pk}/"]')["href"]
    assert body(client.get(link)) == FIRST


def test_a_file_of_another_kind_changes_the_name_and_every_address_from_before_still_works(as_user, user, document):
    before = document.url
    replace_file(document=document, file=ContentFile(SECOND, name="tweede.pdf"), by=None)
    replace_file(document=document, file=ContentFile(b"text", name="plan.txt"), by=None)
    document.refresh_from_db()
    assert document.url.endswith("/plan.txt")
    client = as_user(user)
    for name in ("plan.pdf", "tweede.pdf", "plan.txt"):
        assert body(client.get(f"/documents/{document.pk}/{name}")) == b"text"
    assert client.get(before).status_code == 200
    for name in ("ander.pdf", "plan.pdf%00"):
        assert client.get(f"/documents/{document.pk}/{name}").status_code == 404


def test_saving_without_another_file_keeps_no_version(as_user, editor, document):
    assert change(as_user(editor), document, title="Other title", version_note="nothing").status_code == 302
    assert not DocumentVersion.objects.exists()


def test_two_editors_who_replace_it_at_once_lose_nothing(document):
    one, other = PortalDocument.objects.get(pk=document.pk), PortalDocument.objects.get(pk=document.pk)
    replace_file(document=one, file=ContentFile(SECOND, name="b.pdf"), by=None)
    replace_file(document=other, file=ContentFile(THIRD, name="c.pdf"), by=None)
    kept = {version.file.read() for version in document.versions.all()}
    assert kept == {FIRST, SECOND}
    assert PortalDocument.objects.get(pk=document.pk).file.read() == THIRD


def test_the_same_name_again_overwrites_nothing(document):
    replace_file(document=document, file=ContentFile(SECOND, name="plan.pdf"), by=None)
    assert document.versions.get().file.read() == FIRST
    assert PortalDocument.objects.get(pk=document.pk).file.read() == SECOND


def test_readers_get_the_newest_only(as_user, user, make_user, document):
    replace_file(document=document, file=ContentFile(SECOND, name="b.pdf"), by=None)
    version = document.versions.get()
    for reader in (user, make_user(groups=["Moderators"])):
        client = as_user(reader)
        assert client.get(f"/media/{version.file.name}").status_code == 404
        response = client.get(f"/admin/documents/{document.pk}/versions/{version.pk}/")
        assert response.status_code in (302, 403, 404) and b"first" not in response.content


def test_a_version_belongs_to_its_document(as_user, editor, document):
    replace_file(document=document, file=ContentFile(SECOND, name="b.pdf"), by=None)
    other = PortalDocument.objects.create(title="Ander", file=ContentFile(THIRD, name="ander.pdf"))
    version, client = document.versions.get(), as_user(editor)
    for address in (f"{other.pk}/versions/{version.pk}/", f"{document.pk}/versions/{10**20}/"):
        assert client.get(f"/admin/documents/{address}", follow=True).status_code == 404


def test_an_editor_outside_the_group_of_a_closed_collection_gets_no_version(as_user, editor, make_user):
    board = Group.objects.create(name="Board")
    closed = Collection.get_first_root_node().add_child(name="Board")
    rule = CollectionViewRestriction.objects.create(
        collection=closed, restriction_type=CollectionViewRestriction.GROUPS
    )
    rule.groups.add(board)
    document = PortalDocument.objects.create(title="Plan", file=ContentFile(FIRST, name="plan.pdf"), collection=closed)
    replace_file(document=document, file=ContentFile(SECOND, name="b.pdf"), by=None)
    address = f"/admin/documents/{document.pk}/versions/{document.versions.get().pk}/"
    assert as_user(editor).get(address).status_code == 403
    assert as_user(make_user(groups=["Editors", "Board"])).get(address).status_code == 200


def test_deleting_the_document_deletes_its_versions_once_it_is_certain(document, django_capture_on_commit_callbacks):
    replace_file(document=document, file=ContentFile(SECOND, name="b.pdf"), by=None)
    version = document.versions.get()
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
        assert version.file.storage.exists(version.file.name)
    assert not version.file.storage.exists(version.file.name)
    assert not DocumentVersion.objects.exists()


def test_who_brought_it_and_left_is_nobody_by_name(as_user, editor, document, make_user):
    colleague = UserFactory(first_name="Wolfert", last_name="Quaadvliet")
    replace_file(document=document, file=ContentFile(SECOND, name="b.pdf"), by=colleague)
    forget_person(person=colleague, by=make_user(groups=["Administrators"]))
    page = as_user(editor).get(f"/admin/documents/edit/{document.pk}/").content.decode()
    assert "Quaadvliet" not in page and "Former colleague" in page


@pytest.mark.parametrize("note", ["x" * 201, "nul\0and half \ud83d"])
def test_bad_words_are_a_message_or_are_kept_clean(as_user, editor, document, note):
    data = {"file": upload("b.pdf", SECOND), "version_note": note.encode("utf-8", "surrogatepass").decode("latin-1")}
    response = change(as_user(editor), document, **data)
    assert response.status_code in (200, 302)
    document.refresh_from_db()
    assert document.file.read() in (FIRST, SECOND)


def test_the_note_is_only_asked_where_there_is_a_file_to_replace(as_user, editor, document):
    client = as_user(editor)
    assert b"version_note" in client.get(f"/admin/documents/edit/{document.pk}/").content
    assert b"version_note" not in client.get("/admin/documents/add/").content


def test_a_version_or_document_that_cannot_be_is_not_found(as_user, editor, document):
    version = replace_file(document=document, file=ContentFile(SECOND, name="plan.pdf"), by=None).versions.get()
    client = as_user(editor)
    for document_id, version_id in ((document.pk, 10**30), (10**30, version.pk), (document.pk + 1, version.pk)):
        address = f"/admin/documents/{document_id}/versions/{version_id}/"
        assert client.get(address, follow=True).status_code == 404
