"""Words with one meaning: what a query is widened by."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from search import outbox
from search.analysis import stems
from search.concepts import Concepts
from search.models import Concept
from search.models.concepts import tidy
from search.planner import make_plan
from search.query import Question, answer_in
from search.words_in_use import concepts_in_use, load_starter_words, starter_rows

from .test_planner import Words, terms

LEAVE = {"nl": ["verlof", "vrije dagen"], "en": ["leave", "time off"]}
EVERYWHERE = Words(nl=["verlof", "vrije", "dagen", "aanvragen"], en=["leave", "time", "off", "request"])


def plan(query, language, *concepts, words=EVERYWHERE):
    return make_plan(query, language, words, concepts=Concepts(concepts))


def test_a_word_is_looked_up_by_its_translation_too_at_half_weight():
    found = terms(plan("verlof ", "nl", LEAVE))["verlof"]
    assert (found[stems("verlof", "nl")[0]], found[stems("leave", "en")[0]]) == (1.0, 0.5)


def test_a_word_is_known_by_its_forms():
    concept = {"nl": ["ziekmelding"], "en": ["sickness"]}
    assert stems("sickness", "en")[0] in plan("ziekmeldingen ", "nl", concept, words=Words(en=["sickness"])).terms


def test_a_phrase_is_known_with_its_small_words_and_goes_to_one_word():
    (group,) = plan("time off ", "en", LEAVE).groups
    assert group.word == "time"
    assert group.terms[stems("verlof", "nl")[0]] == 0.5


def test_a_phrase_stands_for_itself_by_its_rarest_word_and_counts_less():
    found = terms(plan("leave ", "en", LEAVE))["leave"]
    assert found["time"] == 0.3


def test_a_phrase_with_a_word_that_no_page_has_is_left_out():
    found = terms(plan("verlof ", "nl", {"nl": ["verlof"], "en": ["gardening leave"]}))["verlof"]
    assert "leav" not in found


def test_a_phrase_of_nothing_but_small_words_still_says_something():
    concept = {"nl": ["voortgangsgesprek"], "en": ["one on one"]}
    found = terms(plan("one on one meeting ", "en", concept, words=Words(nl=["voortgangsgesprek"], en=["meeting"])))
    assert set(found) == {"one on one", "meeting"}


def test_two_small_words_are_not_taken_for_one():
    words = Words(en=["fora", "months", "offboarding"])
    assert "fora" not in plan("for a few months ", "en", words=words).terms
    assert "offboard" in plan("off boarding ", "en", words=words).terms


def test_what_is_extra_is_not_asked():
    found = plan("software overdracht ", "nl", words=Words(nl=["softwareoverdracht", "software", "overdracht"]))
    assert [group.word for group in found.asked.groups] == ["software", "overdracht"]


def test_words_of_a_longer_phrase_are_not_taken_apart():
    sick = {"nl": ["ziekte"], "en": ["sick leave"]}
    words = Words(nl=["ziekte", "verlof"], en=["sick", "leave"])
    assert stems("verlof", "nl")[0] not in plan("sick leave ", "en", sick, LEAVE, words=words).terms


def test_two_words_of_one_concept_count_as_themselves():
    eating = {"en": ["lunch", "canteen"]}
    found = terms(plan("canteen lunch ", "en", eating, words=Words(en=["lunch", "canteen"])))
    assert "lunch" not in found["canteen"] and "canteen" not in found["lunch"]


def test_a_word_means_what_it_means_in_the_language_it_is_asked_in():
    concepts = ({"nl": ["post", "brief"]}, {"en": ["post", "article"]})
    words = Words(nl=["post", "brief"], en=["post", "article"])
    assert "brief" in plan("post ", "nl", *concepts, words=words).terms
    assert "brief" not in plan("post ", "en", *concepts, words=words).terms


def test_a_word_of_a_concept_is_no_typing_error():
    words = Words(en=["payslip", "payslap"])
    assert plan("payslop ", "en", {"en": ["payslop", "payslip"]}, words=words).corrected == ""


def test_a_corrected_word_is_widened_like_one_typed_well():
    found = plan("verlaf ", "nl", LEAVE)
    assert found.corrected == "verlof" and "leav" in found.terms


def test_what_is_typed_is_tidied():
    assert tidy(" Verlof ,verlof\n\nvrije  dagen;VÉRLOF\x00") == ["Verlof", "vrije dagen"]


@pytest.mark.parametrize(
    ("words_nl", "words_en", "field"),
    [
        ("", "", "words_nl"),
        ("verlof", "", "words_nl"),
        ("verlof\nVERLOF", "", "words_nl"),
        ("verlof", "one two three four five", "words_en"),
        ("verlof", "!!!", "words_en"),
        ("x" * 81, "leave", "words_nl"),
        ("\n".join(f"woord{n}" for n in range(41)), "", "words_nl"),
    ],
)
def test_what_no_query_could_match_is_refused_at_its_field(words_nl, words_en, field):
    with pytest.raises(ValidationError) as refused:
        Concept(words_nl=words_nl, words_en=words_en).clean()
    assert list(refused.value.message_dict) == [field]


@pytest.mark.django_db
class TestInUse:
    @pytest.fixture(autouse=True)
    def _none(self):
        Concept.objects.all().delete()

    def test_a_concept_without_words_cant_be_kept(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Concept.objects.create()

    def test_an_edit_works_on_the_next_query(self, make_chapter):
        page = make_chapter("Holiday", "<p>x</p>")
        outbox.rebuild()

        def found():
            return list(answer_in(Question.from_input("ferie", "nl")).pages)

        assert found() == []
        concept = Concept.objects.create(words_nl="ferie\nholiday")
        assert found() == [page.pk]
        concept.is_active = False
        concept.save()
        assert found() == []
        concept.is_active = True
        concept.save()
        assert found() == [page.pk]
        concept.delete()
        assert found() == []

    def test_reading_them_again_costs_no_query_but_that_for_the_stamp(self, django_assert_num_queries):
        load_starter_words()
        concepts_in_use()
        with django_assert_num_queries(1):
            concepts_in_use()

    def test_the_starter_list_comes_once_and_changes_stay(self):
        call_command("load_search_words", verbosity=0)
        rows = list(starter_rows())
        assert Concept.objects.count() == len(rows) == len({name for name, _nl, _en in rows})
        Concept.objects.filter(starter=rows[0][0]).update(words_nl="anders", is_active=False)
        call_command("load_search_words", verbosity=0)
        assert Concept.objects.count() == len(rows)
        assert Concept.objects.get(starter=rows[0][0]).words_nl == "anders"

    def test_every_starter_concept_would_pass_the_form(self):
        for _name, words_nl, words_en in starter_rows():
            concept = Concept(words_nl="\n".join(words_nl), words_en="\n".join(words_en))
            concept.clean()
            assert concept.lines_nl == words_nl and concept.lines_en == words_en
