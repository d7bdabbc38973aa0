"""Writes of the outbox: telling, seeing, choosing, throwing away."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from people.calendar import closing_days
from people.retention import confirmed_periods

from .kinds import Kind, get_kind
from .models import Message, Preference
from .outcomes import Outcome, report_outcome
from .quiet import Closed, next_digest, next_open_moment

logger = logging.getLogger(__name__)
# The bell comes first; a mail follows only for what is still unseen by then.
WAIT_FOR_BELL = timedelta(hours=2)
KEY_LENGTH = 200
BATCH = 1000


def cadence_for(user, kind: Kind) -> str:
    """How this person gets this kind by mail: ``now``, ``daily``, ``weekly`` or ``never``."""
    chosen = Preference.objects.filter(user=user, kind=kind.name).values_list("cadence", flat=True).first()
    return chosen or default_cadence(kind)


def default_cadence(kind: Kind) -> str:
    """How somebody who chose nothing gets this kind by mail."""
    if not kind.mail:
        return "never"
    return "daily" if kind.daily and not kind.urgent else "now"


def due_moment(user, kind: Kind, cadence: str, moment: datetime, closed: Closed = None) -> datetime:
    """When a message made at ``moment`` (aware) may be mailed to this person; ``closed`` as in ``notifications.quiet``."""
    if cadence in ("daily", "weekly"):
        return next_digest(user, moment, weekly=cadence == "weekly", closed=closed)
    return next_open_moment(user, moment if kind.urgent else moment + WAIT_FOR_BELL, closed)


def notify(
    *, recipient, kind: str, key: str, payload: dict | None = None, thread: str = "", now: datetime | None = None
) -> Message | None:
    """Tell ``recipient`` once; the same kind and key again changes nothing and returns the first message.

    ``payload`` holds ids (JSON), never text. Messages of one kind and ``thread`` are shown as one. Part of the
    transaction around it: what is rolled back was never told. Raises UnknownKindError for a kind nobody declared.
    A database that refuses the message is logged and gives None: what one tells about is worth more than the telling.
    """
    declared = get_kind(kind)
    now = now or timezone.now()
    try:
        with transaction.atomic():
            return _tell(recipient, declared, _short(key, KEY_LENGTH), payload or {}, _short(thread, 120), now)
    except DatabaseError:
        logger.exception("Colleague %s could not be told: %s %s.", recipient.pk, kind, key)
        return None


def _tell(recipient, kind: Kind, key: str, payload: dict, thread: str, now: datetime) -> Message:
    told = Message.objects.filter(recipient=recipient, kind=kind.name, key=key).first()
    if told is not None:
        return told
    cadence = cadence_for(recipient, kind)
    by_mail = cadence != "never"
    # Falls back on the constraint where two tell the same at once.
    message, created = Message.objects.get_or_create(
        recipient=recipient,
        kind=kind.name,
        key=key,
        defaults={
            "payload": payload,
            "thread": thread,
            "due_at": due_moment(recipient, kind, cadence, now) if by_mail else now,
            "mail": Message.Mail.WAITING if by_mail else Message.Mail.NOT_WANTED,
        },
    )
    if created and not by_mail:
        report_outcome([message], Outcome.NOT_WANTED)
    return message


@dataclass(frozen=True)
class Telling:
    """One thing to tell one person, for ``notify_many``; the fields are those of ``notify``."""

    recipient: object
    key: str
    payload: dict = field(default_factory=dict)
    thread: str = ""


@transaction.atomic
def notify_many(*, kind: str, tellings: Iterable[Telling], now: datetime | None = None) -> int:
    """Tell many people something of one kind, each once as ``notify`` does; returns how many were new.

    Three queries for each ``BATCH`` of tellings, and one or two for the closing days. Fetch the recipients with ``select_related("quiet_hours")``. Unlike
    ``notify`` it raises what the database raises: the caller's transaction says what was told. Raises UnknownKindError.
    """
    declared = get_kind(kind)
    now = now or timezone.now()
    # The same person and key once, also within these.
    rows = list({(t.recipient.pk, t.key): t for t in tellings}.values())
    new, closed = 0, closing_days() if rows else ()
    for start in range(0, len(rows), BATCH):
        new += _tell_batch(rows[start : start + BATCH], declared, now, closed)
    return new


def _tell_batch(tellings: list[Telling], kind: Kind, now: datetime, closed: Closed) -> int:
    people = {telling.recipient.pk for telling in tellings}
    preferences = Preference.objects.filter(kind=kind.name, user__in=people)
    chosen = dict(preferences.values_list("user", "cadence"))
    keys = [_short(telling.key, KEY_LENGTH) for telling in tellings]
    told = Message.objects.filter(kind=kind.name, recipient__in=people, key__in=set(keys))
    known = set(told.values_list("recipient", "key"))
    messages = []
    for telling, key in zip(tellings, keys, strict=True):
        if (telling.recipient.pk, key) in known:
            continue
        cadence = chosen.get(telling.recipient.pk) or default_cadence(kind)
        by_mail = cadence != "never"
        messages.append(
            Message(
                recipient=telling.recipient,
                kind=kind.name,
                key=key,
                payload=telling.payload,
                thread=_short(telling.thread, 120),
                due_at=due_moment(telling.recipient, kind, cadence, now, closed) if by_mail else now,
                mail=Message.Mail.WAITING if by_mail else Message.Mail.NOT_WANTED,
            )
        )
    # What another worker told in between is left as it is.
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    report_outcome([message for message in messages if message.mail == Message.Mail.NOT_WANTED], Outcome.NOT_WANTED)
    return len(messages)


def _short(name: str, length: int) -> str:
    """A name that fits its column and is still its own."""
    return name if len(name) <= length else f"{name[: length - 41]}-{hashlib.sha1(name.encode()).hexdigest()}"  # noqa: S324 - a name, not a secret


def mark_seen(*, user, messages: Iterable[int] | None = None) -> int:
    """Mark this person's messages (ids; None for all) as seen; returns how many were not yet. Strangers' ids do nothing."""
    unseen = Message.objects.of(user).unseen()
    if messages is not None:
        unseen = unseen.filter(pk__in=messages)
    return unseen.update(seen_at=timezone.now())


@transaction.atomic
def open_thread(*, message: Message) -> None:
    """Mark a message and the others of its thread as seen: the reader opens them as one."""
    Message.objects.together_with(message).unseen().update(seen_at=timezone.now())


@transaction.atomic
def choose_cadence(*, user, kind: str, cadence: str) -> None:
    """Set how this person gets this kind by mail, also for what is waiting already. Raises UnknownKindError."""
    declared = get_kind(kind)
    Preference.objects.update_or_create(user=user, kind=declared.name, defaults={"cadence": cadence})
    waiting = Message.objects.of(user).filter(kind=declared.name, mail=Message.Mail.WAITING)
    if cadence == "never":
        left_out = list(waiting)
        waiting.update(mail=Message.Mail.NOT_WANTED, mail_at=timezone.now())
        report_outcome(left_out, Outcome.NOT_WANTED)
    else:
        _plan_anew(user, waiting, {declared.name: cadence})


@transaction.atomic
def choose_messages(*, user, hours, cadences: dict[str, str]) -> None:
    """Keep quiet hours (an unsaved or changed ``QuietHours``) and how each kind comes by mail, for what waits as well."""
    hours.user = user
    hours.save()
    user.quiet_hours = hours
    for kind, cadence in cadences.items():
        if cadence != cadence_for(user, get_kind(kind)):
            choose_cadence(user=user, kind=kind, cadence=cadence)
    _plan_anew(user, Message.objects.of(user).filter(mail=Message.Mail.WAITING, attempts=0), cadences)


def _plan_anew(user, waiting, cadences: dict[str, str]) -> None:
    closed = closing_days()
    for message in waiting.filter(kind__in=cadences):
        moment = due_moment(user, get_kind(message.kind), cadences[message.kind], message.created_at, closed)
        # The row may have been claimed by the sending job meanwhile.
        Message.objects.filter(pk=message.pk, mail=Message.Mail.WAITING).update(due_at=moment)


@transaction.atomic
def try_again(*, messages: Iterable[int], actor, now: datetime | None = None) -> int:
    """Have mails (ids of messages) that failed go out with the next round; returns how many those were.

    What is waiting to be sent anyway, was sent, or was seen on the bell meanwhile is left alone, so asking twice is once.
    One that is refused once more is given up at once.
    """
    now = now or timezone.now()
    mine = Message.objects.filter(pk__in=list(messages)).select_for_update(of=("self",)).order_by("pk")
    rows = list(mine.to_try_again(now).select_related("recipient"))
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(mail=Message.Mail.WAITING, due_at=now, mail_at=now)
    report_outcome(rows, Outcome.AGAIN, actor)
    return len(rows)


def delete_old(now: datetime) -> int:
    """Throw away the messages whose retention period is up; returns how many. None while nobody confirmed the periods.

    A key is remembered as long as its message.
    """
    periods = confirmed_periods("messages")
    if periods is None:
        return 0
    old = Message.objects.outlived(periods.before("messages", now)).order_by()
    deleted = 0
    while keys := list(old.values_list("pk", flat=True)[:BATCH]):
        deleted += Message.objects.filter(pk__in=keys).delete()[0]
    return deleted
