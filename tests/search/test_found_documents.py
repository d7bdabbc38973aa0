"""Documents are found by what is in them, by who may open them."""

import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.template.loader import render_to_string
from wagtail.models import Collection as FileCollection
from wagtail.models import CollectionViewRestriction

from base.documents import replace_file
from base.models import PortalDocument
from search import document_texts, outbox
from search.document_texts import language_of
from search.documents import Collection
from search.models import DocumentText, OutboxEntry
from tests.search.finding import add, docx, find, pdf

pytestmark = pytest.mark.django_db
DOCUMENTS = Collection.DOCUMENTS


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def board():
    return FileCollection.get_first_root_node().add_child(name="Bestuur")


@pytest.fixture
def minutes(board):
    """A collection below that of the board."""
    return FileCollection.objects.get(pk=board.pk).add_child(name="Notulen")


def close(collection, kind=CollectionViewRestriction.GROUPS) -> None:
    rule = CollectionViewRestriction.objects.create(collection=collection, restriction_type=kind)
    if kind == CollectionViewRestriction.GROUPS:
        rule.groups.add(Group.objects.get_or_create(name="Board")[0])


def titles(found) -> list[str]:
    return [str(row.pk) for row in found.rows]


def test_a_page_of_a_pdf_is_found_and_opened(user):
    document = add("reis.pdf", pdf("Inleiding en algemeen", "De pelikaan eet vis bij het water"), "Reisregeling")
    outbox.rebuild()
    found = find(DOCUMENTS, "pelikaan", user)
    row = found.rows[0]
    assert (row.pk, row.page, row.url) == (document.pk, 2, f"{document.url}#page=2")
    html = render_to_string(found.source.template, {"result": row, "LANGUAGE_CODE": "nl"})
    assert "<mark>pelikaan</mark>" in html and "page=2" in html and "PDF" in html


def test_word_text_and_title_are_found(user):
    word = add("verlof.docx", docx("Een flamingo staat op één poot", heading="Zorgverlof aanvragen"), "Regeling")
    text = add("lijst.txt", b"ooievaar", "Vogels")
    other = add("tabel.xlsx", b"PK\x03\x04", "Declaratietabel")
    outbox.rebuild()
    assert titles(find(DOCUMENTS, "flamingo", user)) == [str(word.pk)]
    assert titles(find(DOCUMENTS, "zorgverlof", user)) == [str(word.pk)]
    assert titles(find(DOCUMENTS, "ooievaar", user)) == [str(text.pk)]
    assert titles(find(DOCUMENTS, "declaratietabel", user)) == [str(other.pk)]


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 250_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", lambda: b"%PDF-1.4 not really"),
        ("a.pdf", lambda: pdf("geheim woord")[:300]),
        ("a.pdf", lambda: pdf("geheim woord", password="sesam")),
        ("a.docx", lambda: b"PK\x03\x04 damaged"),
        ("a.docx", _bomb),
        ("a.odt", lambda: _bomb()),
    ],
    ids=["no pdf", "cut off", "locked", "damaged", "bomb", "bomb odt"],
)
def test_what_cannot_be_read_is_logged_and_found_by_its_title(user, caplog, name, content):
    document = add(name, content(), "Kapotte bijlage")
    outbox.rebuild()
    assert titles(find(DOCUMENTS, "kapotte bijlage", user)) == [str(document.pk)]
    assert document.found_text.parts == [] and document.found_text.problem
    assert sum("title only" in line for line in caplog.messages) == 1
    caplog.clear()
    outbox.rebuild()
    assert not caplog.messages


def test_a_file_that_takes_too_long_or_is_too_large(user, caplog, monkeypatch):
    monkeypatch.setattr(document_texts, "MOST_SECONDS", 0.001)
    slow = add("a.pdf", pdf("pelikaan"), "Traag")
    outbox.rebuild()
    assert "too long" in slow.found_text.problem
    monkeypatch.setattr(document_texts, "LARGEST_FILE", 10)
    large = add("b.pdf", pdf("pelikaan"), "Groot")
    outbox.rebuild()
    assert "too many" in large.found_text.problem
    assert titles(find(DOCUMENTS, "groot", user)) == [str(large.pk)]


def test_a_file_that_cannot_be_fetched_now_is_tried_again(user, monkeypatch):
    document = add("a.pdf", pdf("pelikaan"), "Vogels")

    def broken(*args, **kwargs):
        raise OSError("the store is away")

    with monkeypatch.context() as context:
        context.setattr(document.file.storage.__class__, "exists", broken)
        outbox.rebuild()
        assert titles(find(DOCUMENTS, "vogels", user)) == [str(document.pk)]
        assert not DocumentText.objects.exists()
    outbox.reconcile()
    outbox.drain()
    assert titles(find(DOCUMENTS, "pelikaan", user)) == [str(document.pk)]


def test_a_rebuild_reads_no_file_again(monkeypatch, user):
    add("a.pdf", pdf("pelikaan"))
    outbox.rebuild()
    monkeypatch.setattr(document_texts, "_parts_of", lambda document: pytest.fail("read again"))
    outbox.rebuild()
    assert find(DOCUMENTS, "pelikaan", user).total == 1


def test_a_file_is_never_read_during_a_request(monkeypatch, user):
    add("a.pdf", pdf("pelikaan"), "Vogels")
    outbox.request_started()
    try:
        outbox.rebuild()
        assert not DocumentText.objects.exists()
        assert find(DOCUMENTS, "vogels", user).total == 1
    finally:
        outbox.request_finished()
    outbox.reconcile()
    outbox.drain()
    assert find(DOCUMENTS, "pelikaan", user).total == 1


def test_another_file_is_found_by_its_own_words(user, django_capture_on_commit_callbacks):
    document = add("a.pdf", pdf("pelikaan"), "Vogels")
    outbox.rebuild()
    with django_capture_on_commit_callbacks(execute=True):
        replace_file(document=document, file=ContentFile(pdf("flamingo"), name="b.pdf"), by=None)
    assert find(DOCUMENTS, "pelikaan", user).total == 0
    assert find(DOCUMENTS, "flamingo", user).rows[0].url.startswith(document.url)


def test_a_deleted_document_is_gone(user, django_capture_on_commit_callbacks):
    document = add("a.pdf", pdf("pelikaan"))
    outbox.rebuild()
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    assert find(DOCUMENTS, "pelikaan", user).total == 0


@pytest.mark.parametrize("before", [True, False], ids=["closed before", "closed after"])
@pytest.mark.parametrize("kind", [CollectionViewRestriction.GROUPS, CollectionViewRestriction.PASSWORD])
def test_a_closed_collection_shows_itself_to_nobody_else(user, make_user, board, minutes, before, kind):
    add("a.pdf", pdf("kwartaalplan voor de sluiting"), "Notulen van het bestuur", collection=minutes)
    add("b.pdf", pdf("iets anders"), "Huisregels")
    if before:
        close(board, kind)
    outbox.rebuild()
    if not before:
        assert find(DOCUMENTS, "kwartaalplan", user).total == 1
        close(board, kind)
    for query in ("kwartaalplan", "kwartaalpaln", "kwartaa", "notulen", "notuelen"):
        found = find(DOCUMENTS, query, user)
        assert (found.rows, found.total, found.corrected) == ((), 0, "")
    readers = [make_user(is_superuser=True)]
    if kind == CollectionViewRestriction.GROUPS:
        readers.append(make_user(groups=["Board"]))
    for reader in readers:
        assert find(DOCUMENTS, "kwartaalplan", reader).total == 1
        assert find(DOCUMENTS, "kwartaalpaln", reader).corrected == "kwartaalplan"


def test_a_collection_for_whoever_is_signed_in_is_open(user, board):
    add("a.pdf", pdf("kwartaalplan"), collection=board)
    close(board, CollectionViewRestriction.LOGIN)
    outbox.rebuild()
    assert find(DOCUMENTS, "kwartaalplan", user).total == 1


@pytest.mark.parametrize("what", ["document", "collection"])
def test_what_is_moved_to_a_closed_collection_is_closed_at_once(user, board, minutes, what):
    document = add("a.pdf", pdf("kwartaalplan"), collection=minutes)
    closed = FileCollection.get_first_root_node().add_child(name="Gesloten")
    close(closed)
    outbox.rebuild()
    if what == "document":
        document.collection = closed
        document.save()
    else:
        FileCollection.objects.get(pk=minutes.pk).move(FileCollection.objects.get(pk=closed.pk), "sorted-child")
        FileCollection.objects.get(pk=minutes.pk).save()
    for query in ("kwartaalplan", "kwartaalpaln"):
        found = find(DOCUMENTS, query, user)
        assert (found.rows, found.total, found.corrected) == ((), 0, "")
    outbox.drain()
    assert find(DOCUMENTS, "kwartaalplan", user).total == 0


@pytest.mark.parametrize("fields", [{"is_preboarder": True}, {"is_active": False}])
def test_who_does_not_work_here_finds_no_document(make_user, fields):
    add("a.pdf", pdf("pelikaan"))
    outbox.rebuild()
    assert find(DOCUMENTS, "pelikaan", make_user(**fields)).total == 0


def test_the_language_is_told_by_its_small_words():
    assert language_of(["Dit is de tekst die je bij het onderdeel over verlof kunt vinden"]) == "nl"
    assert language_of(["This is the text that you can find with the part about leave"]) == "en"
    assert language_of(["12 34"]) == "nl"


def test_it_costs_the_same_with_ten_times_as_many(user, board, django_assert_num_queries):
    close(board)
    for many in (2, 20):
        while PortalDocument.objects.count() < many:
            add("a.txt", b"pelikaan en nog wat")
        outbox.rebuild()
        OutboxEntry.objects.all().delete()
        with django_assert_num_queries(6):
            found = find(DOCUMENTS, "pelikaan", user)
        assert found.total == many
