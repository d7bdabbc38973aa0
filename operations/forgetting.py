"""Who was forgotten, kept where a restore doesn't reach.

A backup from before somebody was forgotten brings them back. So each forgotten account leaves an empty file in the storage
of uploads, named after its random key: it says nothing of the person, lies beside the database and not in it, is part of
every later backup, and a restore adds to these files and never takes one away. After a restore they are forgotten again.
"""

import logging
from collections.abc import Iterator
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from people.forgetting import Traces, forget_person, register
from people.holding import KeptOnPurpose
from people.models import User

logger = logging.getLogger(__name__)
FOLDER = "forgotten/"


@register
def note_forgotten(person: User, traces: Traces) -> None:
    """Leave the account's key in the storage, once the transaction stands."""
    transaction.on_commit(lambda: _note(person.key), robust=True)


def _note(key: UUID) -> None:
    name = f"{FOLDER}{key}"
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(b"\n"))


def forgotten_keys() -> Iterator[UUID]:
    """The keys of accounts that were forgotten."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return
    for name in names:
        try:
            yield UUID(name)
        except ValueError:
            continue


def forget_again() -> tuple[int, list[str]]:
    """Forget those whom a restore brought back: how many, and why for each whom something keeps from it.

    Safe to run again. What is on hold by then was on hold in the backup: the message names the account.
    """
    done, kept = 0, []
    for person in User.objects.filter(key__in=list(forgotten_keys()), forgotten_at=None):
        try:
            forget_person(person=person, by=None)
        except KeptOnPurpose as reason:
            kept.append(f"Account {person.pk}: {reason}")
        else:
            done += 1
    return done, kept
