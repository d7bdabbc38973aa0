"""Writing the log of permissions and exports, and letting go of what was kept long enough."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import get_user_model

from base.trail import current
from people.retention import confirmed_periods, count_due, current_periods

from .models import AuditEntry

KIND = "audit"


def note(
    action: AuditEntry.Action,
    *,
    colleague: int | None = None,
    about: str = "",
    before: Iterable[str] = (),
    after: Iterable[str] = (),
) -> AuditEntry | None:
    """Writes that whoever asked for this request did ``action``; None where nothing changed by it.

    ``colleague`` is the pk of whom it is about, ``about`` the name of a thing that isn't a person.
    """
    before, after = sorted(before), sorted(after)
    if before == after and action != AuditEntry.Action.EXPORT:
        return None
    trail = current()
    actor = trail.find_account() if trail else None
    if actor is not None and not get_user_model().objects.filter(pk=actor).exists():
        actor = None
    return AuditEntry.objects.create(
        action=action,
        actor_id=actor,
        colleague_id=colleague,
        about=about[:200],
        before=before,
        after=after,
        request_id=trail.id if trail else "",
    )


def due(now: datetime, periods=None):
    """Entries that were kept long enough."""
    return AuditEntry.objects.filter(at__lt=(periods or current_periods()).before(KIND, now))


count_due(KIND, lambda now: due(now).count())


def retain_audit(now: datetime) -> int:
    """Delete entries that were kept long enough; returns how many. Nothing until the periods are confirmed."""
    periods = confirmed_periods(KIND)
    return due(now, periods).delete()[0] if periods else 0
