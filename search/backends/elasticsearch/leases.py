"""Who writes, agreed on through the server: one at a time, on whatever machine."""

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator

from ...engine import EngineDown, IndexBusy, IndexMissing
from .transport import WRITE_SECONDS, Conflict, Servers

# After so long without a sign the holder is taken for gone. More than one write may take, so that a write that was sent
# has ended when somebody else begins; machines' clocks may differ by the rest.
LEASE_SECONDS = 2 * WRITE_SECONDS
LOOK_AGAIN_SECONDS = 0.2

Renew = Callable[[], None]


@contextlib.contextmanager
def lease(servers: Servers, index: str, name: str, *, busy: str, wait_seconds: float = 0.0) -> Iterator[Renew]:
    """Be the only one until the end of the block. What is yielded says "still here", and is called before each write.

    Raises IndexBusy with ``busy`` where somebody else has it longer than ``wait_seconds``, or took it meanwhile.
    """
    held = _Held(servers, index, name, busy)
    give_up = time.monotonic() + wait_seconds
    while not held.take():
        if time.monotonic() >= give_up:
            raise IndexBusy(busy)
        time.sleep(LOOK_AGAIN_SECONDS)
    try:
        yield held.renew
    finally:
        held.let_go()


class _Held:
    """A document with the holder and the time of its last sign; it changes only as who wrote it last left it."""

    def __init__(self, servers: Servers, index: str, name: str, busy: str):
        self._servers, self._busy = servers, busy
        self._at = {"index": index, "id": name}
        self._owner = uuid.uuid4().hex
        self._place: dict[str, int] = {}

    def take(self) -> bool:
        """Whether it is ours now."""
        try:
            self._write(op_type="create")
            return True
        except Conflict:
            return self._take_over()

    def renew(self) -> None:
        """Raises IndexBusy where somebody else took it."""
        try:
            self._write(**self._place)
        except Conflict as error:
            raise IndexBusy(self._busy) from error

    def let_go(self) -> None:
        """Give it back; where that fails others wait until it has run out."""
        with contextlib.suppress(Conflict, EngineDown, IndexMissing):
            self._servers.write("delete", seconds=5.0, **self._at, **self._place)

    def _take_over(self) -> bool:
        (found,) = self._servers.read("mget", index=self._at["index"], ids=[self._at["id"]])["docs"]
        if not found.get("found") or abs(time.time() - found["_source"].get("at", 0)) <= LEASE_SECONDS:
            return False
        try:
            self._write(if_seq_no=found["_seq_no"], if_primary_term=found["_primary_term"])
            return True
        except Conflict:
            return False

    def _write(self, **condition) -> None:
        document = {"owner": self._owner, "at": time.time()}
        answer = self._servers.write("index", seconds=5.0, **self._at, document=document, **condition)
        self._place = {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
