"""What editors are told before publishing: how hard a text reads, its longest sentences, and a missing language."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from base.reading_level import count_syllables, reading_level, sentences_in, texts_in
from guidelines.models import ChapterPage, ManualIndexPage
from tests.factories import ChapterFactory, ManualFactory

EASY = "Bel ons als je een lek ziet. Wij komen snel. Zeg in welke straat je bent. Zet de kraan dicht. "
HARD = (
    "Overeenkomstig de bovengenoemde veiligheidsvoorschriften dienen werkzaamheden aan drinkwaterleidingen uitsluitend "
    "plaats te vinden nadat de verantwoordelijke installatieverantwoordelijke schriftelijke toestemming heeft verleend, "
    "onverminderd de verantwoordelijkheid van de uitvoerende monteur. "
)


@pytest.mark.parametrize(
    ("text", "language", "level"),
    [
        (EASY * 8, "nl", "A2"),
        (HARD * 6, "nl", "C1"),
        ("Call us when you see a leak. We will be there soon. Say which street you are in. " * 8, "en", "A2"),
    ],
    ids=["easy", "hard", "english"],
)
def test_long_sentences_and_words_are_harder(text, language, level):
    found = reading_level([text], language)
    assert found.level == level
    assert 0 <= found.score <= 100
    assert found.is_plain == (level != "C1")


@pytest.mark.parametrize("text", [EASY, "", "<p></p>", "12 34 !!", "水" * 50])
def test_a_short_text_gets_no_figure(text):
    found = reading_level([text], "nl")
    assert (found.score, found.level, found.is_plain) == (None, None, False)


def test_a_language_without_weights_gets_no_figure():
    assert reading_level([EASY * 20], "fr").score is None


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [("water", "nl", 2), ("kraan", "nl", 1), ("verantwoordelijkheid", "nl", 6), ("water", "en", 2), ("x", "en", 1)],
)
def test_syllables(word, language, count):
    assert count_syllables(word, language) == count


def test_sentences_end_at_points_and_paragraphs_but_not_in_abbreviations():
    source = (
        "<p>Bel bijv. de meldkamer. “Doe het nu!” zei ze.</p><ul><li>Straat</li><li>Nr. 4</li></ul><pre>x. Y.</pre>"
    )
    assert sentences_in(source) == ["Bel bijv. de meldkamer.", "“Doe het nu!” zei ze.", "Straat", "Nr.", "4"]


def test_the_three_longest_sentences_are_named_longest_first():
    sentences = [" ".join(["woord"] * length).capitalize() + "." for length in (25, 10, 40, 30, 22)]
    longest = reading_level([" ".join(sentences)], "nl").longest
    assert [len(sentence.split()) for sentence in longest] == [40, 30, 25]


def test_headings_tables_and_code_are_no_sentences():
    raw = [
        {"type": "heading", "value": {"text": "Kop"}},
        {"type": "rich_text", "value": "<p>Tekst.</p>"},
        {"type": "tip", "value": {"title": "Kop", "text": "<p>Tip.</p>", "why": "<p>Reden.</p>"}},
        {"type": "code", "value": {"code": "x"}},
        {
            "type": "steps",
            "value": {"title": "Stap", "steps": [{"type": "item", "value": {"title": "Bel", "text": "Nu."}}]},
        },
        {"type": "quote", "value": {"text": "Ja.", "who": "Kevin"}},
    ]
    assert texts_in(raw) == ["<p>Tekst.</p>", "<p>Tip.</p>", "<p>Reden.</p>", "Stap", "Bel", "Nu.", "Ja."]


@pytest.fixture
def chapter(trunk):
    manual = ManualFactory(parent=trunk(ManualIndexPage), title="Storingen")
    page = ChapterFactory(
        parent=manual, title="Melden", summary="woord " * 65, body=[("rich_text", f"<p>{HARD * 6}</p>")]
    )
    page.save_revision().publish()
    return ChapterPage.objects.get(pk=page.pk)


def told(client, page) -> str:
    response = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    panel = BeautifulSoup(response.content, "html.parser").select_one("#text-check")
    return " ".join(panel.get_text(" ").split())


@pytest.fixture
def editor(as_user, make_user):
    return as_user(make_user(is_superuser=True, locale="en"))


def test_an_editor_sees_it_in_the_page_editor(editor, chapter):
    text = told(editor, chapter)
    assert "about C1" in text
    assert "Overeenkomstig de bovengenoemde" in text
    assert "has 65 words" in text
    assert "no English version" in text


def test_a_draft_counts_and_a_translation_ends_the_hint(editor, chapter):
    chapter.body = [("rich_text", f"<p>{EASY * 8}</p>")]
    chapter.summary = "Kort."
    chapter.save_revision()
    assert "about A2" in told(editor, chapter)
    english = chapter.get_translations().get()
    ChapterPage.objects.filter(pk=english.pk).update(alias_of=None, live=False)
    assert "isn't published" in told(editor, chapter)
    ChapterPage.objects.filter(pk=english.pk).update(live=True)
    text = told(editor, chapter)
    assert "English version" not in text
    assert "words. With 60" not in text


def test_a_new_page_has_nothing_to_tell(editor, trunk):
    url = reverse("wagtailadmin_pages:add", args=["guidelines", "manualpage", trunk(ManualIndexPage).pk])
    assert "Reading level" not in editor.get(url).content.decode()
