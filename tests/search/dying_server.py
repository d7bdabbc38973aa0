"""Between the portal and a real server: what makes the server die, lose an answer, break off in one, or take its time."""

import contextlib
import http.client
import http.server
import threading
from collections.abc import Callable, Iterator
from email.message import Message
from urllib.parse import urlsplit

PASS = "pass"
# The server never hears of it; it did what was asked but nobody hears that; its answer breaks off; it says nothing.
DROP, LOSE, HALF, SILENCE = "drop", "lose", "half", "silence"

Rule = Callable[[str], str]


class Between:
    """Passes requests on to a server; ``rule(path)`` says what becomes of each. ``seen``: the paths asked for so far."""

    def __init__(self, target: str):
        self.rule: Rule = lambda path: PASS
        self.seen: list[str] = []
        self.let_go = threading.Event()
        self._target = urlsplit(target)
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        # Who still waits for an answer isn't waited for.
        self._http.block_on_close = False
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, address: str) -> str:
        """``SEARCH_URL`` with this in place of the server."""
        return address.replace(self._target.netloc, f"127.0.0.1:{self._http.server_address[1]}")

    def fail(self, how: str, *, at: str = "", number: int = 1, stays: bool = True) -> None:
        """From the ``number``-th request on whose path has ``at`` in it; ``stays``: the server is gone after that.

        Otherwise only that one goes wrong.
        """
        count, lock = 0, threading.Lock()

        def rule(path: str) -> str:
            nonlocal count
            with lock:
                if count < number:
                    count += at in path
                    return how if count == number and at in path else PASS
                return (SILENCE if how == SILENCE else DROP) if stays else PASS

        self.seen, self.rule = [], rule

    def come_back(self) -> None:
        """Everything is passed on again."""
        self.rule = lambda path: PASS

    def close(self) -> None:
        """Take no more, and let those go that wait."""
        self.let_go.set()
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body of an answer leave together, as they do from a server.
            wbufsize = -1

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                between.seen.append(self.path)
                what = between.rule(self.path)
                if what == SILENCE:
                    between.let_go.wait(10)
                if what in (DROP, SILENCE):
                    self.close_connection = True
                    return
                status, headers, content = between._ask(self.command, self.path, body, dict(self.headers))
                if what == LOSE:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name in ("Content-Type", "X-Elastic-Product"):
                    if name in headers:
                        self.send_header(name, headers[name])
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if what == HALF:
                    content, self.close_connection = content[: len(content) // 2], True
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = pass_on

            def log_message(self, *args):
                pass

        return Handler

    def _ask(self, method: str, path: str, body: bytes, headers: dict) -> tuple[int, Message, bytes]:
        connection = http.client.HTTPConnection(self._target.hostname, self._target.port, timeout=60)
        with contextlib.closing(connection):
            kept = {name: value for name, value in headers.items() if name.lower() not in ("host", "connection")}
            connection.request(method, path, body, kept)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()


@contextlib.contextmanager
def standing_between(target: str) -> Iterator[Between]:
    """A ``Between`` for the time of the block."""
    between = Between(target)
    try:
        yield between
    finally:
        between.close()
