"""Reading a folder: which files there are, and what is wrong with them."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from .errors import ImportRefused
from .report import ImportReport

TEXT_SUFFIXES = (".md", ".mdx", ".markdown")
INDEX_STEMS = ("index", "_index", "readme")
CATEGORY_NAMES = ("_category_.json", "_category_.yml", "_category_.yaml")
IGNORED_FOLDERS = {".git", ".github", ".hg", ".svn", "node_modules", "__pycache__", "__MACOSX"}
MAX_TEXT_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40


@dataclass(frozen=True)
class FolderFile:
    """A file in the folder; ``path`` is relative, with ``/``, in Unicode's composed form."""

    path: str
    location: Path

    @property
    def folder(self) -> str:
        """The path of the folder it lies in; empty at the root."""
        return self.path.rpartition("/")[0]

    @property
    def stem(self) -> str:
        """The name without its suffix."""
        return self.path.rpartition("/")[2].rpartition(".")[0]

    @property
    def suffix(self) -> str:
        """The suffix in small letters, with its dot."""
        return Path(self.path).suffix.lower()

    @property
    def is_index(self) -> bool:
        """Whether the file stands for its folder."""
        return self.stem.lower() in INDEX_STEMS

    @cached_property
    def data(self) -> bytes:
        """The bytes; raises OSError where they can't be read."""
        return self.location.read_bytes()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass
class Folder:
    """All that was found below a folder."""

    root: Path
    texts: dict[str, FolderFile] = field(default_factory=dict)
    others: dict[str, FolderFile] = field(default_factory=dict)

    def fingerprint(self) -> str:
        """Changes when a file is added, removed or renamed: then links may lead elsewhere."""
        names = "\n".join([*sorted(self.texts), "", *sorted(self.others)])
        return hashlib.sha256(names.encode()).hexdigest()


def read_folder(root: Path, report: ImportReport, suffixes: tuple[str, ...] = TEXT_SUFFIXES) -> Folder:
    """List the files below ``root``; what can't be used is noted in ``report`` and left out.

    Raises ImportRefused where ``root`` isn't a folder or holds no text at all.
    """
    if not root.is_dir():
        raise ImportRefused(_("%(folder)s is not a folder.") % {"folder": root})
    root = root.resolve()
    folder = Folder(root)
    for location in _walk(root, root, report, frozenset({root}), 0):
        path = unicodedata.normalize("NFC", location.relative_to(root).as_posix())
        try:
            path.encode()
        except UnicodeEncodeError:
            report.add(ascii(path).strip("'"), 0, _("the name of this file can't be read as text; skipped"))
            continue
        if len(path) > 400:
            report.add(path, 0, _("the path is longer than 400 characters; skipped"))
            continue
        file = FolderFile(path, location)
        if file.suffix in suffixes:
            size = location.stat().st_size
            if size > MAX_TEXT_BYTES:
                report.add(
                    path,
                    0,
                    _("larger than %(limit)d MB (%(size)d MB); skipped")
                    % {"limit": MAX_TEXT_BYTES // 1024**2, "size": size // 1024**2},
                )
                continue
            folder.texts[path] = file
        else:
            folder.others[path] = file
    if not folder.texts:
        raise ImportRefused(_("There is no Markdown file (.md or .mdx) in %(folder)s.") % {"folder": root.name})
    return folder


def _walk(here: Path, root: Path, report: ImportReport, above: frozenset[Path], depth: int) -> Iterator[Path]:
    name = here.relative_to(root).as_posix()
    if depth > MAX_DEPTH:
        report.add(name, 0, _("more than %(limit)d folders deep; skipped") % {"limit": MAX_DEPTH})
        return
    try:
        entries = sorted(os.scandir(here), key=lambda entry: entry.name)
    except OSError as error:
        report.add(name, 0, _("this folder can't be read (%(reason)s)") % {"reason": error.strerror})
        return
    for entry in entries:
        path = Path(entry.path)
        name = path.relative_to(root).as_posix()
        try:
            real = path.resolve(strict=True)
            is_folder, is_file = real.is_dir(), real.is_file()
        except (OSError, RuntimeError):
            report.add(name, 0, _("a link that leads nowhere or back to itself; skipped"))
            continue
        if entry.is_symlink() and not real.is_relative_to(root):
            report.add(name, 0, _("a link out of the folder; skipped"))
        elif is_folder:
            if entry.name in IGNORED_FOLDERS:
                continue
            if real in above:
                report.add(name, 0, _("a link back to a folder above; skipped"))
                continue
            yield from _walk(path, root, report, above | {real}, depth + 1)
        elif is_file and (not entry.name.startswith(".")):
            yield path


def read_text(file: FolderFile, report: ImportReport) -> str | None:
    """The text of a file with ``\\n`` between lines; None where it can't be read at all.

    Bytes that aren't UTF-8 are read as Windows-1252 where the file looks like that, else shown as a replacement
    character; both are noted with the line.
    """
    try:
        data = file.data
    except OSError as error:
        report.add(file.path, 0, _("this file can't be read (%(reason)s)") % {"reason": error.strerror})
        return None
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return _lines(data.decode(codec, "replace"))
    try:
        return _lines(data.decode())
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        if b"\x00" in data:
            report.add(file.path, line, _("this is not text; skipped"))
            return None
        report.add(file.path, line, _("not UTF-8; what couldn't be read is shown as a question mark in a diamond"))
        return _lines(data.decode("utf-8", "replace"))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "�")
