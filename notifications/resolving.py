"""From rows to what they say: resolved for the receiver, merged per thread."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from .kinds import Content, UnknownKindError, get_kind, is_known
from .models import Message
from .outcomes import Outcome, report_outcome

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    """One or more messages of a thread, newest first, with what they say now."""

    messages: tuple[Message, ...]
    content: Content
    asks: bool = False

    @property
    def newest(self) -> Message:
        """The message that stands for all of them."""
        return self.messages[0]

    @property
    def is_new(self) -> bool:
        """Whether one of them wasn't seen yet."""
        return any(message.seen_at is None for message in self.messages)


_checks: list[Callable[[object, Content], bool]] = []


def check_before_telling(check: Callable[[object, Content], bool]) -> None:
    """Have ``check(recipient, content)`` asked of every message that still holds; False, and it isn't told after all."""
    if check not in _checks:
        _checks.append(check)


def resolve(message: Message) -> Content | None:
    """What the message says to its receiver now, in the active language; None where it no longer holds.

    A kind that fails over one message is logged and costs nobody the others.
    """
    try:
        content = get_kind(message.kind).resolve(message.payload, message.recipient)
        return content if content and all(check(message.recipient, content) for check in _checks) else None
    except UnknownKindError:
        logger.warning("Message %s is of the kind %s, which nobody declares.", message.pk, message.kind)
    except OperationalError:
        # The database is away: that says nothing about the message.
        raise
    except Exception:
        logger.exception("Message %s of the kind %s can't be worked out.", message.pk, message.kind)
    return None


def gather(messages: Iterable[Message]) -> tuple[list[Item], list[Message]]:
    """``(items, lapsed)`` of messages given newest first: what holds, merged per thread, and what no longer does."""
    threads: dict[tuple, list[tuple[Message, Content]]] = {}
    lapsed = []
    messages = list(messages)
    _preload(messages)
    for message in messages:
        content = resolve(message)
        if content is None:
            lapsed.append(message)
            continue
        key = (message.kind, message.thread) if message.thread else (message.pk,)
        threads.setdefault(key, []).append((message, content))
    return [_merged(rows) for rows in threads.values()], lapsed


def _preload(messages: list[Message]) -> None:
    together: dict[Callable, list[dict]] = {}
    for message in messages:
        preload = is_known(message.kind) and get_kind(message.kind).preload
        if preload:
            together.setdefault(preload, []).append(message.payload)
    for preload, payloads in together.items():
        preload(payloads)


def _merged(rows: list[tuple[Message, Content]]) -> Item:
    messages, contents = tuple(row[0] for row in rows), [row[1] for row in rows]
    kind = get_kind(messages[0].kind)
    content = contents[0]
    if len(contents) > 1:
        others = len(contents) - 1
        title = (
            kind.together(contents)
            if kind.together
            else ngettext("%(title)s, and %(count)d more", "%(title)s, and %(count)d more", others)
            % {"title": content.title, "count": others}
        )
        content = replace(content, title=title, text="", closed=any(c.closed for c in contents))
    return Item(messages, content, kind.asks)


def lapse(messages: Iterable[Message]) -> int:
    """Let go of what no longer holds: the bell stops counting it and nobody mails it. Returns how many were new."""
    now, messages = timezone.now(), list(messages)
    if not messages:
        return 0
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    leave_out(messages, Message.Mail.LAPSED, now)
    return rows.unseen().update(seen_at=now)


@transaction.atomic
def leave_out(messages: Iterable[Message], state: str, now: datetime) -> None:
    """Don't mail what of these still waits to be; ``state`` (``Message.Mail``) says why."""
    waiting = [message for message in messages if message.mail == Message.Mail.WAITING]
    rows = Message.objects.filter(pk__in=[message.pk for message in waiting], mail=Message.Mail.WAITING)
    if waiting and rows.update(mail=state, mail_at=now):
        report_outcome(waiting, Outcome.NOT_NEEDED)
