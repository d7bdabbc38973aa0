"""From text to terms."""

from collections import Counter

import pytest

from search.analysis import fold, index_terms, split_compound, stems, without_stop_words, words_of


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Élan", "elan"),
        ("ĳs", "ijs"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
    ],
)
def test_case_and_accents_make_no_difference(typed, folded):
    assert fold(typed) == folded


def test_letters_and_digits_are_words_in_every_script():
    assert words_of("foto's: 24/7, co-working & ünïcode 日本 привет!") == [
        "foto", "s", "24", "7", "co", "working", "unicode", "日本", "привет",
    ]  # fmt: skip


def test_accents_written_apart_are_the_same_word():
    assert words_of("cafe\u0301") == words_of("café") == ["cafe"]


def test_a_word_without_an_end_is_cut():
    assert len(words_of("a" * 10_000)[0]) == 60


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [("vakantiedag", "vakantiedagen", "nl"), ("werken", "werkt", "nl"), ("policies", "policy", "en")],
)
def test_forms_of_a_word_share_a_stem(one, other, language):
    assert set(stems(one, language)) & set(stems(other, language))


def test_question_words_are_left_out():
    assert without_stop_words(words_of("Hoe vraag ik verlof aan?"), "nl") == ["vraag", "verlof"]


def test_a_query_of_stop_words_only_keeps_them():
    assert without_stop_words(["to", "be", "or", "not"], "en") == ["to", "be", "or", "not"]


def test_a_compound_is_split_into_words_that_pages_have():
    pages = Counter({"overdracht": 5, "formulier": 3, "overdrachts": 1})
    assert split_compound("overdrachtsformulier", "nl", pages.__getitem__) == ("overdracht", "formulier")


def test_words_that_hardly_any_page_has_are_no_parts():
    assert split_compound("overdrachtsformulier", "nl", Counter({"overdracht": 1, "formulier": 9}).__getitem__) == ()


def test_a_short_word_is_not_split():
    assert split_compound("huiswerk", "nl", Counter({"huis": 9, "werk": 9}).__getitem__) == ()


def test_a_compound_is_found_by_its_parts():
    terms = index_terms(["thuiswerkvergoeding"], "nl", lambda word: ("thuiswerk", "vergoeding"))
    assert set(stems("vergoeding", "nl")) <= set(terms)
