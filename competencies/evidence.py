"""What may be put beside a goal as evidence: apps above say what somebody finished.

Evidence never changes a level by itself: it is there to talk about. An app declares a source in its module
``competency_evidence`` with ``register``; imports only point down, so this app knows none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise


@dataclass(frozen=True)
class Finished:
    """Something a person finished: ``key`` tells it from all others of its source for good, ``url`` may be empty."""

    key: str
    title: str
    happened_on: date
    url: str = ""


@dataclass(frozen=True)
class Source:
    """Where evidence comes from; ``label`` is what kind of thing it is ("Quiz that you passed").

    ``finished(user)`` is what this person may choose from, the newest first, in the active language.
    """

    name: str
    label: str | Promise
    finished: Callable[[object], list[Finished]]


_sources: dict[str, Source] = {}


def register(source: Source) -> Source:
    """Add a source; a second one of the same name replaces the first (reloading)."""
    _sources[source.name] = source
    return source


def all_sources() -> list[Source]:
    """Every source, in the order of registering."""
    return list(_sources.values())


def source_named(name: str) -> Source | None:
    """The source of this name; None where no app declares it."""
    return _sources.get(name)
