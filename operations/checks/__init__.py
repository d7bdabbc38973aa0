"""Looking whether every part of the portal works: ``manage.py doctor``, ``/health/ready/`` and the status page.

A check is a function that returns a ``Finding``; ``check("name", _("Title"))`` adds it. Each runs in a thread of its own
and gets ``SECONDS``: a part that doesn't answer is a finding, not a wait.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connections
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

SECONDS = 5.0


class Status(StrEnum):
    """How a part is doing: it works, it works but somebody should look, or it doesn't."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What a check saw, and what to do where that isn't fine; both in words for an administrator, without secrets."""

    status: Status
    seen: str
    advice: str = ""


@dataclass(frozen=True)
class Outcome:
    """A finding with the ``name`` and ``title`` of its check and how long that took."""

    name: str
    title: str
    status: Status
    seen: str
    advice: str
    milliseconds: int

    def as_dict(self) -> dict[str, str | int]:
        """For JSON."""
        return {**vars(self), "status": self.status.value}


@dataclass(frozen=True)
class _Check:
    name: str
    title: str
    run: Callable[[], Finding]
    for_readiness: bool


_checks: dict[str, _Check] = {}


def ok(seen: str) -> Finding:
    """It works."""
    return Finding(Status.OK, seen)


def warn(seen: str, advice: str) -> Finding:
    """It works, but somebody should look."""
    return Finding(Status.WARN, seen, advice)


def fail(seen: str, advice: str) -> Finding:
    """It doesn't work."""
    return Finding(Status.FAIL, seen, advice)


def check(name: str, title: str, *, for_readiness: bool = False) -> Callable[[Callable[[], Finding]], Callable]:
    """Add the decorated function as a check; a second one of the same name replaces the first.

    ``title`` is translated late. ``for_readiness`` is for what is cheap, writes nothing, and without which this process
    can show nobody a page.
    """

    def add(run: Callable[[], Finding]) -> Callable[[], Finding]:
        _checks[name] = _Check(name, title, run, for_readiness)
        return run

    return add


def check_names(*, for_readiness: bool = False) -> list[str]:
    """The names of all checks, or of those that say whether this process may get readers, in the order of adding."""
    return [one.name for one in _checks.values() if one.for_readiness or not for_readiness]


def run_checks(names: Iterable[str] | None = None, *, seconds: float = SECONDS) -> list[Outcome]:
    """Run all checks, or those named, beside each other; together they take no longer than ``seconds``.

    Raises KeyError for a name that no check has.
    """
    chosen = [_checks[name] for name in (check_names() if names is None else names)]
    runs = [_Run(one, get_language()) for one in chosen]
    until = time.monotonic() + seconds
    return [run.outcome(until, seconds) for run in runs]


class _Run:
    """One check in its thread. One that hangs is left behind: a daemon, it keeps no process from ending."""

    def __init__(self, one: _Check, language: str | None):
        self._check, self._language = one, language
        self._found: tuple[Finding, float] | None = None
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._go, name=f"check-{one.name}", daemon=True)
        self._thread.start()

    def _go(self) -> None:
        try:
            with override(self._language):
                try:
                    found = self._check.run()
                except Exception as error:  # noqa: BLE001 - whatever breaks is what was to be found out
                    found = fail(
                        f"{type(error).__name__}: {_first_line(error)}", _("Look in the log of the processes.")
                    )
            self._found = found, time.monotonic()
        finally:
            connections.close_all()

    def outcome(self, until: float, seconds: float) -> Outcome:
        """Waits for it until that moment."""
        self._thread.join(max(until - time.monotonic(), 0))
        found, ended = self._found or (
            fail(
                _("no answer within %(seconds)g seconds") % {"seconds": seconds},
                _("Look whether it runs, whether this machine can reach it, and how busy it is."),
            ),
            time.monotonic(),
        )
        return Outcome(
            name=self._check.name,
            title=str(self._check.title),
            status=found.status,
            seen=found.seen,
            advice=found.advice,
            milliseconds=round((ended - self._started) * 1000),
        )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else ""
