"""What editors link to is asked on the internet only: no address of the own network is, however it is written."""

import http.server
import socket
import threading
from urllib.error import URLError

import pytest

from base import outward
from base.outward import NotOutsideError, is_outside, outward_opener

INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0.0.0.0/",
    "http://10.1.2.3/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://localhost/",
    "https://127.0.0.1/",
    "http://8.8.8.8:22/",
    "http://8.8.8.8:6379/",
]


def _refusal(address: str) -> Exception:
    with pytest.raises(URLError) as caught:
        outward_opener().open(address, timeout=1)
    return caught.value.reason


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_ones_own_is_never_connected_to(address, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail(f"connected to {args[0]}"))
    assert isinstance(_refusal(address), NotOutsideError)


@pytest.mark.parametrize("places", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:10.0.0.1"]])
def test_a_name_that_leads_inside_is_refused_even_if_it_also_leads_outside(places, monkeypatch):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, 80)) for place in places]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    monkeypatch.setattr(socket, "create_connection", lambda *args: pytest.fail("connected"))
    assert isinstance(_refusal("http://rebinding.example/"), NotOutsideError)


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch):
    asked, rows = [], [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]

    def connect(place, *args):
        asked.append(place)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)
    monkeypatch.setattr(socket, "create_connection", connect)
    _refusal("http://changing.example/")
    assert asked == [("8.8.8.8", 80)]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://example.org/", "data:,x", "gopher://127.0.0.1/"])
def test_only_the_web_is_spoken(address):
    _refusal(address)


def test_a_redirect_inside_is_not_followed(monkeypatch):
    class Redirecting(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.2:{self.server.server_port}/secret")
            self.end_headers()
            seen.append(self.path)

        def log_message(self, *args):
            """Says nothing."""

    seen: list[str] = []
    with http.server.HTTPServer(("127.0.0.1", 0), Redirecting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(outward, "PORTS", {server.server_port})
        monkeypatch.setattr(outward, "is_outside", lambda address: address == "127.0.0.1")
        try:
            assert isinstance(_refusal(f"http://127.0.0.1:{server.server_port}/first"), NotOutsideError)
        finally:
            server.shutdown()
            thread.join()
    assert seen == ["/first"]


def test_the_internet_is_outside():
    assert is_outside("8.8.8.8") and is_outside("2606:4700::1111")
