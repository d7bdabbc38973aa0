"""What the night finds: links that lead nowhere and files that nothing uses."""

import socket
import threading
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from base.documents import replace_file
from base.models import PortalDocument, PortalImage
from guidelines.models import LinkProblem, ManualIndexPage, ManualPage, UnusedFile
from guidelines.services import link_checking
from guidelines.services.link_checking import check_links_and_files, unreachable
from search.models import DocumentText
from tests.factories import ImageFactory, ManualFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def write(trunk):
    """``write("<p>...</p>")``: a published manual with this text; other blocks as they are."""

    def make(*blocks, **fields):
        body = [("rich_text", block) if isinstance(block, str) else block for block in blocks]
        page = ManualFactory(parent=trunk(ManualIndexPage), **fields)
        page.body = body
        page.save_revision().publish()
        return page

    return make


def document(name="kaart.pdf"):
    return PortalDocument.objects.create(title=name, file=ContentFile(b"%PDF-1.4", name))


def found():
    check_links_and_files(NOW)
    return sorted(LinkProblem.objects.values_list("page", "kind", "words"))


def test_links_to_pages_that_are_gone_or_not_published(write, trunk):
    hidden = ManualFactory(parent=trunk(ManualIndexPage), live=False)
    gone = ManualFactory(parent=trunk(ManualIndexPage))
    good = ManualFactory(parent=trunk(ManualIndexPage))
    page = write(
        f'<p><a linktype="page" id="{gone.pk}">weg</a> <a linktype="page" id="{hidden.pk}">klad</a> '
        f'<a linktype="page" id="{good.pk}">goed</a></p>'
    )
    gone.delete()
    assert found() == [(page.pk, "page_gone", "weg"), (page.pk, "page_hidden", "klad")]


def test_places_that_are_not_on_the_page(write):
    target = write(("heading", {"text": "Zo doe je dat", "level": "2", "anchor": "zo"}), "<p>x</p>")
    page = write(
        f'<p><a linktype="page" id="{target.pk}" anchor="zo">goed</a>'
        f'<a linktype="page" id="{target.pk}" anchor="anders">mis</a><a href="#nergens">hier</a></p>'
    )
    assert found() == [(page.pk, "place_gone", "hier"), (page.pk, "place_gone", "mis")]


def test_files_that_are_gone_in_texts_tables_steps_and_blocks(write):
    kept, lost = document(), document("weg.pdf")
    image = ImageFactory()
    page = write(
        ("document", {"document": kept, "text": ""}),
        (
            "steps",
            {
                "title": "",
                "steps": [{"title": "Een", "text": f'<p><a linktype="document" id="{lost.pk}">stap</a></p>'}],
            },
        ),
        ("image", {"image": image, "caption": ""}),
    )
    picture = PortalImage.objects.get(pk=image.pk)
    ids = lost.pk, picture.pk
    PortalDocument.objects.filter(pk=ids[0]).delete()
    PortalImage.objects.filter(pk=ids[1]).delete()
    assert found() == [(page.pk, "document_gone", "stap"), (page.pk, "picture_gone", "")]
    kept.file.storage.delete(kept.file.name)
    assert (page.pk, "document_gone", "") in found()


def test_what_stays_wrong_keeps_its_date_and_what_is_mended_goes(write, trunk):
    target = ManualFactory(parent=trunk(ManualIndexPage), live=False)
    write(f'<p><a linktype="page" id="{target.pk}">klad</a></p>')
    check_links_and_files(NOW - timedelta(days=3))
    check_links_and_files(NOW)
    assert LinkProblem.objects.get().found_at == NOW - timedelta(days=3)
    ManualPage.objects.filter(pk=target.pk).update(live=True)
    assert found() == []


def test_what_is_not_published_is_left_alone(write):
    page = write('<p><a linktype="page" id="999999">weg</a></p>')
    page.unpublish()
    assert found() == []


def test_addresses_outside_are_asked_only_where_that_is_on(write, settings, monkeypatch):
    asked = []
    monkeypatch.setattr(link_checking, "_is_gone", lambda opener, address: asked.append(address) or True)
    page = write('<p><a href="https://weg.example/">weg</a></p>')
    assert found() == []
    assert asked == []
    settings.CHECK_OUTSIDE_LINKS = True
    assert found() == [(page.pk, "outside", "weg")]
    assert asked == ["https://weg.example/"]


def test_more_addresses_than_a_night_takes_get_their_turn_and_are_not_forgotten(write, settings, monkeypatch):
    settings.CHECK_OUTSIDE_LINKS = True
    monkeypatch.setattr(link_checking, "OUTSIDE_AT_MOST", 2)
    asked, well = [], set()
    monkeypatch.setattr(link_checking, "_is_gone", lambda opener, address: asked.append(address) or address not in well)
    addresses = [f"https://weg{number}.example/" for number in range(5)]
    write("".join(f'<p><a href="{address}">{address}</a></p>' for address in addresses))
    for night in range(1, 4):
        check_links_and_files(NOW + timedelta(days=night))
        assert len(asked) == 2 * night
        assert LinkProblem.objects.count() == len(set(asked))
    assert set(asked) == set(addresses)
    # What is mended meanwhile is off the list as soon as it is asked again.
    well.update(addresses)
    for night in range(4, 7):
        check_links_and_files(NOW + timedelta(days=night))
    assert not LinkProblem.objects.exists()


def test_files_that_nothing_uses_for_90_days(write, as_user, make_user):
    used, unused, draft, shown = document("a.pdf"), document("b.pdf"), document("c.pdf"), ImageFactory()
    page = write(("document", {"document": used, "text": ""}), image=shown)
    page.body = [
        *[(block.block_type, block.value) for block in page.body],
        ("document", {"document": draft, "text": ""}),
    ]
    page.save_revision()
    start = NOW - timedelta(days=91)
    check_links_and_files(start)
    assert list(UnusedFile.objects.values_list("kind", "file_id")) == [("document", unused.pk)]
    client = as_user(make_user(groups=["Editors"], locale="en"))
    UnusedFile.objects.create(kind="picture", file_id=7, title="Pas sinds gisteren", since=NOW - timedelta(days=1))
    shown = client.get(reverse("unused_files")).content.decode()
    assert "b.pdf" in shown
    assert "Pas sinds gisteren" not in shown
    page.body = [("document", {"document": unused, "text": ""})]
    page.save_revision().publish()
    check_links_and_files(NOW)
    assert not UnusedFile.objects.filter(file_id=unused.pk, kind="document").exists()


def test_earlier_files_and_what_was_read_of_a_document_are_no_use_of_it(as_user, make_user):
    unused = document("b.pdf")
    replace_file(document=unused, file=ContentFile(b"%PDF-1.4 2", "b.pdf"), by=None)
    DocumentText.objects.create(document=unused, file_key="b")
    check_links_and_files(NOW)
    assert list(UnusedFile.objects.values_list("kind", "file_id")) == [("document", unused.pk)]


@pytest.mark.parametrize(
    "address", ["http://host:8o/", "https://example.invalid/\x7f", "https://é.example/é", "https://[x/"]
)
def test_an_address_that_is_none_ends_nobodys_night(address):
    assert unreachable([address]) == []


def test_a_server_that_does_not_speak_http_ends_nobodys_night(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setattr("base.outward.PORTS", {server.getsockname()[1]})
        monkeypatch.setattr("base.outward.is_outside", lambda address: True)

        def answer():
            connection, _address = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert unreachable([f"http://127.0.0.1:{server.getsockname()[1]}/"]) == []
        thread.join()


def test_editors_see_filter_and_export_broken_links_and_others_do_not(write, as_user, make_user):
    write('<p><a linktype="page" id="999999">dit woord</a> <a href="#nergens">ander woord</a></p>', title="Pompen")
    check_links_and_files(NOW)
    client = as_user(make_user(groups=["Editors"], locale="en"))
    assert "dit woord" in client.get(reverse("broken_links")).content.decode()
    narrowed = client.get(reverse("broken_links"), {"kind": "place_gone"}).content.decode()
    assert "ander woord" in narrowed
    assert "dit woord" not in narrowed
    exported = client.get(reverse("broken_links"), {"export": "csv"})
    assert b"dit woord" in b"".join(exported.streaming_content)
    assert "broken links" in client.get(reverse("wagtailadmin_home")).content.decode()
    hr = as_user(make_user(groups=["HR"]))
    for name in ("broken_links", "unused_files"):
        assert hr.get(reverse(name)).status_code in (302, 403)


def test_the_night_asks_as_much_for_many_links_as_for_few(write, trunk):
    target = ManualFactory(parent=trunk(ManualIndexPage))
    link = f'<a linktype="page" id="{target.pk}">x</a>'
    page = write(f"<p>{link}</p>")
    check_links_and_files(NOW)
    with CaptureQueriesContext(connection) as few:
        check_links_and_files(NOW)
    page.body = [("rich_text", f"<p>{link * 30}</p>")]
    page.save_revision().publish()
    with CaptureQueriesContext(connection) as many:
        check_links_and_files(NOW)
    assert len(many) == len(few)
