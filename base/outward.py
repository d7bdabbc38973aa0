"""Asking addresses on the internet that somebody typed, and never one on the organisation's own network."""

import http.client
import ipaddress
import socket
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    UnknownHandler,
)

# An IPv6 address that stands for an IPv4 one leads where that one leads.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
PORTS = {80, 443, 8080, 8443}


class NotOutsideError(OSError):
    """The address leads to this machine, to the own network or to a port that isn't one of the web."""


def is_outside(address: str) -> bool:
    """Whether an IP address is somewhere on the internet: not this machine, an own network, a cloud's own data, or all of them."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if ip in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner:
            ip = inner
        elif ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


def _connect(target: tuple[str, int], timeout=None, source_address=None) -> socket.socket:
    """As ``socket.create_connection``, to exactly the address that was looked at: a name may lead elsewhere a moment later."""
    host, port = target
    if port not in PORTS:
        raise NotOutsideError(f"port {port}")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found or not all(is_outside(place[4][0]) for place in found):
        raise NotOutsideError("an own network")
    last: OSError = NotOutsideError("nowhere")
    for _family, _type, _protocol, _name, place in found:
        try:
            return socket.create_connection(place[:2], timeout, source_address)
        except OSError as error:
            last = error
    raise last


class _Connection(http.client.HTTPConnection):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._create_connection = _connect


class _SecureConnection(http.client.HTTPSConnection):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._create_connection = _connect


class _Http(HTTPHandler):
    def http_open(self, req):
        return self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def https_open(self, req):
        return self.do_open(_SecureConnection, req, context=self._context)


class _FewRedirects(HTTPRedirectHandler):
    max_redirections = 5


def outward_opener() -> OpenerDirector:
    """What opens http and https addresses on the internet alone, redirects included, and past no proxy.

    Opening raises ``NotOutsideError`` (inside a ``URLError``) for anything else.
    """
    opener = OpenerDirector()
    for handler in (_Http, _Https, _FewRedirects, HTTPDefaultErrorHandler, HTTPErrorProcessor, UnknownHandler):
        opener.add_handler(handler())
    return opener
