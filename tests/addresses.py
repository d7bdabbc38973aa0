"""Every address of the portal, with something filled in for what varies."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RegexPattern, RoutePattern
from django.utils.regex_helper import normalize

SAMPLES = {
    "int": "1",
    "str": "x",
    "slug": "x",
    "path": "x/y.png",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "locale": "en",
}
_CONVERTER = re.compile(r"<(?:(\w+):)?\w+>")
# Tried one after the other for what a regular expression leaves open.
CANDIDATES = ("1", "x", "en", "some/page/", "live", "add", "set-password", "x:y", "video", "/x")


@dataclass(frozen=True)
class Pattern:
    """One pattern: an address that fits it, its name (that of its view where it has none), and how it is written."""

    address: str
    name: str
    route: str
    view: Callable = field(compare=False)


def all_addresses() -> Iterator[tuple[str, str]]:
    """``(address, name)`` of every pattern; the name is that of the view where the pattern has none."""
    yield from ((pattern.address, pattern.name) for pattern in all_patterns())


def all_patterns() -> Iterator[Pattern]:
    """Every pattern there is."""
    yield from _walk(get_resolver(), "/", "/")


def _walk(resolver, prefix: str, route: str) -> Iterator[Pattern]:
    for entry in resolver.url_patterns:
        address = prefix + _sample(entry.pattern)
        written = route + ("nl/" if isinstance(entry.pattern, LocalePrefixPattern) else str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address, written)
        elif isinstance(entry, URLPattern):
            yield Pattern(address, entry.name or entry.lookup_str, written, entry.callback)


def _sample(pattern) -> str:
    if isinstance(pattern, LocalePrefixPattern):
        return "nl/"
    if isinstance(pattern, RoutePattern):
        return _CONVERTER.sub(lambda match: SAMPLES[match.group(1) or "str"], str(pattern))
    if isinstance(pattern, RegexPattern):
        for form, names in normalize(pattern.regex.pattern):
            for values in product(CANDIDATES, repeat=len(names)):
                address = form % dict(zip(names, values, strict=True))
                if pattern.regex.search(address):
                    return address
        raise AssertionError(f"No sample for {pattern}: add one to tests/addresses.py")
    raise AssertionError(f"Unknown kind of pattern: {pattern!r}")
