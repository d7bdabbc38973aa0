"""The blocks of long texts: what readers get of each, and what is refused."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Locale, PageViewRestriction
from wagtail.rich_text import RichText
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from base.blocks import BodyBlock, FigureBlock, PageLinkBlock, TableBlock, VideoBlock
from base.models import PortalDocument, PortalMedia
from guidelines.models import ManualIndexPage
from tests.factories import ImageFactory, ManualFactory

BLOCKS = BodyBlock().child_blocks


def shown(block_type: str, value, request=None) -> BeautifulSoup:
    """What a reader gets of one block in a text."""
    body = BodyBlock()
    stream = body.to_python([{"type": block_type, "value": value, "id": "1"}])
    return BeautifulSoup(body.render(stream, context={"request": request, "LANGUAGE_CODE": "nl"}), "html.parser")


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_icon_description_and_a_preview_that_shows_it(name, as_user, make_user, django_user_model):
    block = BLOCKS[name]
    admin = as_user(make_user(is_superuser=True))
    response = admin.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 200
    assert block.is_previewable and block.meta.icon != "placeholder" and str(block.get_description())
    assert page.find(class_="article").find(True), "the preview is empty"
    assert page.find("link", href=re.compile(r"^/theme-[0-9a-f]{12}\.css$"))


def test_a_heading_keeps_its_anchor_when_it_is_renamed(db):
    html = shown("heading", {"text": "Nieuwe naam", "level": "3", "anchor": "oude-naam"})
    assert html.h3["id"] == "oude-naam" and html.h3.a["href"] == "#oude-naam"


def test_two_headings_with_one_name_get_anchors_of_their_own(db):
    body = BodyBlock()
    value = {"text": "Koffie", "level": "2", "anchor": ""}
    stream = body.to_python([{"type": "heading", "value": value}, {"type": "heading", "value": value}])
    html = BeautifulSoup(body.render(stream), "html.parser")
    assert [heading["id"] for heading in html("h2")] == ["koffie", "koffie-2"]


def test_tips_are_numbered_in_order_and_leave_out_what_is_empty(db):
    tip = {"title": "Vraag het", "text": "<p>Altijd.</p>", "do": "<p>Ja</p>", "dont": "", "why": "<p>Omdat.</p>"}
    body = BodyBlock()
    stream = body.to_python([{"type": "tip", "value": tip}, {"type": "tip", "value": {**tip, "title": "Wacht"}}])
    html = BeautifulSoup(body.render(stream), "html.parser")
    assert [node.text for node in html.select(".tip__head .node")] == ["1", "2"]
    assert [section["id"] for section in html("section")] == ["tip-vraag-het", "tip-wacht"]
    assert html.select(".do") and not html.select(".dont")


PAYLOADS = [
    "<p><script>alert(1)</script>hoi</p>",
    '<p onclick="alert(1)">hoi</p>',
    '<p><a href="javascript:alert(1)">hoi</a></p>',
    '<p><a href="data:text/html,x">hoi</a></p>',
    '<p><img src="x" onerror="alert(1)">hoi</p>',
    '<p style="position:fixed">hoi</p>',
    '<iframe src="https://example.org"></iframe><p>hoi</p>',
    '<svg onload="alert(1)"></svg><p>hoi</p>',
]


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("block_type", ["rich_text", "callout", "table"])
def test_rich_text_shows_no_script_whatever_was_stored(db, block_type, payload):
    value = {
        "rich_text": payload,
        "callout": {"tone": "tip", "title": "", "text": payload},
        "table": {"columns": [{"type": "text", "heading": "A"}], "rows": [{"values": [payload]}], "caption": ""},
    }[block_type]
    html = shown(block_type, value)
    text = str(html)
    assert "hoi" in html.text
    assert "alert" not in text and "javascript:" not in text and "data:text" not in text
    assert "style=" not in text and "<iframe" not in text and "example.org" not in text


def test_a_link_out_of_the_portal_does_not_say_where_it_came_from(db):
    html = shown("rich_text", '<p><a href="https://example.org/?a=1&amp;b=2">Buiten</a></p>')
    assert html.a["rel"] == ["noopener", "noreferrer"] and html.a["href"] == "https://example.org/?a=1&b=2"


def test_a_link_in_the_text_to_a_closed_page_shows_only_the_editors_words(trunk, user):
    secret = trunk(ManualIndexPage).add_child(instance=ManualFactory.build(title="Reorganisatie"))
    PageViewRestriction.objects.create(page=secret, restriction_type="groups")
    html = shown("rich_text", f'<p><a linktype="page" id="{secret.pk}">hier</a></p>')
    assert html.a.text == "hier" and "Reorganisatie" not in str(html).replace(html.a["href"], "")


def test_a_picture_comes_in_several_widths_with_its_size(db):
    image = ImageFactory(file__width=1400, file__height=700)
    html = shown("image", {"image": {"image": image.pk, "alt_text": "Een pomp", "decorative": False}, "caption": "Nu"})
    assert html.img["alt"] == "Een pomp" and html.img["loading"] == "lazy"
    assert (html.img["width"], html.img["height"]) == ("1400", "700")
    assert [part.split()[-1] for part in html.img["srcset"].split(", ")] == ["320w", "640w", "960w", "1280w", "1400w"]
    assert all(part.split()[0].endswith(".webp") for part in html.img["srcset"].split(", "))


def test_a_decorative_picture_is_not_read_aloud(db):
    image = ImageFactory(description="Beschreven")
    html = shown("image", {"image": {"image": image.pk, "alt_text": "", "decorative": True}, "caption": ""})
    assert html.img["alt"] == ""


def test_a_drawing_is_shown_as_it_is(db):
    svg = ContentFile(b'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40" viewBox="0 0 60 40"/>', "t.svg")
    image = ImageFactory(file=svg)
    html = shown("image", {"image": {"image": image.pk, "alt_text": "Lijn", "decorative": False}, "caption": ""})
    assert html.img["src"].endswith(".svg") and (html.img["width"], html.img["height"]) == ("60", "40")


def test_a_picture_without_description_that_is_not_marked_decorative_is_refused(db):
    block = FigureBlock()
    image = ImageFactory()
    value = block.to_python({"image": {"image": image.pk, "alt_text": "", "decorative": False}, "caption": ""})
    with pytest.raises(ValidationError):
        block.clean(value)


@pytest.fixture
def media(db):
    """An uploaded video with Dutch captions."""
    return PortalMedia.objects.create(
        title="Welkom",
        type="video",
        file=ContentFile(b"webm", "welkom.webm"),
        captions_nl=ContentFile(b"WEBVTT", "welkom.vtt"),
    )


def test_an_uploaded_video_never_starts_by_itself_and_has_captions(media):
    html = shown("video", {"title": "Welkom", "video": media.pk, "url": "", "transcript": "<p>Dag</p>"})
    assert html.video["preload"] == "none" and not html.video.has_attr("autoplay")
    assert html.track["srclang"] == "nl" and html.track["src"].endswith(".vtt")
    assert html.details.p.text == "Dag" and not html.iframe


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1",
        ),
        ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?autoplay=1"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1&autoplay=1"),
    ],
)
def test_a_video_elsewhere_loads_nothing_before_a_click(db, url, host):
    html = shown("video", {"title": "Film", "video": None, "url": url, "transcript": "<p>Tekst</p>"})
    assert html.find("hosted-video")["data-src"] == host and html.find("hosted-video").a["href"] == url
    assert not html(["iframe", "img", "video"])
    assert all(script["src"].startswith("/") for script in html("script"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"video": None, "url": ""},
        {"video": None, "url": "https://evil.example/watch?v=dQw4w9WgXcQ"},
        {"video": None, "url": "https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ"},
        {"video": None, "url": "https://vimeo.com/76979871", "transcript": ""},
    ],
)
def test_a_video_without_source_known_host_or_written_text_is_refused(db, wrong):
    block = VideoBlock()
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"title": "Film", "transcript": "<p>Tekst</p>", **wrong}))


def test_a_video_with_two_sources_is_refused(media):
    block = VideoBlock()
    value = {"title": "Film", "video": media.pk, "url": "https://vimeo.com/76979871", "transcript": ""}
    with pytest.raises(ValidationError):
        block.clean(block.to_python(value))


def test_on_a_phone_every_cell_of_a_table_says_what_it_is(db):
    table = {
        "caption": "Bellen",
        "columns": [{"type": "text", "heading": "Wat"}, {"type": "text", "heading": "Wie"}],
        "rows": [{"values": ["<p>Lek</p>", "<p>Meldkamer</p>"]}],
    }
    html = shown("table", table)
    assert html.caption.text == "Bellen" and html.tbody.th.text.strip() == "Lek"
    assert html.td["data-label"] == "Wie" and "table-box--text" in html.div["class"]


def test_a_table_without_columns_shows_without_a_crash(db):
    block = TableBlock()
    assert "<table" in block.render(block.to_python(None))


def test_a_document_says_what_it_is_and_how_big(db):
    document = PortalDocument.objects.create(title="Rooster", file=ContentFile(b"x" * 2048, "rooster.pdf"))
    html = shown("document", {"document": document.pk, "text": ""})
    assert html.a.text == "Rooster" and "PDF" in html.text and "2" in html.text


class Request:
    """As much of a request as a block looks at."""

    def __init__(self, user):
        self.user = user


def test_a_page_to_read_is_offered_in_the_readers_language(trunk, user):
    index = trunk(ManualIndexPage)
    value = {"page": index.pk, "text": ""}
    assert shown("page", value, Request(user)).a["href"] == "/nl/handboek/"
    with override("en"):
        link = shown("page", value, Request(user)).a
    assert (link["href"], link.text) == ("/en/handbook/", "Handbook")


def test_a_page_to_read_is_hidden_from_who_may_not_see_it(trunk, user, make_user):
    secret = trunk(ManualIndexPage).add_child(instance=ManualFactory.build(title="Reorganisatie"))
    restriction = PageViewRestriction.objects.create(page=secret, restriction_type="groups")
    restriction.groups.add(Group.objects.create(name="Board"))
    value = {"page": secret.pk, "text": "Lees dit"}
    for reader in (Request(user), None):
        html = shown("page", value, reader)
        assert "Reorganisatie" not in str(html) and "Lees dit" not in str(html) and not html.a
    assert shown("page", value, Request(make_user(groups=["Board"]))).a.text == "Reorganisatie"


def test_a_page_to_read_that_was_deleted_leaves_no_hole(db, user):
    block = PageLinkBlock()
    assert block.render(block.to_python({"page": 999999, "text": "Weg"}), {"request": Request(user)}).strip() == ""


def test_colleagues_who_left_are_not_offered(db, make_user):
    here, gone = make_user(first_name="Sem"), make_user(first_name="Weg", is_active=False)
    html = shown("people", {"title": "Vraag het", "people": [here.pk, gone.pk]})
    assert "Sem" in html.text and "Weg" not in html.text


def test_text_to_copy_stays_as_it_was_typed(db):
    html = shown("code", {"language": "bash", "code": "<b>  ls && cd\n  ..</b>"})
    assert html.code.text == "<b>  ls && cd\n  ..</b>" and html.pre["tabindex"] == "0"


def test_a_table_is_translated_cell_by_cell(db):
    block = TableBlock()
    source = block.to_python(
        {
            "caption": "Bellen",
            "columns": [{"type": "text", "heading": "Wat"}],
            "rows": [{"values": ['<p>Bij een <b>lek</b></p><p><a href="https://example.org/">Kaart</a></p>']}],
        }
    )
    segments = block.get_translatable_segments(source)
    words = {"Bellen": "Calling", "Wat": "What", "Bij een": "With a", "lek": "leak", "Kaart": "Map"}
    for order, segment in enumerate(segments):
        segment.order = order
        if hasattr(segment, "string"):
            for dutch, english in words.items():
                segment.string.data = segment.string.data.replace(dutch, english)
    table = block.restore_translated_segments(source, segments)
    cell = table.row_data[0]["values"][0]
    assert (table.caption, table.columns[0]["heading"]) == ("Calling", "What")
    assert isinstance(cell, RichText)
    assert "With a <b>leak</b>" in cell.source and 'href="https://example.org/"' in cell.source and "Map" in cell.source


def test_a_table_keeps_its_translation_when_a_row_is_put_in(trunk, make_user, as_user):
    """Through wagtail-localize itself: submit, translate, publish, change the source, update."""
    english = Locale.objects.get(language_code="en")
    table = {"caption": "", "columns": [{"type": "text", "heading": "Wat"}], "rows": [{"values": ["<p>Lek</p>"]}]}
    body = [{"type": "table", "value": table, "id": "7f9c24e8-3b12-4a0e-9d5c-1f2e3d4c5b6a"}]
    manual = trunk(ManualIndexPage).add_child(instance=ManualFactory.build(body=json.dumps(body)))
    translate_object(manual, [english])
    translation = Translation.objects.get(source__object_id=manual.translation_key, target_locale=english)
    for segment in translation.source.stringsegment_set.filter(context__path__contains="cell-"):
        StringTranslation.objects.create(
            translation_of=segment.string, locale=english, context=segment.context, data="Leak"
        )
    admin = make_user(is_superuser=True)
    translation.save_target(user=admin)
    editor = as_user(admin).get(f"/admin/pages/{manual.get_translation(english).pk}/edit/")
    assert editor.status_code == 200 and "Lek" in editor.content.decode()

    table["rows"].insert(0, {"values": ["<p>Nieuw</p>"]})
    manual.body = json.dumps(body)
    manual.save_revision().publish()
    translation.source.update_from_db()
    translation.save_target(user=None)
    latest = manual.get_translation(english).get_latest_revision_as_object()
    assert [row["values"][0].source for row in latest.body[0].value.row_data] == ["<p>Nieuw</p>", "<p>Leak</p>"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "0", "99999999999999999999", "1.5", "%00"])
@pytest.mark.parametrize(
    "place", ["colleague_chooser", "documents/chooser", "images/chooser", "snippets/choose/stories/storytheme"]
)
def test_choosing_what_is_not_there_is_no_error(as_user, make_user, place, key):
    client = as_user(make_user(is_superuser=True))
    # An address that isn't there is looked for among the pages of a language first.
    assert client.get(f"/admin/{place}/chosen/{key}/", follow=True).status_code == 404
    # A number that nobody has is left out of several.
    code = 200 if key == "0" else 404
    assert client.get(f"/admin/{place}/chosen-multiple/?id={key}", follow=True).status_code == code


@pytest.mark.django_db
def test_choosing_pages_that_are_not_there_is_no_error(as_user, make_user):
    client = as_user(make_user(groups=["Editors"]))
    assert client.get("/admin/choose-page/chosen-multiple/?id=x", follow=True).status_code == 404


@pytest.mark.django_db
def test_a_colleague_can_be_chosen(as_user, make_user):
    colleague = make_user(first_name="Hadewych")
    client = as_user(make_user(groups=["Editors"]))
    assert "Hadewych" in client.get(f"/admin/colleague_chooser/chosen/{colleague.pk}/").content.decode()
    chosen = client.get(f"/admin/colleague_chooser/chosen-multiple/?id={colleague.pk}")
    assert "Hadewych" in chosen.content.decode()
