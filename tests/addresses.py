"""Every address of the portal, with something filled in for what varies."""

import re
from collections.abc import Iterator
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


def all_addresses() -> Iterator[tuple[str, str]]:
    """``(address, name)`` of every pattern; the name is that of the view where the pattern has none."""
    yield from _walk(get_resolver(), "/")


def _walk(resolver, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        address = prefix + _sample(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, address)
        elif isinstance(entry, URLPattern):
            yield address, entry.name or entry.lookup_str


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
