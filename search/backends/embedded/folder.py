"""The index folder: generations side by side, a file that names the current one, and a lock for who writes."""

import contextlib
import fcntl
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from ...engine import EngineDown, IndexBusy, IndexMissing
from .schema import fingerprint

POINTER, WRITE_LOCK, REBUILD_LOCK = "current.json", "lock", "rebuild.lock"
REBUILD_WAIT_SECONDS = 600
# Longer than any update writes.
SWAP_WAIT_SECONDS = 120


class IndexFolder:
    """Where generations live. ``current.json`` is replaced in one move, so a reader sees the old one or the new one."""

    def __init__(self, path: Path):
        self.path = path

    def current(self) -> Path:
        """The folder of the current generation. Raises IndexMissing where there is none that this code can read."""
        try:
            pointer = json.loads((self.path / POINTER).read_text())
            generation, made_by = str(pointer["generation"]), pointer["made_by"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexMissing(f"There is no search index in {self.path}.") from error
        if made_by != fingerprint():
            raise IndexMissing(f"The search index in {self.path} was made by another version of the portal.")
        return self.path / generation

    @contextlib.contextmanager
    def new_generation(self) -> Iterator[Path]:
        """An empty folder that becomes the current generation when the block ends well, and goes when it does not."""
        folder = self.path / uuid.uuid4().hex
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        # Nobody is in the middle of writing to the old generation when it goes.
        with self.locked(SWAP_WAIT_SECONDS):
            draft = self.path / f"{POINTER}.{folder.name}"
            draft.write_text(json.dumps({"generation": folder.name, "made_by": fingerprint()}))
            os.replace(draft, self.path / POINTER)
            self._forget_all_but(folder)

    def _forget_all_but(self, kept: Path) -> None:
        # Another process may be opening the generation before this one at this moment; it reads from open files, and
        # asks again where it came too late.
        for folder in self.path.iterdir():
            if folder.is_dir() and folder != kept:
                shutil.rmtree(folder, ignore_errors=True)

    def locked(self, wait_seconds: float = 0) -> contextlib.AbstractContextManager[None]:
        """Alone in writing among all processes of this machine.

        Raises IndexBusy where somebody else is, after waiting in vain, and EngineDown where the folder can't be written.
        """
        return self._lock(WRITE_LOCK, wait_seconds, "Another process is writing to the search index.")

    def rebuilding(self) -> contextlib.AbstractContextManager[None]:
        """Alone in making a new generation; who comes second waits for the first. Raises as ``locked``."""
        return self._lock(REBUILD_LOCK, REBUILD_WAIT_SECONDS, "Another process is making the search index anew.")

    @contextlib.contextmanager
    def _lock(self, name: str, wait_seconds: float, busy: str) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            handle = (self.path / name).open("a")
        except OSError as error:
            raise EngineDown(f"The search index folder {self.path} can't be written: {error}.") from error
        with handle:
            give_up = time.monotonic() + wait_seconds
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if time.monotonic() >= give_up:
                        raise IndexBusy(busy) from error
                    time.sleep(0.1)
            yield
