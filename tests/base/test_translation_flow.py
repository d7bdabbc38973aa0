"""An editor's whole way with a translation, and what readers see at every point of it."""

import json
import re

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail_localize.models import StringSegment, Translation, TranslationSource

from base.access import is_visible
from base.translation import fallback_language, unpublished_translations
from base.translation.status import State, translation_states
from guidelines.models import ManualIndexPage, ManualPage
from home.models import NewsIndexPage, NewsPage

pytestmark = pytest.mark.django_db

BODY = [
    {"type": "rich_text", "value": "<p>Het water <b>stijgt</b>.</p>"},
    {"type": "quote", "value": {"text": "Het is hier droog", "who": "Noor"}},
    {
        "type": "steps",
        "value": {
            "title": "Zo doe je het",
            "steps": [{"type": "item", "id": "b1", "value": {"title": "Bel", "text": "<p>Snel.</p>"}}],
        },
    },
    {
        "type": "table",
        "value": {
            "columns": [{"type": "text", "heading": "Waar"}, {"type": "text", "heading": "Hoe hoog"}],
            "rows": [{"values": ["<p>Hoogveld</p>", "<p>Twee meter</p>"]}],
            "caption": "Standen",
        },
    },
]


@pytest.fixture
def news(trunk):
    index = trunk(NewsIndexPage)
    page = NewsPage(title="Hoog water", summary="Wat je doet.", locale=index.locale, body=json.dumps(BODY))
    index.add_child(instance=page)
    page.save_revision().publish()
    return NewsPage.objects.get(pk=page.pk)


@pytest.fixture
def editor(as_user, make_user):
    return as_user(make_user(groups=["Editors"], locale="en"))


@pytest.fixture
def english():
    return Locale.objects.get(language_code="en")


def twin(page):
    return NewsPage.objects.get(translation_key=page.translation_key, locale__language_code="en")


def submit(editor, page, english):
    response = editor.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [english.pk]}
    )
    assert response.status_code == 302, response.context["form"].errors
    return Translation.objects.get(source__object_id=page.translation_key, target_locale=english)


def translate(editor, translation, **words):
    """Put "EN " before every text, or what ``words`` says for a path."""
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string", "context"):
        value = words.get(segment.context.path, f"EN {segment.string.data}")
        url = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        response = editor.put(url, f"value={value}", content_type="application/x-www-form-urlencoded")
        assert response.status_code in (200, 201), response.content


def publish(editor, page, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action": "publish"}).status_code == 302


def state(page):
    found = translation_states(Page.objects.filter(translation_key=page.translation_key)).get()
    assert found.pk == page.pk
    return found.state


def test_the_whole_way_of_a_translation(editor, news, english, user, django_capture_on_commit_callbacks):
    reader = Client()
    reader.force_login(user)
    assert state(news) == State.MISSING
    assert fallback_language(twin(news)) == "nl"

    translation = submit(editor, news, english)
    assert state(news) == State.MISSING
    assert twin(news).alias_of_id is None
    assert fallback_language(twin(news)) == "nl", "until it is published readers see Dutch, marked as Dutch"
    assert editor.get(reverse("wagtailadmin_pages:edit", args=[twin(news).pk])).status_code == 200

    translate(editor, translation, title="High water", slug="high-water")
    publish(editor, twin(news), django_capture_on_commit_callbacks)
    assert state(news) == State.EQUAL
    assert fallback_language(twin(news)) == ""
    page = reader.get("/en/news/high-water/")
    assert page.status_code == 200
    html = page.content.decode()
    for text in (
        "High water",
        "EN Het water",
        "EN Het is hier droog",
        "EN Bel",
        "EN Hoogveld",
        "EN Standen",
        "EN Hoe hoog",
    ):
        assert text in html
    assert "Hoog water" not in re.sub(r"(?s)<head>.*?</head>", "", html)

    news.title = "Heel hoog water"
    news.save_revision().publish()
    assert state(news) == State.BEHIND
    assert "High water" in reader.get("/en/news/high-water/").content.decode()

    report = editor.get(reverse("translation_states"), {"state": "behind"}).content.decode()
    assert "Heel hoog water" in report
    assert "behind" in editor.get(reverse("wagtailadmin_pages:edit", args=[news.pk])).content.decode()
    assert (
        "is behind its original"
        in editor.get(reverse("wagtailadmin_pages:edit", args=[twin(news).pk])).content.decode()
    )
    assert "Heel hoog water" in editor.get("/admin/").content.decode()

    source = TranslationSource.objects.get(object_id=news.translation_key)
    editor.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    assert state(news) == State.BEHIND, "taken over, not yet translated"
    translate(editor, translation, title="Very high water", slug="high-water")
    assert state(news) == State.BEHIND, "translated, not yet published"
    publish(editor, twin(news), django_capture_on_commit_callbacks)
    assert state(news) == State.EQUAL
    assert "Very high water" in reader.get("/en/news/high-water/").content.decode()
    editor.get("/admin/")  # shows the message about what was just done
    assert "Heel hoog water" not in editor.get(reverse("translation_states"), {"state": "behind"}).content.decode()


def test_until_it_is_published_the_page_goes_on_following_the_original(editor, news, english):
    submit(editor, news, english)
    draft = twin(news).latest_revision_id
    news.title = "Nog hoger water"
    news.save_revision().publish()
    english_page = twin(news)
    assert english_page.title == "Nog hoger water"
    assert (english_page.live, english_page.alias_of_id, english_page.latest_revision_id) == (True, None, draft)
    assert unpublished_translations().filter(pk=english_page.pk).exists()


def test_an_unpublished_translation_sends_its_readers_to_the_original(
    editor, news, english, as_user, user, django_capture_on_commit_callbacks
):
    translate(editor, submit(editor, news, english), title="High water", slug="high-water")
    publish(editor, twin(news), django_capture_on_commit_callbacks)
    twin(news).unpublish()
    response = as_user(user).get("/en/news/high-water/")
    assert (response.status_code, response["Location"]) == (302, news.get_url())
    assert state(news) == State.MISSING


def test_the_address_of_a_draft_says_nothing(as_user, user, trunk):
    index = trunk(NewsIndexPage)
    index.add_child(instance=NewsPage(title="Geheim", slug="geheim", live=False, locale=index.locale, body=[]))
    assert as_user(user).get("/nl/nieuws/geheim/").status_code == 404


def test_a_handbook_written_in_english_only_is_missing_in_dutch(trunk):
    index = trunk(ManualIndexPage, "en")
    page = ManualPage(title="Field guide", locale=index.locale)
    index.add_child(instance=page)
    page.save_revision().publish()
    alias = ManualPage.objects.get(translation_key=page.translation_key, locale__language_code="nl")
    assert fallback_language(alias) == "en"
    assert state(page) == State.MISSING


def test_a_page_translated_by_hand_is_behind_when_its_original_is_published_later(trunk):
    index = trunk(NewsIndexPage)
    assert state(index) == State.EQUAL
    index.save_revision().publish()
    assert state(index) == State.BEHIND
    trunk(NewsIndexPage, "en").save_revision().publish()
    assert state(index) == State.EQUAL


def test_who_does_not_translate_sees_no_report(as_user, make_user, user):
    assert as_user(user).get(reverse("translation_states")).status_code == 403
    for role in ("Editors", "HR"):
        assert as_user(make_user(groups=[role])).get(reverse("translation_states")).status_code == 200


@pytest.mark.parametrize("query", ["?state=nonsense", "?p=99999", "?locale=x", "?export=csv", "?ordering=nope"])
def test_the_report_survives_any_question(editor, query):
    assert editor.get(reverse("translation_states") + query).status_code in (200, 404)


def restrict(page, *groups):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(groups)
    return restriction


def test_translating_a_closed_page_keeps_it_open_for_its_groups_and_closed_for_others(editor, news, english, make_user):
    group = Group.objects.create(name="Crisis team")
    restrict(news, group)
    submit(editor, news, english)
    member, outsider = make_user(groups=["Crisis team"]), make_user()
    for page in (news, twin(news)):
        assert is_visible(page, member)
        assert not is_visible(page, outsider)


def test_a_restriction_is_changed_and_lifted_in_both_languages(editor, news, english, make_user):
    group, other = Group.objects.create(name="Crisis team"), Group.objects.create(name="Press")
    restriction = restrict(news, group)
    submit(editor, news, english)
    restriction.groups.set([other])
    assert is_visible(twin(news), make_user(groups=["Press"]))
    assert not is_visible(twin(news), make_user(groups=["Crisis team"]))
    restriction.delete()
    assert is_visible(news, make_user())
    assert is_visible(twin(news), make_user())


def test_deleting_a_translation_leaves_the_original_closed(editor, news, english, make_user):
    restrict(news, Group.objects.create(name="Crisis team"))
    submit(editor, news, english)
    twin(news).delete()
    assert not is_visible(news, make_user())


def test_an_alias_carries_no_restriction_of_its_own(trunk, make_user):
    index = trunk(NewsIndexPage)
    page = NewsPage(title="Besloten", locale=index.locale, body=[], live=False)
    index.add_child(instance=page)
    restriction = restrict(page, Group.objects.create(name="Crisis team"))
    page.save_revision().publish()
    assert not is_visible(twin(page), make_user())
    restriction.delete()
    assert is_visible(twin(page), make_user())
