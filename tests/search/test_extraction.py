"""What is read out of a page."""

import pytest
from django.core.files.base import ContentFile

from base.models import PortalMedia
from home.models import NewsIndexPage
from search.extraction import documents_for, plain_text
from search.outbox import indexed_pages
from stories.models import StoryIndexPage
from tests.factories import NewsFactory, StoryFactory

pytestmark = pytest.mark.django_db


def document_of(page):
    return next(iter(documents_for(indexed_pages().filter(pk=page.pk).specific())))


def sections_of(page):
    return [(section.anchor, section.heading, section.text) for section in document_of(page).sections]


def test_html_becomes_lines_of_text():
    assert plain_text("<p>Eén &amp; twee</p><ul><li>drie</li><li>v<b>ie</b>r</li></ul>") == "Eén & twee\ndrie\nvier"


def test_headings_start_sections_under_their_anchors(make_chapter):
    chapter = make_chapter(
        "Foto's",
        [
            ("rich_text", "<p>Vooraf.</p>"),
            ("heading", {"text": "Bij de klant", "level": "2", "anchor": ""}),
            ("rich_text", "<p>Vraag het.</p>"),
            ("heading", {"text": "Bij de klant", "level": "2", "anchor": ""}),
        ],
    )
    assert sections_of(chapter) == [
        ("", "", "Vooraf."),
        ("bij-de-klant", "Bij de klant", "Vraag het."),
        ("bij-de-klant-2", "Bij de klant", ""),
    ]


def test_a_tip_is_a_section_with_all_its_parts(make_chapter):
    tip = {
        "title": "Vraag toestemming",
        "text": "<p>Altijd.</p>",
        "do": "<p>Vragen</p>",
        "dont": "<p>Gokken</p>",
        "why": "<p>Het is hun huis.</p>",
        "example": "",
        "anchor": "tip-8",
    }
    chapter = make_chapter("Foto's", [("tip", tip), ("rich_text", "<p>Daarna.</p>")])
    assert ("tip-8", "Vraag toestemming", "Altijd.\nVragen\nGokken\nHet is hun huis.") in sections_of(chapter)
    assert ("", "", "Daarna.") in sections_of(chapter)


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [
        ("callout", {"tone": "bad", "title": "Pas op", "text": "<p>Glad.</p>"}, "Glad."),
        ("steps", {"title": "Zo", "steps": [{"title": "Bel", "text": "<p>de helpdesk</p>"}]}, "de helpdesk"),
        ("quote", {"text": "Water is leven", "who": "Daan"}, "Daan"),
        ("code", {"language": "sh", "code": "make demo"}, "make demo"),
        ("video", {"title": "Vlog", "url": "https://vimeo.com/123456789", "transcript": "<p>Hallo</p>"}, "Hallo"),
    ],
)
def test_the_words_of_every_block_are_read(make_chapter, kind, value, word):
    text = "\n".join(section[2] for section in sections_of(make_chapter("Blok", [(kind, value)])))
    assert word in text


def test_the_tone_of_a_callout_is_no_text(make_chapter):
    callout = {"tone": "bad", "title": "", "text": "<p>Glad.</p>"}
    assert sections_of(make_chapter("Blok", [("callout", callout)])) == [("", "", "Glad.")]


def test_the_language_of_code_is_no_text(make_chapter):
    code = {"language": "text", "code": "Wat gebeurde er?"}
    assert sections_of(make_chapter("Blok", [("code", code)])) == [("", "", "Wat gebeurde er?")]


def test_words_that_are_somebodys_own_are_those_for_who_has_none(make_chapter):
    chapter = make_chapter("Gesprek", "<p>Praat met {{manager}}, en met {{ niemand }}.</p>")
    assert sections_of(chapter) == [("", "", "Praat met je leidinggevende, en met {{ niemand }}.")]


def test_captions_are_read_where_nobody_wrote_down_what_is_said(make_chapter):
    video = PortalMedia(title="Vlog", type="video", duration=3)
    video.file.save("vlog.webm", ContentFile(b"x"), save=False)
    captions = "WEBVTT\n\n1\n00:00.000 --> 00:02.000\n<v Anouk>Welkom bij <i>Veldbron</i>\n"
    video.captions_nl.save("vlog.nl.vtt", ContentFile(captions.encode()), save=False)
    video.save()
    value = {"title": "Vlog", "video": video.pk, "url": "", "transcript": ""}
    assert "Welkom bij Veldbron" in sections_of(make_chapter("Film", [("video", value)]))[0][2]


def test_lost_captions_cost_nobody_the_page(make_chapter):
    video = PortalMedia(title="Vlog", type="video", duration=3)
    video.file.save("vlog2.webm", ContentFile(b"x"), save=False)
    video.captions_nl.name = "captions/never-there.vtt"
    video.save()
    value = {"title": "Vlog", "video": video.pk, "url": "", "transcript": ""}
    assert sections_of(make_chapter("Film", [("video", value)])) == [("", "", "Vlog")]


def test_a_story_is_read_as_it_is_shown(trunk, user):
    stories = trunk(StoryIndexPage)
    story = StoryFactory(parent=stories, locale=stories.locale, author=user, text="Het was **koud**.\n\n- soep")
    assert sections_of(story)[0][2] == "Het was koud.\nsoep"
    assert user.get_full_name() in document_of(story).keywords


def test_a_chapter_knows_its_manual_and_its_file(make_chapter, manual):
    chapter = make_chapter("Foto's", "<p>x</p>", source_path="handboek/foto.md")
    document = document_of(make_chapter("Thuis", "<p>x</p>", parent=chapter))
    assert document.crumbs == (manual.title, "Foto's")
    assert document_of(chapter).source_path == "handboek/foto.md"


def test_a_page_that_cant_be_read_keeps_no_other_from_being_found(make_chapter, monkeypatch, caplog):
    broken, fine = make_chapter("Stuk", "<p>x</p>"), make_chapter("Heel", "<p>y</p>")
    import search.extraction as extraction

    real = extraction.document_of

    def document(page, titles):
        if page.pk == broken.pk:
            raise RuntimeError("no")
        return real(page, titles)

    monkeypatch.setattr(extraction, "document_of", document)
    found = list(documents_for(indexed_pages().filter(pk__in=[broken.pk, fine.pk]).specific()))
    assert [document.pk for document in found] == [fine.pk]
    assert str(broken.pk) in caplog.text


def test_drafts_and_stand_ins_have_no_place_in_the_index(trunk, make_chapter):
    news = trunk(NewsIndexPage)
    draft = NewsFactory(parent=news, locale=news.locale, live=False)
    original = NewsFactory(parent=news, locale=news.locale)
    alias = original.create_alias(parent=trunk(NewsIndexPage, "en"), update_locale=trunk(NewsIndexPage, "en").locale)
    indexed = set(indexed_pages().values_list("pk", flat=True))
    assert original.pk in indexed
    assert not indexed & {draft.pk, alias.pk}
