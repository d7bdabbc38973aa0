"""``SEARCH_URL=elasticsearch://[user:password@]host:9200[,host2:9200]/prefix[?tls=1&...]``, taken apart."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "elasticsearch://user:password@host:9200/portal?tls=1"
DEFAULT_PORT = 9200
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")


@dataclass(frozen=True)
class Address:
    """Where the servers are and what ours is called there.

    ``nodes`` are addresses with scheme and port. ``timeout`` is in seconds, for reading. ``replicas`` None: one copy as
    soon as there is a second server. ``ca`` is the file of the authority that signed the servers' certificates.
    """

    nodes: tuple[str, ...]
    prefix: str
    user: str = ""
    password: str = ""
    timeout: float = 2.0
    replicas: int | None = None
    ca: str = ""

    def __repr__(self) -> str:
        """Without the password, for logs and tracebacks."""
        return f"<Address {', '.join(self.nodes)} {self.prefix}>"


def parse_address(url: str) -> Address:
    """Raises ImproperlyConfigured, without repeating a password, where the address can't be used."""
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise _refused("it is no address") from None
    login, _at, hosts = parts.netloc.rpartition("@")
    user, _colon, password = login.partition(":")
    prefix = parts.path.strip("/")
    if not _PREFIX.fullmatch(prefix):
        raise _refused("after the host comes a name for the indices: a-z, 0-9, - and _")
    unknown = options.keys() - {"tls", "timeout", "replicas", "ca"}
    if unknown or parts.fragment:
        raise _refused(f"it has options that don't exist: {', '.join(sorted(unknown)) or '#'}")
    tls = _one_of(options, "tls", {"": True, "1": True, "true": True, "0": False, "false": False}, absent=False)
    ca = options.get("ca", "")
    if ca and not (tls and Path(ca).is_file()):
        raise _refused("ca is a file that can be read, and goes with tls=1")
    return Address(
        nodes=tuple(_node(host, "https" if tls else "http") for host in hosts.split(",")),
        prefix=prefix,
        user=unquote(user),
        password=unquote(password),
        timeout=_number(options, "timeout", 2.0, 0.1, 60.0),
        replicas=int(_number(options, "replicas", 0, 0, 10)) if "replicas" in options else None,
        ca=ca,
    )


def _refused(why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"SEARCH_URL can't be used: {why}. It looks like {EXAMPLE}.")


def _node(host: str, scheme: str) -> str:
    match = _HOST.fullmatch(host)
    port = int(match["port"] or DEFAULT_PORT) if match else 0
    if not match or not 0 < port < 65536:
        raise _refused("hosts are names or numbers with a port, with commas between them")
    return f"{scheme}://{match['name']}:{port}"


def _one_of(options: dict[str, str], name: str, meanings: dict[str, bool], absent: bool) -> bool:
    if name not in options:
        return absent
    if options[name] not in meanings:
        raise _refused(f"{name} is 1 or 0")
    return meanings[options[name]]


def _number(options: dict[str, str], name: str, absent: float, least: float, most: float) -> float:
    try:
        number = float(options.get(name, absent))
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise _refused(f"{name} is a number from {least:g} to {most:g}")
    return number
