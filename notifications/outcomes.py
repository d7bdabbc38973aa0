"""What became of messages, for the apps that keep a record of it.

An app that wants to know registers with ``report_outcomes_to``; this app knows nothing of records.
"""

import logging
from collections.abc import Callable, Iterable

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class Outcome(models.TextChoices):
    """What can become of the mail of a message; it can be sent after it failed."""

    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")
    AGAIN = "again", _("tried again")
    NOT_WANTED = "not_wanted", _("not sent: the receiver chose not to get this by mail")
    # Seen on the bell, or no longer true. Which of the two is nobody's business: it would tell what somebody read.
    NOT_NEEDED = "not_needed", _("not sent: it was no longer needed")


# ``listener(messages, outcome, actor)``; the messages are of any kind.
Listener = Callable[[list, Outcome, object], None]
_listeners: list[Listener] = []


def report_outcomes_to(listener: Listener) -> None:
    """Have ``listener(messages, outcome, actor)`` called in the transaction of what happened; ``actor`` None: the clock."""
    if listener not in _listeners:
        _listeners.append(listener)


def report_outcome(messages: Iterable, outcome: Outcome, actor=None) -> None:
    """Tell every listener. One that fails is logged: a record that can't be written undoes no mail."""
    messages = list(messages)
    if not messages:
        return
    for listener in _listeners:
        try:
            with transaction.atomic():
                listener(messages, outcome, actor)
        except Exception:
            logger.exception("What became of messages could not be kept.")
