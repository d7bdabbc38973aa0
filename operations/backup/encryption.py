"""Encrypting backups with age: by a public key, so that the machine that makes them can't read them.

The files are ordinary ones of https://age-encryption.org: the program ``age`` opens them too. Keys come from settings or
files, never from the command line, where every process of the machine reads along.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyrage

from . import BackupError

MAGIC = b"age-encryption.org/v1"


def new_key(path: Path) -> str:
    """Write a new secret key to ``path``, readable by its owner only; returns the public key. Raises BackupError."""
    identity = pyrage.x25519.Identity.generate()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    except OSError as error:
        raise BackupError(f"The key can't be written to {path}: {error.strerror}.") from error
    return str(identity.to_public())


def read_recipient(key: str) -> pyrage.x25519.Recipient:
    """The public key ``age1...``. Raises BackupError."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError as error:
        raise BackupError("BACKUP_RECIPIENT is no public key of age: it begins with age1.") from error


def read_identities(path: str) -> list[pyrage.x25519.Identity]:
    """The secret keys in a file, one a line. Raises BackupError."""
    if not path:
        raise BackupError("This backup is encrypted: name the file with the secret key in BACKUP_IDENTITY_FILE.")
    try:
        lines = [line.strip() for line in Path(path).read_text().splitlines()]
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise BackupError(f"BACKUP_IDENTITY_FILE ({path}) can't be read as a secret key of age.") from error


@contextmanager
def encrypting(target: BinaryIO, recipient: pyrage.x25519.Recipient) -> Iterator[BinaryIO]:
    """A file to write plain text to, which arrives in ``target`` encrypted; complete when this ends."""
    reading, writing = os.pipe()
    worker = _Worker(lambda: _using(reading, "rb", lambda source: pyrage.encrypt_io(source, target, [recipient])))
    try:
        with open(writing, "wb") as plain:
            yield plain
    except BrokenPipeError:
        worker.finish()
        raise
    except BaseException:
        # It mustn't write on to a file that is being thrown away.
        worker.thread.join()
        raise
    worker.finish()


@contextmanager
def decrypting(source: BinaryIO, identities: list[pyrage.x25519.Identity]) -> Iterator[BinaryIO]:
    """A file to read the plain text of ``source`` from. Raises BackupError for another key, or a damaged file."""
    reading, writing = os.pipe()
    worker = _Worker(lambda: _using(writing, "wb", lambda plain: pyrage.decrypt_io(source, plain, identities)))
    try:
        with open(reading, "rb") as plain:
            yield plain
    except Exception:
        # What the reader met (no tar, cut off) only follows from what went wrong in decrypting.
        worker.finish()
        raise
    except BaseException:
        worker.thread.join()
        raise
    worker.finish()


def _using(descriptor: int, mode: str, use: Callable[[BinaryIO], None]) -> None:
    with open(descriptor, mode) as file:
        use(file)


class _Worker:
    """A thread that encrypts or decrypts, and hands on what it raised."""

    def __init__(self, run: Callable[[], None]):
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._run, args=[run], name="backup-encryption", daemon=True)
        self.thread.start()

    def _run(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception as error:  # noqa: BLE001 - handed to the thread that waits for it
            self.error = error

    def finish(self) -> None:
        """Wait for the end; raise what went wrong as BackupError, but not that the other end stopped first."""
        self.thread.join()
        if self.error is None or "Broken pipe" in str(self.error):
            return
        if isinstance(self.error, pyrage.DecryptError) and "No matching keys" in str(self.error):
            raise BackupError("The key in BACKUP_IDENTITY_FILE isn't the one this backup was made for.") from self.error
        raise BackupError(f"Encryption failed: {self.error}.") from self.error
