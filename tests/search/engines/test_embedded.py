"""The embedded engine's folder."""

import json

import pytest

from search.backends.embedded import EmbeddedEngine
from search.engine import IndexUnavailable

from .asking import find, page, rebuild


@pytest.fixture
def engine(folder):
    """The embedded one only."""
    return EmbeddedEngine(folder)


def test_a_rebuild_that_fails_leaves_the_old_index(engine, folder):
    rebuild(engine, [page(1, text="oud")])

    def broken():
        yield page(2, text="nieuw")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        rebuild(engine, broken())
    assert find(engine, "oud") == [1]
    assert len([child for child in folder.iterdir() if child.is_dir()]) == 1


def test_an_index_of_another_version_is_not_read(engine, folder):
    rebuild(engine, [page(1)])
    pointer = json.loads((folder / "current.json").read_text())
    (folder / "current.json").write_text(json.dumps({**pointer, "made_by": "another"}))
    with pytest.raises(IndexUnavailable, match="another version"):
        engine.vocabulary()


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"generation": "gone"}'])
def test_a_broken_pointer_is_no_index(engine, folder, content):
    rebuild(engine, [page(1)])
    (folder / "current.json").write_text(content)
    with pytest.raises(IndexUnavailable):
        engine.vocabulary()


def test_a_folder_that_went_away_is_no_index(engine, folder):
    rebuild(engine, [page(1)])
    assert find(engine, "tekst") == [1]
    # In one move: Tantivy looks after its files in a thread of its own and may write one while others are deleted.
    folder.rename(folder.with_name("gone"))
    with pytest.raises(IndexUnavailable):
        engine.vocabulary()


@pytest.mark.parametrize("kept_bytes", [0, 10])
def test_broken_files_are_no_index(engine, folder, kept_bytes):
    rebuild(engine, [page(1)])
    for file in folder.rglob("*"):
        if file.is_file() and file.name not in ("current.json", "lock"):
            file.write_bytes(file.read_bytes()[:kept_bytes])
    other = EmbeddedEngine(folder)
    with pytest.raises(IndexUnavailable):
        find(other, "tekst")


def test_a_broken_index_can_be_rebuilt(engine, folder):
    rebuild(engine, [page(1)])
    for file in folder.rglob("*.store"):
        file.write_bytes(b"")
    rebuild(engine, [page(2)])
    assert find(EmbeddedEngine(folder), "tekst") == [2]
