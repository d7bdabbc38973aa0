"""The index folder damaged while processes serve from it, and processes killed while they write to it."""

import contextlib
import os
import shutil
import subprocess
import sys
import time

import pytest

from search.backends.embedded import EmbeddedEngine
from search.engine import IndexMissing

from .asking import find, page, plan_for, rebuild

KINDS = ["idx", "term", "store", "fast", "fieldnorm", "json"]


@pytest.fixture
def engine(folder):
    return EmbeddedEngine(folder)


@pytest.fixture
def process(folder):
    """``process(what)``: another process at the folder, see ``folder_process``."""
    with contextlib.ExitStack() as stack:

        def start(what: str) -> subprocess.Popen:
            command = [sys.executable, "-m", "tests.search.engines.folder_process", str(folder), what]
            started = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
            )
            stack.callback(started.kill)
            return started

        yield start


def ask(process: subprocess.Popen) -> str:
    """What the process says to a search; empty where it is dead."""
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def damage(folder, kind: str, kept_bytes: int) -> None:
    """Cut off all files of a kind, in place: whoever has them open sees it."""
    # Tantivy looks once by itself at what it opened, in a thread that nobody can wait for.
    time.sleep(0.5)
    for file in folder.rglob(f"*.{kind}"):
        os.truncate(file, kept_bytes)


@pytest.mark.parametrize("kept_bytes", [0, 10])
@pytest.mark.parametrize("kind", KINDS)
def test_cut_off_files_end_nobodys_process(engine, folder, another_reader, kind, kept_bytes):
    rebuild(engine, [page(pk, text="tekst " * 40) for pk in range(1, 40)])
    readers = (engine, another_reader)
    for reader in readers:
        assert len(find(reader, "tekst")) == 39
    damage(folder, kind, kept_bytes)
    for reader in readers:
        for way in (
            lambda reader=reader: find(reader, "tekst"),
            lambda reader=reader: reader.stored([1]),
            reader.versions,
            lambda reader=reader: reader.update([page(1)]),
        ):
            with pytest.raises(IndexMissing):
                way()
    rebuild(another_reader, [page(1), page(2)])
    for reader in readers:
        assert find(reader, "tekst") == [1, 2]


@pytest.fixture
def another_reader(folder):
    return EmbeddedEngine(folder)


def test_an_index_whose_list_of_files_is_gone_is_missing_not_empty(engine, folder):
    rebuild(engine, [page(1)])
    for file in folder.rglob("meta.json"):
        file.unlink()
    for reader in (engine, EmbeddedEngine(folder)):
        with pytest.raises(IndexMissing):
            find(reader, "tekst")


def test_two_processes_go_on_when_the_folder_is_damaged_and_then_deleted(engine, folder, process):
    rebuild(engine, [page(1)])
    serving = [process("serve"), process("serve")]
    assert [ask(one) for one in serving] == ["[1]", "[1]"]
    damage(folder, "idx", 3)
    assert [ask(one) for one in serving] == ["IndexMissing", "IndexMissing"]
    rebuild(engine, [page(1), page(2)])
    assert [ask(one) for one in serving] == ["[1, 2]", "[1, 2]"]
    shutil.rmtree(folder, ignore_errors=True)
    assert [ask(one) for one in serving] == ["IndexMissing", "IndexMissing"]
    rebuild(engine, [page(3)])
    assert [ask(one) for one in serving] == ["[3]", "[3]"]
    assert [one.poll() for one in serving] == [None, None]


@pytest.mark.parametrize("what", ["update", "rebuild"])
def test_of_who_is_killed_while_writing_only_its_own_work_is_lost(engine, folder, process, what):
    rebuild(engine, [page(1, text="oud")])
    writing = process(what)
    assert writing.stdout.readline() == "stuck\n"
    writing.kill()
    writing.wait(30)
    assert (find(engine, "oud"), find(engine, "nieuw")) == ([1], [])
    engine.update([page(3, text="nieuw")])
    assert find(EmbeddedEngine(folder), "nieuw") == [3]
    rebuild(engine, [page(4, text="nieuw")])
    assert find(EmbeddedEngine(folder), "nieuw") == [4]
    assert [child for child in folder.iterdir() if child.is_dir()] == [engine.folder.current()]


def test_who_is_killed_at_any_moment_of_writing_leaves_a_whole_index(engine, folder, process):
    rebuild(engine, [page(pk) for pk in range(1, 20)])
    writing = process("write")
    for _update in range(3):
        writing.stdout.readline()
    # It is in the middle of the next one by now, wherever that is.
    writing.kill()
    writing.wait(30)
    reader = EmbeddedEngine(folder)
    assert set(find(reader, "tekst")) == set(reader.versions()) == set(range(1, 20))
    plan = plan_for(reader, "tekst")
    assert all(reader.passages(plan, list(range(1, 20)), limit=1).values())
    engine.update([page(20)])
    assert 20 in find(reader, "tekst")
