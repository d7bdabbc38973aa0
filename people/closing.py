"""Closing an account when somebody leaves, and opening it again for who comes back.

Leaving deletes nothing; see ``people.forgetting`` for that. A closed account has no session from its next request on:
``ColleagueBackend`` looks at every one. What is done here besides keeps old sessions, links and keys dead for when the account
opens again. An app above that hands out such a thing says with ``at_closing`` how it ends.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from .clock import today_in
from .models import User
from .own_sessions import clear_sessions

logger = logging.getLogger(__name__)
CLOSED, OPENED = "people.close", "people.open"
# Why an account was closed, as the log has it.
LAST_DAY, FILE, NOT_IN_FILE = "last day", "file", "not in the file"
# Rows of other packages that let somebody in, or know where they are signed in; where the package is installed.
KEYS = (
    ("wagtailcore", "APIToken", "user"),
    ("usersessions", "UserSession", "user"),
)
_enders: list[Callable[[list[int], datetime], None]] = []


def at_closing(end: Callable[[list[int], datetime], None]) -> Callable[[list[int], datetime], None]:
    """Have ``end(ids of the colleagues, now)`` called, in the same transaction; bears being called again. A decorator."""
    if end not in _enders:
        _enders.append(end)
    return end


@transaction.atomic
def end_access(people: Iterable[User]) -> None:
    """End every session, password, reset link, API token and invitation of these people, at once and for good.

    Their password goes: sessions and links to choose a new one hang on it, in whatever store sessions are. Who comes back
    signs in by single sign-on, or chooses a password by the link of the sign-in page. One pass over the sessions, however many
    people; about three queries a person else.
    """
    people = list(people)
    ids = [person.pk for person in people]
    if not ids:
        return
    for person in people:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    for app_label, model, field in KEYS:
        if app_label in apps.app_configs:
            apps.get_model(app_label, model)._base_manager.filter(**{f"{field}__in": ids}).delete()
    clear_sessions(ids)
    now = timezone.now()
    for end in _enders:
        end(ids, now)


def close_account(*, person: User, by: User | None = None, why: str = "") -> bool:
    """Close the account and end all its access; what they wrote and did stays theirs. Returns whether that changes anything.

    ``by`` is the administrator, None for the clock or a file. Superusers are closed by hand only: raises ValueError.
    """
    return bool(close_accounts(people=[person], by=by, why=why))


@transaction.atomic
def close_accounts(*, people: Iterable[User], by: User | None = None, why: str = "") -> list[int]:
    """``close_account`` for many; returns the ids of those that were open."""
    people = list(people)
    if any(person.is_superuser for person in people):
        raise ValueError("A superuser's account is closed by hand only.")
    rows = User.objects.select_for_update(of=("self",)).filter(pk__in=[person.pk for person in people], is_active=True)
    closed = list(rows.order_by("pk"))
    for person in closed:
        person.is_active = False
        person.save(update_fields=["is_active"])
        log(instance=person, action=CLOSED, user=by, data={"why": why})
    end_access(closed)
    # Whoever has the row in hands sees it closed, and saves it closed.
    ids = {person.pk: person.password for person in closed}
    for person in people:
        if person.pk in ids:
            person.is_active, person.password = False, ids[person.pk]
    if closed:
        logger.info("%s accounts were closed (%s).", len(closed), why or "by hand")
    return list(ids)


@transaction.atomic
def open_account(*, person: User, by: User | None = None) -> bool:
    """Open the account of who comes back: the same account, with everything of theirs. Returns whether that changes anything.

    Nobody who was forgotten: raises ValueError.
    """
    person_now = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if person_now.forgotten_at is not None:
        raise ValueError("A forgotten account stays closed.")
    if person_now.is_active:
        return False
    person_now.is_active = person.is_active = True
    person_now.save(update_fields=["is_active"])
    log(instance=person_now, action=OPENED, user=by)
    return True


def past_their_last_day(now: datetime) -> QuerySet:
    """Whose last day is over where they are, and whose account is still open; superusers and preboarders aside."""
    open_accounts = User.objects.active().filter(is_superuser=False, end_date__isnull=False)
    return open_accounts.annotate(today=today_in("time_zone", now)).filter(end_date__lt=F("today"))


def close_leavers(now: datetime) -> int:
    """Close the account of everybody whose last day is over; what the clock calls. Returns how many."""
    return len(close_accounts(people=past_their_last_day(now).order_by("pk"), why=LAST_DAY))
