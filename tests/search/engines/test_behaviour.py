"""What every engine does."""

import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.documents import Document, Scope, Section
from search.engine import IndexBusy, IndexMissing, best_coverage, engine_for

from .asking import find, page, plan_for, rebuild


def test_a_title_weighs_more_than_a_text(engine):
    rebuild(engine, [page(1, text="verlof " * 3), page(2, title="Verlof"), page(3, text="anders")])
    assert find(engine, "verlof") == [2, 1]


def test_any_of_the_words_is_enough_and_more_is_better(engine):
    rebuild(engine, [page(1, text="verlof"), page(2, text="verlof aanvragen"), page(3, text="geheel anders")])
    assert find(engine, "verlof aanvragen") == [2, 1]


def test_pages_in_the_readers_language_come_first_among_equals(engine):
    rebuild(engine, [page(1, text="laptop", language="en"), page(2, text="laptop", language="nl")])
    assert find(engine, "laptop", "nl") == [2, 1]
    assert find(engine, "laptop", "en") == [1, 2]


def test_a_typing_error_is_forgiven(engine):
    rebuild(engine, [page(1, text="toestemming"), page(2, text="iets")])
    assert find(engine, "toestmming") == [1]


def test_the_section_that_matches_is_told(engine):
    sections = (Section("", "", "inleiding"), Section("klant", "Bij een klant", "vraag eerst"))
    rebuild(engine, [Document(pk=1, language="nl", title="Foto", sections=sections)])
    plan = plan_for(engine, "klant")
    assert [(p.anchor, p.heading) for p in engine.passages(plan, [1], limit=3)[1]] == [("klant", "Bij een klant")]


def test_an_update_takes_the_place_of_what_was_there(engine):
    rebuild(engine, [page(1, text="oud"), page(2, text="blijft")])
    engine.update([page(1, text="nieuw")], removed=[1])
    assert (find(engine, "oud"), find(engine, "nieuw"), find(engine, "blijft")) == ([], [1], [2])


def test_a_page_with_fewer_sections_loses_the_old_ones(engine):
    two = (Section("a", "Een", "appel"), Section("b", "Twee", "peer"))
    rebuild(engine, [Document(pk=1, language="nl", title="Fruit", sections=two)])
    engine.update([Document(pk=1, language="nl", title="Fruit", sections=two[:1])])
    assert engine.passages(plan_for(engine, "peer"), [1], limit=3) == {1: []}


def test_a_removed_page_is_gone(engine):
    rebuild(engine, [page(1), page(2)])
    engine.update([], removed=[1])
    assert set(engine.versions()) == {2}


def test_another_process_sees_an_update_at_once(engine, another):
    rebuild(engine, [page(1, text="oud")])
    other = another()
    assert find(other, "nieuw") == []
    before = other.version()
    engine.update([page(2, text="nieuw")])
    assert find(other, "nieuw") == [2]
    assert other.version() != before


def test_another_process_sees_a_rebuild_at_once(engine, another):
    rebuild(engine, [page(1, text="oud")])
    other = another()
    assert find(other, "oud") == [1]
    rebuild(engine, [page(2, text="nieuw")])
    assert (find(other, "oud"), find(other, "nieuw")) == ([], [2])


def test_two_never_write_at_once(engine, another):
    rebuild(engine, [page(1)])
    entered, leave = threading.Event(), threading.Event()

    def slow():
        entered.set()
        leave.wait(10)
        yield page(2)

    writer = threading.Thread(target=lambda: another().update(slow()))
    writer.start()
    assert entered.wait(10)
    with pytest.raises(IndexBusy):
        engine.update([page(3)])
    leave.set()
    writer.join()
    assert set(engine.versions()) == {1, 2}


def test_without_an_index_it_says_so(engine):
    with pytest.raises(IndexMissing, match="no search index"):
        find(engine, "iets")
    for ask in (engine.versions, lambda: engine.stored([1]), lambda: engine.update([page(1)])):
        with pytest.raises(IndexMissing):
            ask()
    assert engine.version() == ""


def test_a_page_that_has_most_of_the_question_covers_it(engine):
    rebuild(engine, [page(1, text="verlof aanvragen"), page(2, text="aanvragen"), page(3, text="iets")])
    plan = plan_for(engine, "verlof aanvragen ")
    assert engine.coverages(plan, [1]) == {1: pytest.approx(1.0)}
    assert best_coverage(engine, plan_for(engine, "zwembad aanvragen "), [1, 2]) < 0.6


def test_words_of_closed_pages_are_unknown(engine):
    rebuild(engine, [page(1, text="reorganisatie"), page(2, text="kantine")])
    words = engine.vocabulary(Scope(hidden=frozenset({1})))
    assert not words.is_open("reorganisatie", "nl") and words.is_open("kantine", "nl")


@pytest.mark.parametrize("address", ["opensearch://localhost:9200/portal", "portal", "://"])
def test_an_unknown_engine_is_refused(address):
    with pytest.raises(ImproperlyConfigured, match="elasticsearch://"):
        engine_for(address, "")


def test_text_of_every_script_goes_in_and_comes_out(engine):
    text = "日本語 العربية ไทย 🦊 \ud800 \u202e"
    rebuild(engine, [page(1, title="Łukasz Şahin", text=text)])
    assert find(engine, "sahin") == [1]
    assert find(engine, "日本語") == [1]


def test_a_word_of_a_deleted_page_is_unknown(engine):
    rebuild(engine, [page(1, text="ooievaar"), page(2), page(3)])
    engine.update([], removed=[1])
    assert not engine.vocabulary().is_open("ooievaar", "nl")
    assert not engine.vocabulary(Scope(hidden=frozenset({2}))).is_open("ooievaar", "nl")


@pytest.mark.parametrize("closed_pages", [1, 2, 3])
def test_a_word_is_open_as_soon_as_one_page_with_it_is(engine, closed_pages):
    rebuild(engine, [page(pk, text="ooievaar", above=(pk,)) for pk in (1, 2, 3)])
    scope = Scope(closed=frozenset(range(1, closed_pages + 1)))
    assert engine.vocabulary(scope).is_open("ooievaar", "nl") == (closed_pages < 3)
