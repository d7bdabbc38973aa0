"""Anchors: the part of an address behind ``#``, made from a heading the way the places where Markdown lives do it."""

import re
import unicodedata

# Ids of the frame around every page; a heading with the same id would take over its links and menus.
TAKEN = frozenset({"inhoud", "menu", "content", "main", "search", "zoeken", "q", "nav", "footer", "header"})
EXPLICIT = re.compile(r"\s*\{\s*#([^\s{}#]+)\s*(?:\.[\w-]+\s*)*\}\s*$")


def slug_of(text: str) -> str:
    """A heading's anchor as GitHub makes it: small letters, hyphens for spaces, punctuation gone, any script kept."""
    text = unicodedata.normalize("NFC", text).strip().lower()
    kept = "".join(
        c for c in text if c in " -_" or unicodedata.category(c)[0] in "LNM" or unicodedata.category(c) == "Pc"
    )
    return kept.replace(" ", "-")


def safe(anchor: str) -> str:
    """The anchor as an editor's form accepts it: it begins with a letter, number or underscore."""
    kept = "".join(c if (c.isalnum() or c in "_.:-") else "" for c in unicodedata.normalize("NFC", anchor))
    return kept.lstrip("-.:")[:110] or "deel"


def loose(anchor: str) -> str:
    """What is left when punctuation and accents don't count: finds the heading that other sites' rules point at."""
    folded = unicodedata.normalize("NFKD", anchor.lower())
    return re.sub(r"^\d+", "", "".join(c for c in folded if c.isalnum())) or folded


class Anchors:
    """The anchors of one page: what links may say, and what stands on the page."""

    def __init__(self):
        self.by_source: dict[str, str] = {}
        self._by_loose: dict[str, str] = {}
        self._ids: set[str] = set(TAKEN)

    def add(self, text: str, explicit: str = "") -> str:
        """The id for a heading; ``explicit`` is what its author gave it. The second of two equal ones gets ``-1``."""
        base = explicit or slug_of(text)
        source, number = base, 0
        while source in self.by_source:
            number += 1
            source = f"{base}-{number}"
        identity, number = safe(source), 0
        while identity in self._ids:
            number += 1
            identity = f"{safe(source)}-{number}"
        self._ids.add(identity)
        self.by_source[source] = identity
        self._by_loose.setdefault(loose(source), identity)
        return identity

    def find(self, anchor: str) -> str | None:
        """The id a link's anchor means, also where case or punctuation differs; None where there is none."""
        anchor = unicodedata.normalize("NFC", anchor)
        return self.by_source.get(anchor) or self.by_source.get(anchor.lower()) or self._by_loose.get(loose(anchor))
