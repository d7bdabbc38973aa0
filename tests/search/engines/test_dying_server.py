"""A real server that dies, or whose answers get lost, in the middle of being written to."""

import pytest
from elasticsearch import Elasticsearch

from search.backends.elasticsearch import ElasticsearchEngine, leases, writing
from search.backends.elasticsearch.address import parse_address
from search.engine import EngineDown

from ..dying_server import DROP, HALF, LOSE, standing_between
from .asking import find, page, rebuild


@pytest.fixture
def between(server):
    with standing_between(server) as between:
        yield between


@pytest.fixture
def engine(server_address):
    """As a process has it that reaches the server."""
    return ElasticsearchEngine(parse_address(server_address), 0.0)


@pytest.fixture
def cut_off(between, server_address):
    """As a process has it that is cut off; it asks again at once."""
    return ElasticsearchEngine(parse_address(between.url(server_address)), 0.0)


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """Each document is sent by itself."""
    monkeypatch.setattr(writing, "MOST_BYTES", 1)


@pytest.fixture
def indices(server, engine):
    """``indices()``: all that is on the server, each with what it is called by readers."""

    def get() -> dict[str, set[str]]:
        with Elasticsearch(server, request_timeout=30) as client:
            found = client.indices.get(index=f"{engine.names.prefix}-*", features="aliases")
            return {name: set(about["aliases"]) for name, about in found.items()}

    return get


def old_and_new():
    return [page(pk, text="oud") for pk in (1, 2, 3)], [page(pk, text="nieuw") for pk in (1, 2, 3, 4)]


def is_whole(engine) -> bool:
    """Whether readers have all of the old or all of the new."""
    return (find(engine, "oud"), find(engine, "nieuw")) in [([1, 2, 3], []), ([], [1, 2, 3, 4])]


@pytest.mark.parametrize(
    ("how", "at", "number", "stays"),
    [
        (DROP, "_bulk", 2, True),
        (HALF, "_bulk", 1, False),
        (LOSE, "_bulk", 4, True),
        (DROP, "_aliases", 1, True),
        (LOSE, "_aliases", 1, True),
        # It answers what is asked next, such as to delete what was made.
        (LOSE, "_aliases", 1, False),
    ],
)
def test_a_rebuild_that_is_cut_off_never_leaves_half_an_index(
    engine, cut_off, between, indices, monkeypatch, how, at, number, stays
):
    old, new = old_and_new()
    rebuild(engine, old)
    usual = len(indices())
    between.fail(how, at=at, number=number, stays=stays)
    with pytest.raises(EngineDown):
        rebuild(cut_off, new)
    between.come_back()
    for reader in (engine, cut_off):
        assert is_whole(reader)
        assert set(reader.versions()) in [{1, 2, 3}, {1, 2, 3, 4}]
    # The one who was cut off may not have been able to say that it no longer writes.
    monkeypatch.setattr(leases, "LEASE_SECONDS", -1)
    rebuild(cut_off, new)
    assert find(engine, "nieuw") == [1, 2, 3, 4]
    assert len(indices()) == usual
    assert all(aliases for name, aliases in indices().items() if not name.endswith("-meta"))


@pytest.mark.parametrize(("how", "number"), [(DROP, 1), (HALF, 2), (LOSE, 3)])
def test_an_update_that_is_cut_off_is_done_again_without_a_trace(engine, cut_off, between, monkeypatch, how, number):
    rebuild(engine, [page(pk, text="oud") for pk in (1, 2, 3)])
    between.fail(how, at="_bulk", number=number)
    with pytest.raises(EngineDown):
        cut_off.update([page(1, text="nieuw"), page(4, text="nieuw")], removed=[1, 2, 4])
    assert set(find(engine, "oud")) >= {3}
    between.come_back()
    monkeypatch.setattr(leases, "LEASE_SECONDS", -1)
    cut_off.update([page(1, text="nieuw"), page(4, text="nieuw")], removed=[1, 2, 4])
    assert (find(engine, "nieuw"), find(engine, "oud")) == ([1, 4], [3])
    assert set(engine.versions()) == {1, 3, 4}
