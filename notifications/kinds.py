"""Kinds of message: what an app can tell people, and how to tell whether it is still worth telling.

An app declares its kinds in a module ``message_kinds`` with ``register(Kind(...))``. A message stores ids only; what it
says is worked out when it is shown or sent, in the receiver's language, and never if it is no longer true.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageViewRestriction

from base.access import all_restrictions


@dataclass(frozen=True)
class Content:
    """What a message says: one sentence, where to go, and more words.

    ``closed`` is for what not everybody may read: a mail then leads there without the words. ``who`` is the name of
    whoever did it, for merging messages of one thread; see ``Kind.together``.
    """

    title: str
    url: str
    text: str = ""
    action: str = ""
    closed: bool = False
    who: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of message.

    ``resolve(payload, recipient)`` returns its ``Content`` in the active language, or None where the message no longer
    holds: the page is not visible to the recipient any more, the task is done, the row is gone.
    ``mail`` is whether it is mailed unless the person chose otherwise; ``daily`` whether that is in the one mail of the
    day; ``urgent`` ones wait for neither that nor the bell, but never break quiet hours; ``asks`` ones want something of
    the receiver and come first in a mail.
    ``together(contents)`` is the title of several messages of one thread (newest first); without it the title is that
    of the newest with the number of the others. ``concerns(user)`` is whether this person may ever get it; only then the
    choices name it. ``preload(payloads)`` may fetch what many messages are about at once, and put it in their payloads in
    memory; kinds with the same one are fetched together.
    """

    name: str
    label: str | Promise
    resolve: Callable[[dict, object], Content | None]
    mail: bool = True
    daily: bool = True
    urgent: bool = False
    asks: bool = False
    together: Callable[[list[Content]], str] | None = None
    concerns: Callable[[object], bool] | None = None
    preload: Callable[[list[dict]], None] | None = None
    templates: tuple[str, str] = field(default=("notifications/mail.txt", "notifications/mail.html"))


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


def is_known(name: str) -> bool:
    """Whether an app declares a kind of this name."""
    return name in _kinds


def all_kinds() -> list[Kind]:
    """Every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


def kinds_for(user) -> list[Kind]:
    """The kinds that this person may get, by name."""
    return [kind for kind in all_kinds() if kind.concerns is None or kind.concerns(user)]


def is_closed(page) -> bool:
    """Whether only some may read this page, so that its words don't belong in a mail."""
    return any(
        restriction.kind not in (PageViewRestriction.LOGIN, PageViewRestriction.NONE)
        and any(page.path.startswith(path) for path in restriction.paths)
        for restriction in all_restrictions()
    )


def people_in_words(names: list[str]) -> str:
    """ "Anna", "Anna and Bram" or "Anna and 3 others"; the same name counts once."""
    different = list(dict.fromkeys(name for name in names if name))
    if len(different) < 2:
        return "".join(different)
    if len(different) == 2:
        return gettext("%(first)s and %(second)s") % {"first": different[0], "second": different[1]}
    others = len(different) - 1
    return ngettext("%(first)s and %(count)d other", "%(first)s and %(count)d others", others) % {
        "first": different[0],
        "count": others,
    }


CADENCES = [
    ("now", _("At once, outside quiet hours")),
    ("daily", _("Once a day, together")),
    ("weekly", _("Once a week, together")),
    ("never", _("Not by mail")),
]
