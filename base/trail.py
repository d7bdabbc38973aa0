"""One id for everything that happens because of one request, task or job, so that its log lines can be found together.

The id says nothing about anybody. Of a request it is shown on the pages that say something went wrong, and sent along in
the header ``X-Request-ID``.
"""

import contextlib
import re
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass

# What another program may have made: a UUID, a ULID, a trace id. Nothing that reads as an address or a header.
VALID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


@dataclass
class Trail:
    """What happens now: its ``id``, the ``path`` and ``route`` of a request, and who asked, by the pk of the account.

    ``find_account`` gives that pk, None where nobody knows (yet); it asks the database nothing.
    """

    id: str
    path: str = ""
    route: str = ""
    find_account: Callable[[], int | None] = lambda: None


_current: ContextVar[Trail | None] = ContextVar("trail", default=None)


def new_id() -> str:
    """32 characters that nobody had before."""
    return uuid.uuid4().hex


def current() -> Trail | None:
    """The trail of this thread, None outside requests, tasks and jobs."""
    return _current.get()


def current_id() -> str:
    """The id of the trail of this thread; empty outside requests, tasks and jobs."""
    trail = _current.get()
    return trail.id if trail else ""


def follow(trail: Trail | None) -> None:
    """From here on this thread works on ``trail``, until it follows another one.

    A request's stays until the next one comes: what is done after the answer is sent belongs to it too.
    """
    _current.set(trail)


@contextlib.contextmanager
def trail(kind: str, of: str = "") -> Iterator[Trail]:
    """``with trail("job"):`` gives what happens in the block an id of its own; ``of`` is one that exists already."""
    before = _current.get()
    mine = Trail(f"{kind}-{of or new_id()}")
    _current.set(mine)
    try:
        yield mine
    finally:
        _current.set(before)
