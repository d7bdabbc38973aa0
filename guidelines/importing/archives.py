"""A zip somebody sent in, unpacked without trusting anything it says about itself."""

import stat
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_FILES = 5000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 100
# Below this, a small file that shrinks well is no bomb.
RATIO_FROM_BYTES = 10 * 1024 * 1024
CHUNK = 64 * 1024


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, with its own figures checked. Raises ValidationError with the limit that is passed."""
    try:
        archive = zipfile.ZipFile(file)
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise ValidationError(_("This file can't be opened. Make it again as a zip and send it once more.")) from error
    if len(entries) > MAX_FILES:
        raise ValidationError(
            _("There are %(count)d files in it; %(limit)d at most.") % {"count": len(entries), "limit": MAX_FILES}
        )
    unpacked, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    _check_size(unpacked, packed)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise ValidationError(_("It is locked with a password. Send it without one."))
    return archive


def unpack(file: BinaryIO, into: Path) -> Path:
    """Unpack a zip below ``into``; returns the folder the texts are in (that of a single top folder).

    Raises ValidationError for a file that is no zip, has paths that lead outside, or is larger than it may be.
    """
    written = 0
    with open_archive(file) as archive:
        packed = sum(entry.compress_size for entry in archive.infolist())
        for entry in archive.infolist():
            path = _safe_path(entry, into)
            if path is None:
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, path.open("wb") as target:
                    # The header may lie about the size, so what comes out is counted.
                    while chunk := source.read(CHUNK):
                        written += len(chunk)
                        _check_size(written, packed)
                        target.write(chunk)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise ValidationError(_("%(name)s in it is damaged.") % {"name": entry.filename}) from error
            except OSError as error:
                raise ValidationError(
                    _("%(name)s in it can't be written (%(reason)s).")
                    % {"name": entry.filename[:80], "reason": error.strerror}
                ) from error
    children = [child for child in into.iterdir() if child.name not in ("__MACOSX", ".DS_Store")]
    return children[0] if len(children) == 1 and children[0].is_dir() else into


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED_BYTES:
        raise ValidationError(
            _("Unpacked it is larger than %(limit)s.") % {"limit": filesizeformat(MAX_UNPACKED_BYTES)}
        )
    if unpacked > RATIO_FROM_BYTES and unpacked > packed * MAX_RATIO:
        raise ValidationError(
            _("It grows more than %(limit)d times when unpacked, so it isn't opened.") % {"limit": MAX_RATIO}
        )


def _safe_path(entry: zipfile.ZipInfo, into: Path) -> Path | None:
    name = entry.filename
    if not entry.flag_bits & 0x800:
        # Without the flag for UTF-8 the name was read as that of an old PC; most tools mean UTF-8 all the same.
        with suppress(UnicodeError):
            name = name.encode("cp437").decode()
    name = name.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and ":" in parts[0]) or "\0" in name:
        raise ValidationError(_("%(name)s leads out of the archive, so it isn't opened.") % {"name": name[:80]})
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ValidationError(_("%(name)s is a link, not a file. Leave links out.") % {"name": name[:80]})
    if entry.is_dir() or not parts or parts[0] == "__MACOSX":
        return None
    path = into.joinpath(*parts)
    if not path.resolve().is_relative_to(into.resolve()):
        raise ValidationError(_("%(name)s leads out of the archive, so it isn't opened.") % {"name": name[:80]})
    return path
