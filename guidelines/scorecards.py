"""What the scorecard of manuals says besides who answers: an app that knows something of every manual adds a column.

Figures are of texts, never of readers: what comes of people is a share or a number of at least five of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True)
class Text:
    """One published original, and the manual it is part of, both by translation key."""

    pk: int
    key: UUID
    manual: UUID


@dataclass(frozen=True)
class Figure:
    """What a column says of one manual: in words; ``harm`` counts in the order, more is worse, 0 is nothing to do."""

    words: str
    harm: float = 0


@dataclass(frozen=True)
class Column:
    """``figures(texts)`` are ``{manual: Figure}``, by a fixed number of queries for any number of texts.

    A manual that isn't in it is shown as unknown. ``worklist(manual)`` is the address of what to do about it, if any.
    ``is_known()`` False leaves the column out: the figures aren't there, and the page says so in ``missing``.
    """

    name: str
    label: str | Promise
    figures: Callable[[Iterable[Text]], dict[UUID, Figure]]
    worklist: Callable[[UUID], str] | None = None
    is_known: Callable[[], bool] = lambda: True
    missing: str | Promise = ""


_columns: dict[str, Column] = {}


def register(column: Column) -> Column:
    """Add a column; a second one of the same name replaces the first."""
    _columns[column.name] = column
    return column


def all_columns() -> list[Column]:
    """Every column, in the order of registering."""
    return list(_columns.values())
