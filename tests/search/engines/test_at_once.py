"""Several processes at one index at the same moment."""

import threading
import time

import pytest

from search.engine import IndexBusy
from tests.at_once import all_at_once

from .asking import find, page, rebuild

pytestmark = pytest.mark.xdist_group("workers")


def test_two_rebuilds_at_once_end_with_one_whole_index_while_others_read(another):
    first, second, reader = another(), another(), another()
    rebuild(first, [page(1, text="tekst oud")])
    answers, over = set(), threading.Event()

    def read() -> None:
        while not over.is_set():
            answers.add(tuple(find(reader, "tekst")))
            time.sleep(0.01)

    def make(engine) -> int:
        return rebuild(engine, [page(pk) for pk in range(1, 6)])

    def make_both() -> list:
        try:
            return all_at_once([lambda: make(first), lambda: make(second)], IndexBusy)
        finally:
            over.set()

    made, _read = all_at_once([make_both, read], ())
    assert 5 in made and all(outcome == 5 or isinstance(outcome, IndexBusy) for outcome in made)
    assert answers <= {(1,), (1, 2, 3, 4, 5)}
    for engine in (first, second, another()):
        assert find(engine, "tekst") == [1, 2, 3, 4, 5]
    # Whoever came second left nothing behind that would be in the way.
    assert rebuild(second, [page(7)]) == 1
    assert find(reader, "tekst") == [7]


def test_of_many_who_write_at_once_each_gets_its_turn(another):
    rebuild(another(), [page(100)])

    def write(pk: int) -> None:
        engine = another()
        while True:
            try:
                return engine.update([page(pk)], removed=[pk])
            except IndexBusy:
                time.sleep(0.02)

    all_at_once([lambda pk=pk: write(pk) for pk in range(4)], ())
    assert set(another().versions()) == {0, 1, 2, 3, 100}
