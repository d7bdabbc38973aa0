"""The sending job: everything due, merged per person, once.

Two workers may run it at the same moment and either may be killed at any point: a message is claimed by one conditional
UPDATE before the mail server is spoken to, and a claimed message is never tried again by anybody else. Only a mail server
that said no puts it back, later each time.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from .kinds import Content, UnknownKindError, get_kind
from .models import Message
from .quiet import next_open_moment
from .unsubscribing import unsubscribe_url

logger = logging.getLogger(__name__)
MAX_ITEMS = 12
MAX_ATTEMPTS = 8
BACK_OFF = timedelta(minutes=5)


@dataclass(frozen=True)
class Item:
    """A message with what it says now."""

    message: Message
    content: Content


def send_due(*, now: datetime | None = None) -> int:
    """Mail all that is due by ``now``; returns how many mails were sent. Safe at any interval and in parallel."""
    now = now or timezone.now()
    recipients = Message.objects.to_mail(now).order_by().values_list("recipient", flat=True).distinct()
    return sum(_send_to(pk, now) for pk in list(recipients))


def _send_to(recipient_pk: int, now: datetime) -> bool:
    due = list(
        Message.objects.to_mail(now)
        .filter(recipient=recipient_pk)
        .select_related("recipient")
        .order_by("created_at", "pk")
    )
    if not due:
        return False
    recipient = due[0].recipient
    opens = next_open_moment(recipient, now)
    if opens > now:
        Message.objects.filter(pk__in=[m.pk for m in due], mail=Message.Mail.WAITING).update(due_at=opens)
        return False
    with translation.override(recipient.locale):
        items = [item for message in due if (item := _claim(message, now))]
        if not items:
            return False
        return _mail(recipient, items, now)


def _claim(message: Message, now: datetime) -> Item | None:
    """The message as an item if it is ours and still worth mailing; what is seen or no longer true lapses here."""
    content = None if message.seen_at else resolve(message)
    state = Message.Mail.HANDED_OVER if content else Message.Mail.LAPSED
    mine = Message.objects.filter(pk=message.pk, mail=Message.Mail.WAITING).update(mail=state, mail_at=now)
    return Item(message, content) if mine and content else None


def resolve(message: Message) -> Content | None:
    """What the message says to its receiver now, in the active language; None where it no longer holds."""
    try:
        return get_kind(message.kind).resolve(message.payload, message.recipient)
    except UnknownKindError:
        logger.warning("Message %s is of the kind %s, which nobody declares.", message.pk, message.kind)
        return None


def _mail(recipient, items: list[Item], now: datetime) -> bool:
    keys = [item.message.pk for item in items]
    rows = Message.objects.filter(pk__in=keys)
    try:
        build_mail(recipient, items).send()
    except (OSError, SMTPException) as error:
        logger.warning("The mail server refused a mail to colleague %s: %s", recipient.pk, error)
        for row in rows:
            gave_up = row.attempts + 1 >= MAX_ATTEMPTS
            row.attempts, row.mail_at = row.attempts + 1, now
            row.mail = Message.Mail.FAILED if gave_up else Message.Mail.WAITING
            row.due_at = now + BACK_OFF * 2**row.attempts
            row.save(update_fields=["attempts", "mail", "mail_at", "due_at"])
        return False
    rows.update(mail=Message.Mail.SENT, mail_at=now, attempts=F("attempts") + 1)
    return True


def build_mail(recipient, items: list[Item]) -> EmailMultiAlternatives:
    """One mail for all items, with a plain-text part and a way out that needs no sign-in. Call it in the receiver's language."""
    kinds = {item.message.kind for item in items}
    leave = unsubscribe_url(recipient, kinds.pop() if len(kinds) == 1 else "")
    context = {
        "recipient": recipient,
        "items": [item.content for item in items[:MAX_ITEMS]],
        "more": max(0, len(items) - MAX_ITEMS),
        "base_url": settings.WAGTAILADMIN_BASE_URL,
        "unsubscribe_url": leave,
    }
    subject = (
        items[0].content.title
        if len(items) == 1
        else ngettext("%(count)d message for you", "%(count)d messages for you", len(items)) % {"count": len(items)}
    )
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("notifications/mail.txt", context),
        to=[recipient.email],
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("notifications/mail.html", context), "text/html")
    return mail
