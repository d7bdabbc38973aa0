"""What goes on to others when somebody leaves, shown before it happens.

Leaving closes an account and deletes nothing. An app above that hands something on says in its ``apps`` or a module it loads
there what that would be, with ``register``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from .models import User


@dataclass(frozen=True)
class Leaving:
    """``plan(person)`` are ``(what, who gets it or "", why)`` in the active language, if this person left now."""

    name: str
    plan: Callable[[User], list[tuple[str, str, str]]]


_parts: dict[str, Leaving] = {}


def register(part: Leaving) -> Leaving:
    """Add a part; a second one of the same name replaces the first."""
    _parts[part.name] = part
    return part


def plan_leaving(person: User) -> list[tuple[str, str, str]]:
    """Everything that would move, in the order of registering; changes nothing."""
    return [move for part in _parts.values() for move in part.plan(person)]
