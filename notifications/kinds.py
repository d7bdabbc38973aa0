"""Kinds of message: what an app can tell people, and how to tell whether it is still worth telling.

An app declares its kinds in a module ``message_kinds`` with ``register(Kind(...))``. A message stores ids only; what it
says is worked out when it is shown or sent, in the receiver's language, and never if it is no longer true.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Content:
    """What a message says: one sentence, where to go, and more words for the mail."""

    title: str
    url: str
    text: str = ""
    action: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    ``resolve(payload, recipient)`` returns its ``Content`` in the active language, or None where the message no longer
    holds: the page is not visible to the recipient any more, the task is done, the row is gone.
    ``mail`` is whether it is mailed unless the person chose otherwise; ``urgent`` ones ignore the wait for the bell but
    never quiet hours.
    """

    name: str
    label: str | Promise
    resolve: Callable[[dict, object], Content | None]
    mail: bool = True
    urgent: bool = False
    templates: tuple[str, ...] = field(default=("notifications/mail.txt", "notifications/mail.html"))


class UnknownKindError(LookupError):
    """No app declared a kind of this name."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Declare a kind; a second one of the same name replaces the first (reloading)."""
    _kinds[kind.name] = kind
    return kind


def get_kind(name: str) -> Kind:
    """The kind of this name; raises UnknownKindError."""
    try:
        return _kinds[name]
    except KeyError as error:
        raise UnknownKindError(name) from error


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


CADENCES = [
    ("now", _("At once, outside quiet hours")),
    ("daily", _("Once a day, together")),
    ("weekly", _("Once a week, together")),
    ("never", _("Not by mail")),
]
