"""A server that is down, slow, full or not the right one: said as such, and not asked again at once."""

import contextlib
import http.server
import json
import socket
import threading
import time

import pytest

from search.backends.elasticsearch import ElasticsearchEngine
from search.backends.elasticsearch.address import parse_address
from search.documents import EVERYTHING
from search.engine import EngineDown, IndexMissing
from search.planner import Group, Plan

from .asking import page, rebuild

PLAN = Plan((Group("verlof", {"verlof": 1.0}),), "nl")


def engine_at(port: int, timeout: float = 0.3, retry_seconds: float = 60.0):
    return ElasticsearchEngine(parse_address(f"elasticsearch://127.0.0.1:{port}/x?timeout={timeout}"), retry_seconds)


def everything_of(engine):
    """Every way to ask or tell an engine something."""
    return [
        lambda: engine.search(PLAN, limit=10),
        lambda: engine.passages(PLAN, [1], limit=1),
        lambda: engine.coverages(PLAN, [1]),
        lambda: engine.stored([1]),
        engine.versions,
        lambda: engine.vocabulary(EVERYTHING).prefetch(["verlof"], ["verlof"]),
        lambda: engine.update([page(1)], removed=[1]),
        lambda: rebuild(engine, [page(1)]),
    ]


@pytest.fixture
def closed_port():
    """A port where nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield listening.getsockname()[1]


@pytest.fixture
def answering():
    """``answering(status, body, headers)``: the port of a server that gives every question this answer."""
    with contextlib.ExitStack() as stack:

        def start(status: int, body: object = None, product: str = "Elasticsearch"):
            class Handler(http.server.BaseHTTPRequestHandler):
                asked = 0

                def answer(self):
                    type(self).asked += 1
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("X-Elastic-Product", product)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)

                do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

                def log_message(self, *args):
                    pass

            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            return server.server_address[1], Handler

        yield start


def test_whatever_is_asked_of_a_server_that_is_down_says_so(closed_port):
    for ask in everything_of(engine_at(closed_port, retry_seconds=0.0)):
        with pytest.raises(EngineDown, match="reached"):
            ask()
    assert engine_at(closed_port).version() == ""


def test_a_server_that_says_nothing_is_waited_for_once(silent_port):
    engine = engine_at(silent_port)
    with pytest.raises(EngineDown, match="timed out"):
        engine.search(PLAN, limit=10)
    started = time.perf_counter()
    for ask in everything_of(engine):
        with pytest.raises(EngineDown, match="a moment ago"):
            ask()
    assert engine.version() == ""
    # Eight time limits would be more than two seconds; how fast the machine is doesn't matter.
    assert time.perf_counter() - started < 8 * 0.3


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])
def test_an_answer_that_it_cant_now_is_no_reason_to_make_the_index_anew(answering, status):
    port, handler = answering(status, {"error": {"type": "es_rejected_execution_exception"}, "status": status})
    engine = engine_at(port)
    for ask in everything_of(engine):
        with pytest.raises(EngineDown):
            ask()
    assert handler.asked == 1


@pytest.mark.parametrize("body", [b"", b"no json", b"{", b"[]", b"<html>"])
def test_an_answer_that_is_none_is_said_too(answering, body):
    port, _handler = answering(200, body)
    engine = engine_at(port, retry_seconds=0.0)
    with pytest.raises(EngineDown):
        engine.stored([1])
    with pytest.raises(EngineDown):
        engine.versions()


def test_another_product_is_refused_by_name(answering):
    port, _handler = answering(200, product="Other")
    with pytest.raises(EngineDown, match="Elasticsearch"):
        engine_at(port).search(PLAN, limit=10)


def test_what_it_refuses_of_one_search_stops_no_other(answering):
    port, handler = answering(400, {"error": {"type": "parsing_exception"}, "status": 400})
    engine = engine_at(port)
    for _again in range(2):
        with pytest.raises(EngineDown, match="refuses: parsing_exception"):
            engine.search(PLAN, limit=10)
    assert handler.asked == 2


def test_when_it_is_back_it_is_asked_again(closed_port, answering):
    port, _handler = answering(404, {"error": {"type": "index_not_found_exception"}, "status": 404})
    engine = engine_at(port, retry_seconds=0.0)
    engine.servers.breaker.failed()
    for _again in range(2):
        with pytest.raises(IndexMissing):
            engine.search(PLAN, limit=10)


def test_of_two_servers_one_is_enough(closed_port, answering):
    port, _handler = answering(200, {"hits": {"hits": [{"sort": [1.5, 7]}]}})
    url = f"elasticsearch://127.0.0.1:{closed_port},127.0.0.1:{port}/x?timeout=5"
    engine = ElasticsearchEngine(parse_address(url), 60.0)
    for _again in range(4):
        assert engine.search(PLAN, limit=10) == [7]
