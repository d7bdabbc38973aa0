"""Writes of the outbox: telling, seeing, choosing."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from .kinds import Kind, get_kind
from .models import Message, Preference
from .quiet import next_open_moment, zone_of

# The bell comes first; a mail follows only for what is still unseen by then.
WAIT_FOR_BELL = timedelta(hours=2)


def cadence_for(user, kind: Kind) -> str:
    """How this person gets this kind by mail: ``now``, ``daily``, ``weekly`` or ``never``."""
    chosen = Preference.objects.filter(user=user, kind=kind.name).values_list("cadence", flat=True).first()
    return chosen or ("now" if kind.mail else "never")


def due_moment(user, kind: Kind, cadence: str, moment: datetime) -> datetime:
    """When a message made at ``moment`` (aware) may be mailed to this person."""
    if cadence == "daily":
        return next_open_moment(user, _morning_after(user, moment, days=1))
    if cadence == "weekly":
        local = moment.astimezone(zone_of(user))
        return next_open_moment(user, _morning_after(user, moment, days=7 - local.weekday()))
    return next_open_moment(user, moment if kind.urgent else moment + WAIT_FOR_BELL)


def _morning_after(user, moment: datetime, *, days: int) -> datetime:
    local = moment.astimezone(zone_of(user)) + timedelta(days=days)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def notify(*, recipient, kind: str, key: str, payload: dict | None = None, now: datetime | None = None) -> Message:
    """Tell ``recipient`` once; the same kind and key again changes nothing and returns the first message.

    ``payload`` holds ids (JSON), never text. Raises UnknownKindError for a kind nobody declared.
    """
    declared = get_kind(kind)
    now = now or timezone.now()
    cadence = cadence_for(recipient, declared)
    message, _created = Message.objects.get_or_create(
        recipient=recipient,
        kind=kind,
        key=key,
        defaults={
            "payload": payload or {},
            "due_at": now if cadence == "never" else due_moment(recipient, declared, cadence, now),
            "mail": Message.Mail.NOT_WANTED if cadence == "never" else Message.Mail.WAITING,
        },
    )
    return message


def mark_seen(*, user, messages: list[int] | None = None) -> int:
    """Mark this person's messages (ids; None for all) as seen; returns how many were not yet. Strangers' ids do nothing."""
    unseen = Message.objects.of(user).unseen()
    if messages is not None:
        unseen = unseen.filter(pk__in=messages)
    return unseen.update(seen_at=timezone.now())


@transaction.atomic
def choose_cadence(*, user, kind: str, cadence: str) -> None:
    """Set how this person gets this kind by mail, also for what is waiting already. Raises UnknownKindError."""
    declared = get_kind(kind)
    Preference.objects.update_or_create(user=user, kind=declared.name, defaults={"cadence": cadence})
    waiting = Message.objects.of(user).filter(kind=declared.name, mail=Message.Mail.WAITING)
    if cadence == "never":
        waiting.update(mail=Message.Mail.NOT_WANTED, mail_at=timezone.now())
    else:
        for message in waiting:
            message.due_at = due_moment(user, declared, cadence, message.created_at)
            message.save(update_fields=["due_at"])
