"""The sending job: everything due, merged per person, once.

Two workers may run it at the same moment and either may be killed at any point: messages are claimed in a transaction of
their own before the mail server is spoken to, and a claimed message is tried again only where the server surely didn't
take it. Where nobody can tell (the line broke while handing over, the process died) it is left: the bell has it anyway.

One mail a day: what goes out takes along what would follow that day, and what comes due after it waits for the next day.
Only what is urgent, or what the person wants at once, makes a second one.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.contrib.auth import get_user_model
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation

from people.calendar import closing_days

from .kinds import get_kind, is_known
from .mails import build_mail
from .models import Message, Preference
from .outcomes import Outcome, report_outcome
from .quiet import Closed, day_around, next_digest, next_open_moment
from .resolving import Item, gather, lapse, leave_out
from .services import default_cadence

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
BACK_OFF, LONGEST_BACK_OFF = timedelta(minutes=5), timedelta(hours=6)


class MailServerAwayError(Exception):
    """The mail server can't be reached; nothing was handed over."""


def send_due(now: datetime | None = None) -> int:
    """Mail all that is due by ``now``; returns how many mails were sent. Safe at any interval and in parallel.

    A mail server that can't be reached ends the round: the next one goes on where it stopped. Don't call it inside a
    transaction (RuntimeError): what is claimed has to stand before the mail server is spoken to.
    """
    now = now or timezone.now()
    sent, closed = 0, None
    recipients = Message.objects.to_mail(now).order_by().values_list("recipient", flat=True).distinct()
    for pk in list(recipients):
        closed = closing_days() if closed is None else closed
        try:
            sent += _send_to(pk, now, closed)
        except MailServerAwayError as error:
            logger.warning("The mail server can't be reached: %s", error)
            break
    return sent


def _send_to(recipient_pk: int, now: datetime, closed: Closed) -> bool:
    recipient = get_user_model().objects.select_related("quiet_hours").get(pk=recipient_pk)
    waiting = Message.objects.of(recipient).filter(mail=Message.Mail.WAITING)
    opens = next_open_moment(recipient, now, closed)
    if opens > now:
        waiting.filter(due_at__lte=now).update(due_at=opens)
        return False
    at_once = _kinds_at_once(recipient)
    tomorrow = day_around(recipient, now)[1]
    if _was_mailed_today(recipient, now):
        later = next_digest(recipient, now, weekly=False, closed=closed)
        waiting.filter(due_at__lte=now).exclude(kind__in=at_once).update(due_at=later)
        due = Q(due_at__lte=now)
    else:
        # What was refused before waits for its own turn: it may be what the mail server doesn't take.
        due = Q(due_at__lte=now) | Q(due_at__lt=tomorrow, attempts=0)
    rows = list(waiting.filter(due).order_by("-created_at", "-pk"))
    if not any(message.due_at <= now for message in rows):
        return False
    for message in rows:
        message.recipient = recipient
    seen = [message for message in rows if message.seen_at]
    with translation.override(recipient.locale):
        items, gone = gather(message for message in rows if not message.seen_at)
        leave_out(seen, Message.Mail.SEEN, now)
        lapse(gone)
        mine = _claim(recipient, items, at_once, now)
        # What needs doing comes first, then what waits longest.
        mine.sort(key=lambda item: (not item.asks, item.messages[-1].created_at))
        return bool(mine) and _mail(recipient, mine, now)


def _kinds_at_once(recipient) -> set[str]:
    """The kinds of which this person may get a mail of their own, whatever they were mailed that day."""
    chosen = dict(Preference.objects.filter(user=recipient).values_list("kind", "cadence"))
    kinds = Message.objects.of(recipient).filter(mail=Message.Mail.WAITING).order_by().values_list("kind", flat=True)
    return {
        name
        for name in kinds.distinct()
        if is_known(name) and (chosen.get(name) or default_cadence(get_kind(name))) == "now"
    }


def _was_mailed_today(recipient, now: datetime) -> bool:
    return Message.objects.of(recipient).mailed_between(*day_around(recipient, now)).exists()


def _claim(recipient, items: list[Item], at_once: set[str], now: datetime) -> list[Item]:
    """The items that are ours from here on; another worker's are left out. The claim stands once this returns."""
    keys = [message.pk for item in items for message in item.messages]
    with transaction.atomic(durable=True):
        # One worker at a time for each person: of two, the second sees that today's mail is on its way.
        get_user_model().objects.select_for_update(no_key=True).get(pk=recipient.pk)
        waiting = Message.objects.filter(pk__in=keys, mail=Message.Mail.WAITING, seen_at__isnull=True)
        if _was_mailed_today(recipient, now):
            waiting = waiting.filter(kind__in=at_once)
        free = set(waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        mine = [item for item in items if all(message.pk in free for message in item.messages)]
        claimed = [message.pk for item in mine for message in item.messages]
        Message.objects.filter(pk__in=claimed).update(mail=Message.Mail.HANDED_OVER, mail_at=now)
    return mine


def _mail(recipient, items: list[Item], now: datetime) -> bool:
    messages = [message for item in items for message in item.messages]
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    try:
        mail = build_mail(recipient, items)
    except Exception as error:
        # One person's mail that can't be made must not keep the others' back; it is tried again, less and less often.
        logger.exception("The mail to colleague %s can't be made.", recipient.pk)
        _put_back(rows, now, f"{type(error).__name__}: {error}")
        return False
    connection = get_connection()
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        _put_back(rows, now, str(error), give_up=False)
        raise MailServerAwayError(str(error)) from error
    try:
        mail.connection = connection
        mail.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        logger.warning("The mail server refused a mail to colleague %s: %s", recipient.pk, error)
        _put_back(rows, now, _reason_of(error))
        return False
    except (OSError, SMTPException) as error:
        logger.exception("The line broke while a mail to colleague %s was handed over.", recipient.pk)
        rows.update(error=_short(str(error) or type(error).__name__))
        return False
    finally:
        connection.close()
    with transaction.atomic():
        rows.update(mail=Message.Mail.SENT, mail_at=now, attempts=F("attempts") + 1, error="")
        report_outcome(messages, Outcome.SENT)
    return True


def _reason_of(error: SMTPResponseException | SMTPRecipientsRefused) -> str:
    """What the mail server answered: "550 no such mailbox"."""
    # For one receiver there is one answer.
    answers = error.recipients.values() if isinstance(error, SMTPRecipientsRefused) else [error.args[:2]]
    code, words = next(iter(answers), ("", ""))
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}".strip()


def _short(words: str) -> str:
    return " ".join(words.split())[: Message._meta.get_field("error").max_length]


@transaction.atomic
def _put_back(rows, now: datetime, error: str, *, give_up: bool = True) -> None:
    given_up = []
    for row in rows:
        row.attempts, row.mail_at, row.error = row.attempts + 1, now, _short(error)
        is_over = give_up and row.attempts >= MAX_ATTEMPTS
        row.mail = Message.Mail.FAILED if is_over else Message.Mail.WAITING
        row.due_at = now + min(BACK_OFF * 2 ** min(row.attempts, 10), LONGEST_BACK_OFF)
        row.save(update_fields=["attempts", "mail", "mail_at", "due_at", "error"])
        given_up += [row] if is_over else []
    report_outcome(given_up, Outcome.FAILED)
