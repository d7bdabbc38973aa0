"""The embedded engine and its folder."""

import json
import shutil
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.backends.embedded import EmbeddedEngine
from search.documents import PageDocument, Section
from search.engine import IndexBusy, IndexUnavailable, engine_for
from search.planner import make_plan


def page(pk, title="Titel", text="tekst", language="nl", anchor="", heading="", **fields):
    return PageDocument(pk=pk, language=language, title=title, sections=(Section(anchor, heading, text),), **fields)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def engine(folder):
    return EmbeddedEngine(folder)


def find(engine, query, language="nl"):
    return list(engine.search(make_plan(query, language, engine.vocabulary()), limit=50))


def test_a_title_weighs_more_than_a_text(engine):
    engine.rebuild([page(1, text="verlof " * 3), page(2, title="Verlof"), page(3, text="anders")])
    assert find(engine, "verlof") == [2, 1]


def test_any_of_the_words_is_enough_and_more_is_better(engine):
    engine.rebuild([page(1, text="verlof"), page(2, text="verlof aanvragen"), page(3, text="geheel anders")])
    assert find(engine, "verlof aanvragen") == [2, 1]


def test_pages_in_the_readers_language_come_first_among_equals(engine):
    engine.rebuild([page(1, text="laptop", language="en"), page(2, text="laptop", language="nl")])
    assert find(engine, "laptop", "nl") == [2, 1]
    assert find(engine, "laptop", "en") == [1, 2]


def test_a_typing_error_is_forgiven(engine):
    engine.rebuild([page(1, text="toestemming"), page(2, text="iets")])
    assert find(engine, "toestmming") == [1]


def test_the_section_that_matches_is_told(engine):
    sections = (Section("", "", "inleiding"), Section("klant", "Bij een klant", "vraag eerst"))
    engine.rebuild([PageDocument(pk=1, language="nl", title="Foto", sections=sections)])
    plan = make_plan("klant", "nl", engine.vocabulary())
    assert [(p.anchor, p.heading) for p in engine.passages(plan, 1, limit=3)] == [("klant", "Bij een klant")]


def test_an_update_takes_the_place_of_what_was_there(engine):
    engine.rebuild([page(1, text="oud"), page(2, text="blijft")])
    engine.update([page(1, text="nieuw")], removed=[1])
    assert (find(engine, "oud"), find(engine, "nieuw"), find(engine, "blijft")) == ([], [1], [2])


def test_a_page_with_fewer_sections_loses_the_old_ones(engine):
    two = (Section("a", "Een", "appel"), Section("b", "Twee", "peer"))
    engine.rebuild([PageDocument(pk=1, language="nl", title="Fruit", sections=two)])
    engine.update([PageDocument(pk=1, language="nl", title="Fruit", sections=two[:1])])
    assert engine.passages(make_plan("peer", "nl", engine.vocabulary()), 1, limit=3) == []


def test_a_removed_page_is_gone(engine):
    engine.rebuild([page(1), page(2)])
    engine.update([], removed=[1])
    assert set(engine.versions()) == {2}


def test_another_process_sees_an_update_at_once(engine, folder):
    engine.rebuild([page(1, text="oud")])
    other = EmbeddedEngine(folder)
    assert find(other, "nieuw") == []
    before = other.version()
    engine.update([page(2, text="nieuw")])
    assert find(other, "nieuw") == [2]
    assert other.version() != before


def test_another_process_sees_a_rebuild_at_once(engine, folder):
    engine.rebuild([page(1, text="oud")])
    other = EmbeddedEngine(folder)
    assert find(other, "oud") == [1]
    engine.rebuild([page(2, text="nieuw")])
    assert (find(other, "oud"), find(other, "nieuw")) == ([], [2])


def test_a_rebuild_that_fails_leaves_the_old_index(engine, folder):
    engine.rebuild([page(1, text="oud")])

    def broken():
        yield page(2, text="nieuw")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        engine.rebuild(broken())
    assert find(engine, "oud") == [1]
    assert len([child for child in folder.iterdir() if child.is_dir()]) == 1


def test_two_never_write_at_once(engine, folder):
    engine.rebuild([page(1)])
    entered, leave = threading.Event(), threading.Event()

    def slow():
        entered.set()
        leave.wait(10)
        yield page(2)

    writer = threading.Thread(target=lambda: EmbeddedEngine(folder).update(slow()))
    writer.start()
    assert entered.wait(10)
    with pytest.raises(IndexBusy):
        engine.update([page(3)])
    leave.set()
    writer.join()
    assert set(engine.versions()) == {1, 2}


def test_without_an_index_it_says_so(engine):
    with pytest.raises(IndexUnavailable, match="no search index"):
        engine.vocabulary()
    assert engine.version() == ""


def test_an_index_of_another_version_is_not_read(engine, folder):
    engine.rebuild([page(1)])
    pointer = json.loads((folder / "current.json").read_text())
    (folder / "current.json").write_text(json.dumps({**pointer, "made_by": "another"}))
    with pytest.raises(IndexUnavailable, match="another version"):
        engine.vocabulary()


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"generation": "gone"}'])
def test_a_broken_pointer_is_no_index(engine, folder, content):
    engine.rebuild([page(1)])
    (folder / "current.json").write_text(content)
    with pytest.raises(IndexUnavailable):
        engine.vocabulary()


def test_a_folder_that_went_away_is_no_index(engine, folder):
    engine.rebuild([page(1)])
    assert find(engine, "tekst") == [1]
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailable):
        engine.vocabulary()


@pytest.mark.parametrize("kept_bytes", [0, 10])
def test_broken_files_are_no_index(engine, folder, kept_bytes):
    engine.rebuild([page(1)])
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in ("current.json", "lock"):
            file.write_bytes(file.read_bytes()[:kept_bytes])
    other = EmbeddedEngine(folder)
    with pytest.raises(IndexUnavailable):
        find(other, "tekst")


def test_a_broken_index_can_be_rebuilt(engine, folder):
    engine.rebuild([page(1)])
    for file in folder.rglob("*.store"):
        file.write_bytes(b"")
    engine.rebuild([page(2)])
    assert find(EmbeddedEngine(folder), "tekst") == [2]


def test_a_page_that_has_most_of_the_question_covers_it(engine):
    engine.rebuild([page(1, text="verlof aanvragen"), page(2, text="aanvragen"), page(3, text="iets")])
    plan = make_plan("verlof aanvragen ", "nl", engine.vocabulary())
    assert engine.coverage(plan, [1]) == pytest.approx(1.0)
    assert engine.coverage(make_plan("zwembad aanvragen ", "nl", engine.vocabulary()), [1, 2]) < 0.6


def test_words_of_closed_pages_are_unknown(engine):
    engine.rebuild([page(1, text="reorganisatie"), page(2, text="kantine")])
    words = engine.vocabulary(lambda pk: pk == 2)
    assert not words.is_open("reorganisatie", "nl") and words.is_open("kantine", "nl")


def test_an_unknown_engine_is_refused():
    with pytest.raises(ImproperlyConfigured, match="elasticsearch"):
        engine_for("elasticsearch://localhost:9200/portal", "")


def test_text_of_every_script_goes_in_and_comes_out(engine):
    text = "日本語 العربية ไทย 🦊 \ud800 \u202e"
    engine.rebuild([page(1, title="Łukasz Şahin", text=text)])
    assert find(engine, "sahin") == [1]
    assert find(engine, "日本語") == [1]
