"""Where links lead: to a page, a place on a page, a file, another site, or nowhere."""

import posixpath
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from .anchors import Anchors
from .files import INDEX_STEMS, TEXT_SUFFIXES, Folder

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*:")
ORDER = re.compile(r"(^|/)\d+[-_. ]+(?=[^/])")


@dataclass(frozen=True)
class Target:
    """What a link points at: ``kind`` is "url", "page", "file" or "nothing".

    ``value`` is the address, the path of the page's file or folder, or the path of the file; ``anchor`` the id on the
    page; ``anchor_missing`` that the link named a place that isn't there.
    """

    kind: str
    value: str = ""
    anchor: str = ""
    anchor_missing: bool = False


class Targets:
    """Looks up links between the files of one folder.

    ``folders`` are the paths that have a page; ``anchors_of`` gives the anchors of a page's file, None without one;
    ``aliases`` are addresses pages had elsewhere.
    """

    def __init__(
        self,
        folder: Folder,
        pages: set[str],
        aliases: Mapping[str, str],
        anchors_of: Callable[[str], Anchors | None],
    ):
        self.folder, self.pages, self.anchors_of = folder, pages, anchors_of
        self._names: dict[str, str] = {}
        for path in sorted(folder.texts):
            stem = path.rpartition(".")[0]
            base = stem.rpartition("/")[2].lower()
            self._names.setdefault(_key(path), path)
            self._names.setdefault(_key(stem), path)
            if base in INDEX_STEMS:
                self._names.setdefault(_key(stem.rpartition("/")[0]), path)
        for page in sorted(pages):
            self._names.setdefault(_key(page), page)
        for path in list(self._names):
            self._names.setdefault(ORDER.sub(r"\1", path), self._names[path])
        for address, path in aliases.items():
            self._names.setdefault(_key(address.strip("/")), path)

    def find(self, href: str, source: str) -> Target:
        """What ``href`` in the file ``source`` points at."""
        href = href.strip()
        if href.startswith("//"):
            return Target("url", f"https:{href}")
        if SCHEME.match(href):
            return Target("url", href)
        try:
            parts = urlsplit(href)
        except ValueError:
            return Target("nothing")
        path = unicodedata.normalize("NFC", unquote(parts.path))
        if not path and not parts.fragment:
            return Target("nothing")
        found = source if not path else self._find_path(path, source)
        if found is None:
            return Target("nothing")
        if found in self.folder.others:
            return Target("file", found)
        if not parts.fragment or parts.fragment.startswith(":~:"):
            return Target("page", found)
        anchors = self.anchors_of(found)
        anchor = anchors.find(unquote(parts.fragment)) if anchors else None
        return Target("page", found, anchor or "", anchor is None)

    def find_file(self, href: str, source: str) -> str | None:
        """The path of the file that a picture's address means; None where it isn't there."""
        path = unicodedata.normalize("NFC", unquote(urlsplit(href).path))
        for candidate in self._candidates(path, source):
            if candidate in self.folder.others:
                return candidate
        return None

    def _find_path(self, path: str, source: str) -> str | None:
        for candidate in self._candidates(path, source):
            if candidate in self.folder.others:
                return candidate
            name = re.sub(r"\.html?$", "", candidate)
            found = self._names.get(_key(name))
            if found is not None:
                return found
            stem, dot, suffix = name.rpartition(".")
            if dot and f".{suffix.lower()}" in TEXT_SUFFIXES and (found := self._names.get(_key(stem))) is not None:
                return found
        return None

    def _candidates(self, path: str, source: str):
        """Paths in the folder that ``path`` may mean, likeliest first; none leads out of the folder."""
        here = posixpath.dirname(source)
        if path.startswith("/"):
            bare = path.strip("/")
            yield from _inside(bare)
            # A site's root is often a folder inside the repository (content/, docs/).
            parts = here.split("/") if here else []
            for depth in range(1, len(parts) + 1):
                yield from _inside(posixpath.join(*parts[:depth], bare))
            if "/" in bare:
                yield from _inside(bare.partition("/")[2])
            return
        yield from _inside(posixpath.join(here, path))
        # As a browser would read it on a site where every page is a folder.
        yield from _inside(posixpath.join(source.rpartition(".")[0], path))


def _inside(path: str):
    path = posixpath.normpath(path or ".")
    if path == ".":
        yield ""
    elif not path.startswith(".."):
        yield path.strip("/")


def _key(path: str) -> str:
    return path.lower()
