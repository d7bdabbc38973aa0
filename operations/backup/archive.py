"""The file of a backup: a tar of parts, each with its hash in the manifest, which comes last.

Last because hashes are known only then, and because a file that was cut off has none. Both directions stream: no part
has to fit into memory.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.utils import validate_file_name

from . import BackupError, encryption

MANIFEST = "manifest.json"
MAX_MANIFEST = 256 * 1024 * 1024
FORMAT = 1


class HashingReader:
    """A file that is hashed as it is read."""

    def __init__(self, source: BinaryIO):
        self.source, self.hash, self.size = source, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        data = self.source.read(size)
        self.hash.update(data)
        self.size += len(data)
        return data


class Writer:
    """Writes an archive under a temporary name; ``finish`` gives it its own. Leaving it before that removes everything."""

    def __init__(self, path: Path, recipient: str = ""):
        self.path, self.parts = path, []
        self.part_path = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._recipient = encryption.read_recipient(recipient) if recipient else None
        self._stack = ExitStack()
        self._done = False

    def __enter__(self) -> "Writer":
        descriptor = os.open(self.part_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        target = self._file
        if self._recipient:
            target = self._stack.enter_context(encryption.encrypting(target, self._recipient))
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)
        return self

    def __exit__(self, kind, error, trace) -> None:
        if self._done:
            return
        # Else the tar would be ended when it is collected, into a file that is closed.
        self._tar.fileobj.closed = True
        try:
            self._stack.__exit__(kind, error, trace)
        finally:
            self._file.close()
            self.part_path.unlink(missing_ok=True)

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Add ``size`` bytes of ``source`` as the part ``name``. Raises OSError where there are fewer, or no room."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        reader = HashingReader(source)
        self._tar.addfile(member, reader)
        self.parts.append({"name": name, "size": size, "sha256": reader.hash.hexdigest()})

    def add_path(self, name: str, path: Path) -> None:
        """Add a file of this machine as the part ``name``."""
        with path.open("rb") as source:
            self.add(name, source, path.stat().st_size)

    def finish(self, manifest: dict) -> int:
        """Add the manifest, bring all of it to the disk, give the file its name; returns its size in bytes."""
        data = json.dumps({"format": FORMAT, **manifest, "parts": self.parts}, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))
        self._tar.close()
        self._stack.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        # A name that is taken is never written over.
        os.link(self.part_path, self.path)
        self.part_path.unlink()
        _sync_folder(self.path.parent)
        self._done = True
        return self.path.stat().st_size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_parts(path: Path, identity_file: str = "") -> Iterator[tuple[str, BinaryIO]]:
    """The parts of an archive in order, the manifest last: name and content, to be read before going on.

    Raises BackupError for what is no archive, is cut off, or has a name that leads out of it.
    """
    try:
        with ExitStack() as stack:
            source = stack.enter_context(path.open("rb"))
            if source.read(len(encryption.MAGIC)) == encryption.MAGIC:
                source.seek(0)
                identities = encryption.read_identities(identity_file)
                source = stack.enter_context(encryption.decrypting(source, identities))
            else:
                source.seek(0)
            yield from _members(source)
    except tarfile.TarError as error:
        raise BackupError(f"{path.name} is no backup of the portal, or is damaged: {error}.") from error
    except OSError as error:
        raise BackupError(f"{path} can't be read: {error.strerror or error}.") from error


def _members(source: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            if not member.isreg():
                raise BackupError(f"The backup holds {member.name!r}, which is no file.")
            check_name(member.name)
            yield member.name, _Part(tar.extractfile(member))
            # Else all members are kept in memory.
            tar.members = []
    # Decryption goes on to the end of the file, where its last check is.
    while source.read(1 << 20):
        pass


class _Part:
    """The content of one part; that the archive ends in it is a BackupError."""

    def __init__(self, content: BinaryIO):
        self.content = content

    def read(self, size: int = -1) -> bytes:
        """As a file's."""
        try:
            return self.content.read(size)
        except (tarfile.TarError, EOFError) as error:
            raise BackupError(f"The backup is cut off, or is damaged: {error}.") from error


def check_name(name: str) -> None:
    """Raises BackupError for a name that could lead out of the folder where it is put."""
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation as error:
        raise BackupError(f"The backup holds {name!r}, which would lead out of its folder.") from error
    if "\\" in name or "\0" in name:
        raise BackupError(f"The backup holds {name!r}, which would lead out of its folder.")


def verify(path: Path, identity_file: str = "") -> dict:
    """Read all of it and hold each part against its hash; returns the manifest. Raises BackupError."""
    seen: dict[str, tuple[int, str]] = {}
    manifest = None
    for name, content in read_parts(path, identity_file):
        if manifest is not None or name in seen:
            raise BackupError(f"The backup holds {name!r} twice, or after its end.")
        if name == MANIFEST:
            manifest = _load(content)
            continue
        reader = HashingReader(content)
        while reader.read(1 << 20):
            pass
        seen[name] = (reader.size, reader.hash.hexdigest())
    if manifest is None:
        raise BackupError(f"{path.name} has no manifest: it was cut off, or is no backup of the portal.")
    expected = {part["name"]: (part["size"], part["sha256"]) for part in manifest["parts"]}
    wrong = sorted(name for name in {*expected, *seen} if expected.get(name) != seen.get(name))
    if wrong:
        raise BackupError(f"The backup is damaged: {len(wrong)} parts aren't as the manifest says, first {wrong[0]!r}.")
    return manifest


def _load(content: BinaryIO) -> dict:
    try:
        manifest = json.loads(content.read(MAX_MANIFEST))
        if manifest["format"] > FORMAT:
            raise BackupError("This backup is of a newer portal: update the code first.")
        if any(not {"name", "size", "sha256"} <= part.keys() for part in manifest["parts"]):
            raise KeyError("parts")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("The manifest can't be read: this is no backup of the portal.") from error
    return manifest
