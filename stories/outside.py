"""What words may go outside: no address of the portal, no address of a colleague, links to elsewhere only."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http.request import validate_host
from django.utils.safestring import SafeString
from wagtail.models import PageViewRestriction, Site

from base.access import all_restrictions

from .rendering import render_markdown

LEFT_OUT = "…"
# Names that only a network of one's own knows.
OWN_ENDINGS = (".local", ".localhost", ".internal", ".intern", ".intranet", ".lan", ".corp", ".home", ".private")
_URL = re.compile(r"(?:https?:)?//[^\s<>\"')\]]+|\bwww\.[^\s<>\"')\]]+", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w/:.])/(?:nl|en|admin|media|documents|accounts|share)(?:/[^\s<>\"')\]]*|\b)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def own_hosts() -> list[str]:
    """The hosts of this portal, in the form of ``ALLOWED_HOSTS``; a star says nothing and is left out."""
    base = urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname
    sites = Site.objects.values_list("hostname", flat=True)
    return [host.lower() for host in {*settings.ALLOWED_HOSTS, base, *sites} if host and host != "*"]


def is_public_host(host: str) -> bool:
    """Whether a host name can be reached from anywhere: no name of a network of one's own, no number of one."""
    host = host.lower().rstrip(".")
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        # The last part of a name holds a letter; all else is a number in disguise (0x7f.1, 2130706433).
        last = host.rpartition(".")[2]
        return "." in host and not host.endswith(OWN_ENDINGS) and any(c.isalpha() for c in last) and last[:2] != "0x"


class OutsideWords:
    """Cleans words for one copy. ``clean(text)`` leaves out addresses, ``render(markdown)`` gives HTML."""

    def __init__(self):
        self.hosts = own_hosts()

    def is_elsewhere(self, address: str) -> bool:
        """Whether a link leads to a public page of somebody else."""
        try:
            parts = urlsplit(address)
            host = parts.hostname or ""
        except ValueError:
            return False
        if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc:
            return False
        return is_public_host(host) and not validate_host(host, self.hosts)

    def clean(self, text: str) -> str:
        """The text without addresses of the portal and e-mail addresses of colleagues; ``…`` stands in their place."""
        text = _URL.sub(self._elsewhere_or_nothing, text)
        text = _PATH.sub(LEFT_OUT, text)
        found = {address.lower().strip("'") for address in _EMAIL.findall(text)}
        if not found:
            return text
        # Few are found in a story; asked one by one to compare without case on every database.
        users = get_user_model()._default_manager
        ours = {address for address in found if users.filter(email__iexact=address).exists()}
        return _EMAIL.sub(lambda match: LEFT_OUT if match[0].lower().strip("'") in ours else match[0], text)

    def _elsewhere_or_nothing(self, match: re.Match) -> str:
        address = match[0]
        full = (
            address if ":" in address[:6] else f"https:{address}" if address.startswith("//") else f"https://{address}"
        )
        return address if self.is_elsewhere(full) else LEFT_OUT

    def render(self, markdown: str) -> SafeString:
        """Clean HTML in which only links to elsewhere are links."""
        return render_markdown(markdown, keep_link=self.is_elsewhere)


def is_closed_inside(story) -> bool:
    """Whether only some colleagues may read the story: then nobody outside may."""
    open_kinds = (PageViewRestriction.LOGIN, PageViewRestriction.NONE)
    closed = [path for rule in all_restrictions() if rule.kind not in open_kinds for path in rule.paths]
    return any(story.path.startswith(path) for path in closed)
