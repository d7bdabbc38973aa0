"""What keeps somebody's data from going, whatever its age and whoever asks: a dispute, an inquiry.

An app above says in its module ``forgetting``, with ``register_hold``, of whom something is kept on purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from .models import User


class KeptOnPurpose(Exception):
    """Something of this person is on hold; ``reasons`` say what, and who takes it away, in sentences."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Hold:
    """``people()`` are the ids of whom something is kept; ``words`` a sentence for who wants it gone."""

    people: Callable[[], QuerySet]
    words: str | Promise


_holds: dict[str, Hold] = {}


def register_hold(name: str, *, people: Callable[[], QuerySet], words: str | Promise) -> None:
    """Add a hold; a second one of the same name replaces the first."""
    _holds[name] = Hold(people, words)


def on_hold(field: str = "pk") -> Q:
    """The rows whose ``field`` points to somebody of whom something is kept, as a condition."""
    condition = Q(pk__in=[])
    for hold in _holds.values():
        condition |= Q(**{f"{field}__in": hold.people()})
    return condition


def reasons_to_keep(person: User) -> list[str]:
    """Why this person's data may not go now, in the active language; empty where nothing keeps it."""
    return [str(hold.words) for hold in _holds.values() if User.objects.filter(pk=person.pk, pk__in=hold.people())]
