"""The same tests for every engine."""

import pytest

from search.backends.elasticsearch import ElasticsearchEngine
from search.backends.elasticsearch.address import parse_address
from search.backends.embedded import EmbeddedEngine


@pytest.fixture
def folder(tmp_path):
    """Where the embedded engine keeps its index."""
    return tmp_path / "index"


@pytest.fixture(params=["embedded", "elasticsearch"])
def another(request):
    """``another()``: the engine as one more process has it."""
    if request.param == "embedded":
        folder = request.getfixturevalue("folder")
        return lambda: EmbeddedEngine(folder)
    address = parse_address(request.getfixturevalue("server_address"))
    return lambda: ElasticsearchEngine(address, retry_seconds=0.2)


@pytest.fixture
def engine(another):
    """An engine without an index."""
    return another()
