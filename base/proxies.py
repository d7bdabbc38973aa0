"""Our own proxies, and who is behind them."""

import ipaddress
from functools import lru_cache

from django.conf import settings

NOWHERE = "0.0.0.0"  # noqa: S104 - a name for who has no address, nothing listens there


def is_trusted(address: str) -> bool:
    """Whether this is one of our own proxies; over a socket on this machine there is no address, and nobody else."""
    return _is_in(address, tuple(settings.TRUSTED_PROXIES))


def address_of(request) -> str:
    """The address of who asks: the last in ``X-Forwarded-For`` that isn't one of our own proxies.

    What stands before it is whatever somebody wrote there. Where the request itself came from no proxy of ours, the
    header is nobody's word, and it is the address it came from. ``NOWHERE`` for who can't be told apart.
    """
    address = _plain(request.META.get("REMOTE_ADDR", ""))
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    while is_trusted(address) and hops and (hop := _plain(hops.pop())):
        address = hop
    return address or NOWHERE


def _plain(text: str) -> str:
    """An address without a port; empty for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


@lru_cache(maxsize=256)
def _is_in(address: str, networks: tuple[str, ...]) -> bool:
    if not address:
        return "unix" in networks
    try:
        asked = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(asked in ipaddress.ip_network(network) for network in networks if network != "unix")
