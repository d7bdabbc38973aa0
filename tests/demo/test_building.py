"""The parts the demo is built with, each on its own."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
import yaml
from django.utils import timezone

from base.translation.by_string import UnpairedText, check_pairs, table_pairs
from demo.building import content
from demo.building.bodies import BodyBuilder
from demo.building.content import Voice, on_working_day
from demo.building.errors import ContentError
from demo.building.markup import rich_text
from demo.building.pages import free_slug, moment
from demo.building.people import newcomers_first_day
from demo.building.registry import Registry
from home.models import NewsIndexPage, StoryChapterPage
from tests.factories import NewsFactory

DUTCH, ENGLISH = Voice("nl", date(2026, 11, 18)), Voice("en", date(2026, 11, 18))


def test_a_text_is_said_in_the_language_of_the_voice():
    text = {"nl": "Water", "en": "Waterways"}
    assert (DUTCH.say(text, "x"), ENGLISH.say(text, "x")) == ("Water", "Waterways")
    assert DUTCH.say("1904", "x") == ENGLISH.say("1904", "x") == "1904"
    assert DUTCH.say(None, "x") == ""


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"nl": "Alleen dit"}, "no text in 'en'"),
        ({"nl": "Een", "en": "One", "twee": None}, "'twee'"),
        ({"nl": "Een", "en": 1}, "between quotes"),
        (1904, "between quotes"),
    ],
)
def test_a_text_that_is_missing_or_broken_is_named(value, fault):
    with pytest.raises(ContentError, match=fault) as raised:
        ENGLISH.say(value, "news/one, block 2")
    assert "news/one, block 2" in str(raised.value)


def test_a_day_in_a_text_is_counted_from_today_and_falls_on_a_working_day():
    assert DUTCH.say("op [[+2]]", "x") == "op 20 november 2026"
    assert DUTCH.say("op [[+3]]", "x") == "op 23 november 2026"
    assert ENGLISH.say("on [[-7]]", "x") == "on 11 November 2026"


@pytest.mark.parametrize(("day", "expected"), [(20, 20), (21, 23), (22, 23), (23, 23)])
def test_a_weekend_gives_way_to_monday(day, expected):
    assert on_working_day(date(2026, 11, day)) == date(2026, 11, expected)


def test_news_is_dated_on_working_days_in_the_past():
    assert moment(date(2026, 11, 16), 1, "09:10").date() == date(2026, 11, 13)
    long_ahead = moment(date(2999, 1, 4), 0, "23:59")
    assert long_ahead <= timezone.now()
    assert timezone.is_aware(moment(date(2026, 11, 18), 3, "09:10"))


@pytest.mark.parametrize("day", range(1, 29))
def test_the_newcomer_always_began_on_a_monday_a_week_or_two_ago(day):
    today = date(2027, 2, day)
    start = newcomers_first_day(today)
    assert start.weekday() == 0
    assert 7 <= (today - start).days <= 13


def test_markdown_becomes_the_rich_text_an_editor_would_have_made():
    html = rich_text("**Vet** en *schuin*.\n\n- een\n- twee", lambda kind, name: 0)
    assert html == "<p><b>Vet</b> en <i>schuin</i>.</p><ul><li>een</li><li>twee</li></ul>"


def test_markdown_cannot_bring_in_markup_of_its_own():
    assert "<script" not in rich_text("<script>alert(1)</script>", lambda kind, name: 0)


def test_links_to_pages_and_documents_become_wagtails_own():
    ids = {("page", "story/a"): 7, ("document", "b.pdf"): 8}
    html = rich_text("[A](page:story/a) [B](document:b.pdf)", lambda kind, name: ids[kind, name])
    assert html == '<p><a linktype="page" id="7">A</a> <a linktype="document" id="8">B</a></p>'


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([{"poem": {"nl": "a", "en": "b"}}], "no block 'poem'"),
        ([{"text": {"nl": "a"}}], "no text in 'en'"),
        ([{"text": "a", "quote": "b"}], "one type"),
        (["text"], "one type"),
        ([{"text": {"nl": "a", "en": "[b](page:nowhere)"}}], "no page named 'nowhere'"),
    ],
)
def test_a_block_that_cannot_be_built_is_named(db, blocks, fault):
    with pytest.raises(ContentError, match=fault) as raised:
        BodyBuilder(ENGLISH, Registry()).build("news/one", blocks)
    assert "news/one, block 1" in str(raised.value)


def test_both_languages_get_the_same_block_ids():
    blocks = [{"steps": {"steps": [{"title": {"nl": "Een", "en": "One"}}]}}]
    dutch, english = (yaml.safe_load(BodyBuilder(v, Registry()).build("x", blocks)) for v in (DUTCH, ENGLISH))
    assert dutch[0]["id"] == english[0]["id"]
    assert dutch[0]["value"]["steps"][0]["id"] == english[0]["value"]["steps"][0]["id"]


def test_an_address_that_is_taken_gets_a_number(trunk):
    news = trunk(NewsIndexPage)
    NewsFactory(parent=news, title="Open dag", slug="open-dag")
    assert free_slug(news, "Open dag!") == "open-dag-2"
    with pytest.raises(ContentError, match="makes no address"):
        free_slug(news, "!!!")


def pair(path, data):
    original = SimpleNamespace(context=SimpleNamespace(path=path), string=SimpleNamespace(data=data))
    return original, SimpleNamespace(path=path, string=SimpleNamespace(data=data))


def test_a_string_without_counterpart_is_named():
    page = SimpleNamespace(title="Nieuws")
    first, second = pair("title", "Nieuws"), pair("body.1", "Een zin.")
    check_pairs(page, [first[0], second[0]], [first[1], second[1]])
    with pytest.raises(UnpairedText, match="Een zin.*no counterpart"):
        check_pairs(page, [first[0], second[0]], [first[1]])
    with pytest.raises(UnpairedText, match="Een zin.*other language only"):
        check_pairs(page, [first[0]], [first[1], second[1]])


def page_with_table(voice, rows):
    body = [{"table": {"columns": ["A"], "rows": [[cell] for cell in rows]}}]
    return StoryChapterPage(title="Tabel", body=BodyBuilder(voice, Registry()).build("x", body))


def test_cells_of_a_table_are_paired_by_place_whatever_they_say(db):
    rows = [{"nl": "Ja", "en": "Yes"}, {"nl": "**Nee**, nooit", "en": "**No**, never"}, {"nl": "Ja", "en": "Yes"}]
    [texts] = table_pairs(page_with_table(DUTCH, rows), page_with_table(ENGLISH, rows)).values()
    assert texts["Ja"] == "Yes"
    assert texts["<b>Nee</b>, nooit"] == "<b>No</b>, never"


def test_one_text_in_a_table_is_not_translated_in_two_ways(db):
    rows = [{"nl": "Ja", "en": "Yes"}, {"nl": "Ja", "en": "Sure"}]
    with pytest.raises(UnpairedText, match="two ways"):
        table_pairs(page_with_table(DUTCH, rows), page_with_table(ENGLISH, rows))


def test_a_content_file_that_is_no_yaml_is_named(tmp_path, monkeypatch):
    (tmp_path / "broken.yaml").write_text("title: {nl: a, en: b")
    monkeypatch.setattr(content, "CONTENT", tmp_path)
    with pytest.raises(ContentError, match="broken.yaml"):
        content.load("broken")


def test_dates_of_a_demo_are_the_same_however_often_it_is_made():
    assert moment(date(2026, 11, 18), 9, "12:05") == timezone.make_aware(datetime(2026, 11, 9, 12, 5))
