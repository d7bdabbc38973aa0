"""Links to a heading or tip keep landing: whatever it is called later, in which language, by which way it is published."""

import json
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from base.reading import places_in
from guidelines.models import ChapterPage, ManualIndexPage
from search.extraction import document_of
from tests.factories import ChapterFactory, ManualFactory

RICH = "<p>Woorden.</p>"


def heading(text: str, block_id: str, anchor: str = "") -> dict:
    return {"type": "heading", "value": {"text": text, "level": "2", "anchor": anchor}, "id": block_id}


def tip(title: str, block_id: str) -> dict:
    return {"type": "tip", "value": {"title": title, "text": RICH, "why": RICH}, "id": block_id}


@pytest.fixture
def manual(trunk):
    return ManualFactory(parent=trunk(ManualIndexPage), title="Storingen")


@pytest.fixture
def chapter(manual):
    """A published chapter with a heading and a tip."""
    page = ChapterFactory(parent=manual, title="Melden", body=json.dumps([heading("Bel ons", "a1"), tip("Snel", "b1")]))
    page.save_revision().publish()
    return ChapterPage.objects.get(pk=page.pk)


def retitle(page, *blocks: dict) -> ChapterPage:
    page.body = json.dumps(list(blocks))
    return page


def stored(page) -> list[str]:
    return [raw["value"].get("anchor") for raw in ChapterPage.objects.get(pk=page.pk).body.raw_data]


def ids(client, page) -> set[str]:
    response = client.get(page.url)
    assert response.status_code == 200
    return {found["id"] for found in BeautifulSoup(response.content, "html.parser").select("article [id]")}


def test_an_anchor_is_kept_from_the_first_publication(chapter):
    assert stored(chapter) == ["bel-ons", "tip-snel"]
    retitle(chapter, heading("Meld het", "a1"), tip("Wacht niet", "b1")).save_revision().publish()
    assert stored(chapter) == ["bel-ons", "tip-snel"]


def test_a_draft_may_be_retitled_until_it_is_published(manual):
    page = ChapterFactory(parent=manual, live=False, body=json.dumps([heading("Kladje", "a1")]))
    page.save_revision()
    retitle(page, heading("Nog een", "a1")).save_revision()
    assert stored(page) == [""]
    retitle(page, heading("Bel ons", "a1")).save_revision().publish()
    assert stored(page) == ["bel-ons"]


def test_drafts_of_a_published_page_show_its_anchors_and_the_live_text_stays(chapter):
    retitle(chapter, heading("Meld het", "a1"), heading("Nieuw", "c1")).save_revision()
    draft = ChapterPage.objects.get(pk=chapter.pk).get_latest_revision_as_object()
    assert [block.value.get("anchor") for block in draft.body] == ["bel-ons", ""]
    assert stored(chapter) == ["bel-ons", "tip-snel"]


def test_a_text_from_before_anchors_were_kept_keeps_what_readers_saw(chapter):
    raw = json.dumps([heading("Bel ons", "a1"), heading("Bel ons", "a2")])
    ChapterPage.objects.filter(pk=chapter.pk).update(body=raw)
    page = ChapterPage.objects.get(pk=chapter.pk)
    retitle(page, heading("Tweede", "a2"), heading("Eerste", "a1")).save_revision().publish()
    assert stored(page) == ["bel-ons-2", "bel-ons"]


def test_a_copy_of_a_block_gets_an_anchor_of_its_own(chapter):
    retitle(chapter, heading("Kopie", "new", "bel-ons"), heading("Bel ons", "a1", "bel-ons")).save_revision().publish()
    assert stored(chapter) == ["kopie", "bel-ons"]


def test_a_new_heading_never_takes_over_an_old_link(as_user, user, chapter):
    retitle(chapter, heading("Bel ons", "a1", "bellen"), tip("Snel", "b1")).save_revision().publish()
    chapter = ChapterPage.objects.get(pk=chapter.pk)
    retitle(chapter, heading("Meld het", "a1"), heading("Bel ons", "new"), tip("Snel", "b1")).save_revision().publish()
    assert stored(chapter) == ["bellen", "bel-ons-2", "tip-snel"]
    assert {"bellen", "bel-ons", "bel-ons-2", "tip-snel"} <= ids(as_user(user), chapter)


def test_an_editor_who_opened_the_page_before_loses_nothing(as_user, make_user, chapter):
    editor = as_user(make_user(groups=["Editors"], is_superuser=True))
    url = reverse("wagtailadmin_pages:edit", args=[chapter.pk])
    page = BeautifulSoup(editor.get(url).content, "html.parser")
    data = {
        field["name"]: field.get("value", "")
        for field in page.select("#page-edit-form input[name], #page-edit-form textarea[name]")
        if not field["name"].startswith("body")
    }
    data |= {"body-count": 1, "body-0-type": "heading", "body-0-id": "a1", "body-0-order": 0, "body-0-deleted": ""}
    data |= {"body-0-value-text": "Meld het", "body-0-value-level": "2", "body-0-value-anchor": ""}
    # Somebody answers for it, and of two buttons the first is pressed.
    data |= {"owner_colleague": make_user().pk, "change_size": "small", "change_note": ""}
    data |= {"body-0-value-former": "", "title": "Melden", "slug": chapter.slug, "action-publish": "yes"}
    response = editor.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    assert stored(chapter) == ["bel-ons"]


def test_scheduled_publishing_keeps_them(chapter):
    draft = retitle(chapter, heading("Meld het", "a1"))
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    revision = draft.save_revision()
    revision.publish()
    assert stored(chapter) == ["bel-ons", "tip-snel"]
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    revision.refresh_from_db()
    content = {**revision.content, "go_live_at": None}
    type(revision).objects.filter(pk=revision.pk).update(content=content)
    call_command("publish_scheduled")
    chapter.refresh_from_db()
    assert [block.value["text"] for block in chapter.body] == ["Meld het"]
    assert stored(chapter) == ["bel-ons"]


def test_going_back_to_an_older_version_keeps_them(chapter):
    first = chapter.get_latest_revision()
    retitle(chapter, heading("Meld het", "a1"), tip("Snel", "b1")).save_revision().publish()
    first.publish()
    assert stored(chapter) == ["bel-ons", "tip-snel"]


def test_aliases_and_copies_have_the_same_anchors(as_user, user, chapter):
    alias = chapter.get_translations().get()
    retitle(chapter, heading("Meld het", "a1"), tip("Wacht niet", "b1")).save_revision().publish()
    assert {"bel-ons", "tip-snel"} <= ids(as_user(user), alias)
    copy = ChapterPage.objects.get(pk=chapter.pk).copy(update_attrs={"slug": "kopie"})
    assert stored(copy) == ["bel-ons", "tip-snel"]


def into_english(page, words: dict[str, str]) -> ChapterPage:
    english = Locale.objects.get(language_code="en")
    source, _made = TranslationSource.update_or_create_from_instance(ChapterPage.objects.get(pk=page.pk))
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=english)
    for segment in StringSegment.objects.filter(source=source).select_related("string", "context"):
        text = words.get(segment.string.data)
        if text:
            StringTranslation.objects.update_or_create(
                translation_of=segment.string, context=segment.context, locale=english, defaults={"data": text}
            )
    translation.save_target(publish=False)
    page = translation.get_target_instance()
    page.get_latest_revision().publish()
    return ChapterPage.objects.get(pk=page.pk)


def test_a_translation_has_the_anchors_of_its_original(as_user, user, chapter):
    english = into_english(chapter, {"Bel ons": "Call us", "Snel": "Be quick"})
    assert [block.value["text"] for block in english.body if block.block_type == "heading"] == ["Call us"]
    assert stored(english) == ["bel-ons", "tip-snel"]


def test_links_to_a_translation_from_before_keep_landing(as_user, user, chapter):
    english = into_english(chapter, {"Bel ons": "Call us"})
    for pk, text in ((chapter.pk, "Bel ons"), (english.pk, "Call us")):
        ChapterPage.objects.filter(pk=pk).update(body=json.dumps([heading(text, "a1")]))
    assert "call-us" in ids(as_user(user), english)
    retitle(ChapterPage.objects.get(pk=chapter.pk), heading("Meld het", "a1")).save_revision().publish()
    english = into_english(chapter, {"Meld het": "Report it"})
    assert {"bel-ons", "call-us"} <= ids(as_user(user), english)
    english = into_english(chapter, {"Meld het": "Tell us"})
    assert {"bel-ons", "call-us"} <= ids(as_user(user), english)


def test_the_contents_search_and_places_use_the_same(as_user, user, chapter):
    retitle(chapter, heading("Meld het", "a1"), tip("Wacht niet", "b1")).save_revision().publish()
    chapter = ChapterPage.objects.get(pk=chapter.pk)
    page = BeautifulSoup(as_user(user).get(chapter.url).content, "html.parser")
    linked = [link["href"][1:] for link in page.select(".contents-beside a")]
    assert linked == ["bel-ons", "tip-snel"]
    assert [place.anchor for place in places_in(ChapterPage.objects.get(pk=chapter.pk).body)] == linked
    titles = {}
    sections = document_of(ChapterPage.objects.get(pk=chapter.pk), titles).sections
    assert [section.anchor for section in sections if section.anchor] == linked
