"""Where a story can be shared on to, and the address that opens each with the words filled in."""

import re
from urllib.parse import quote, urlencode

from django.core.exceptions import ValidationError
from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from .outside import is_public_host, own_hosts

NAMES = {
    "linkedin": "LinkedIn",
    "mastodon": "Mastodon",
    "whatsapp": "WhatsApp",
    "mail": _("Mail"),
    "copy": _("Copy the link"),
}
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def clean_server(typed: str) -> str:
    """The host name of somebody's Mastodon server: ``mastodon.nl``.

    Raises ValidationError for anything with a name, port or path in it, for a number, and for a host of one's own network.
    """
    host = re.sub(r"^https?://", "", typed.strip().lower()).removesuffix("/")
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    if len(host) > 253 or not _HOST.fullmatch(host) or not is_public_host(host) or validate_host(host, own_hosts()):
        raise ValidationError(_("Type the name of your server only, for instance mastodon.nl."), code="server")
    return host


def address_for(network: str, *, url: str, text: str, title: str, server: str = "") -> str:
    """What opens ``network`` with these words; empty for copying, which opens nothing.

    ``url`` is the public copy's. LinkedIn takes no words, only the address. Every host is fixed but Mastodon's, which
    went through ``clean_server``.
    """
    words = f"{text.strip()}\n\n{url}".strip()
    if network == "linkedin":
        return f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': url})}"
    if network == "whatsapp":
        return f"https://wa.me/?{urlencode({'text': words}, quote_via=quote)}"
    if network == "mastodon":
        return f"https://{clean_server(server)}/share?{urlencode({'text': words}, quote_via=quote)}"
    if network == "mail":
        body = words.replace("\r\n", "\n").replace("\n", "\r\n")
        return f"mailto:?{urlencode({'subject': ' '.join(title.split()), 'body': body}, quote_via=quote)}"
    return ""
