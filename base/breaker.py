"""What keeps a server that is down or slow from slowing every page down: it isn't asked for some seconds."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Closed: everything goes through. Open, after a failure: nothing does, for ``retry_seconds``.

    After that one is let through to try; its outcome closes or opens it again, and until then the others wait no more
    than before. One for each process, used by all of its threads.
    """

    def __init__(self, retry_seconds: float, clock: Callable[[], float] = time.monotonic):
        self.retry_seconds, self._clock = retry_seconds, clock
        self._lock = threading.Lock()
        self._open_until: float | None = None
        self._was_slow = False

    def lets_through(self) -> bool:
        """Whether the server may be asked now. Who gets True tells afterwards how it went."""
        with self._lock:
            if self._open_until is None:
                return True
            if self._clock() < self._open_until:
                return False
            # The one who tries; should it never report, somebody else tries after the same time.
            self._open_until = self._clock() + self.retry_seconds
            return True

    def succeeded(self, *, slowly: bool = False) -> None:
        """The server answered. Twice in a row slowly is as bad as not at all: a page asks several times."""
        with self._lock:
            if slowly and self._was_slow:
                self._open()
            else:
                self._open_until, self._was_slow = None, slowly

    def failed(self) -> None:
        """The server didn't answer, or not as one that works."""
        with self._lock:
            self._open()

    def _open(self) -> None:
        self._open_until, self._was_slow = self._clock() + self.retry_seconds, False
