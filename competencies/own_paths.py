"""Putting pages on the path somebody is on: an app above says which paths run, and does the putting.

Imports only point down, so this app knows no paths.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Wanted:
    """A page to put on a path: its translation key, the anchor of a tip in it (or empty), and for which competency."""

    page_key: UUID
    anchor: str
    competency_key: UUID


@dataclass(frozen=True)
class RunningPath:
    """A path somebody is on: ``key`` is the app's own, ``url`` where the person sees it, in the active language."""

    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Paths:
    """What the app with the paths does.

    ``running(user)`` is the paths somebody is on, the most likely first. ``on_them(user)`` is what stands on any of them
    already, as ``(page key, anchor)``. ``put(user, path_key, wanted)`` puts them there as optional steps of the person's own;
    what stands there already is passed over. It returns how many are new, and raises LookupError for a path that isn't theirs
    or doesn't run.
    """

    running: Callable[[object], list[RunningPath]]
    on_them: Callable[[object], set[tuple[UUID, str]]]
    put: Callable[[object, str, Iterable[Wanted]], int]


_paths: list[Paths] = []


def register(paths: Paths) -> None:
    """The app with the paths; a second one replaces the first (reloading)."""
    _paths[:] = [paths]


def known_paths() -> Paths | None:
    """What the app with the paths does; None where there is none."""
    return _paths[0] if _paths else None
