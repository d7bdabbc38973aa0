"""The way in before there is a work account: inviting, sending the link, signing in with it.

No password is made or mailed. The link holds a token of which only the hash is kept; it is made at the moment it is mailed,
opens once, and lives as long as ``PREBOARDING_LINK_DAYS`` says.
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from people.closing import at_closing
from people.models import Team, User

from ..models import Enrolment, OnboardingEvent, PathPage, PreboardingInvitation
from ..preboarding_mail import build_invitation
from .enrolling import enrol
from .recording import record_event

logger = logging.getLogger(__name__)
Mail = PreboardingInvitation.Mail
# A link that was asked for and not sent within this time is asked for again.
STALE = timedelta(hours=1)


class AddressInUse(Exception):
    """Somebody has this e-mail address already; ``args[0]`` is the account."""


class NotBeforeStart(Exception):
    """This person is no preboarder (any more), or was closed: nothing is sent and nothing changes."""


@transaction.atomic
def invite_preboarder(
    *,
    first_name: str,
    last_name: str,
    email: str,
    locale: str,
    start_date: date,
    path: PathPage,
    supporters: dict[str, User | Sequence[User]] | None = None,
    manager: User | None = None,
    team: Team | None = None,
    actor: User | None = None,
) -> tuple[Enrolment, PreboardingInvitation]:
    """Make an account that sees only the first steps of ``path``, and mail the link to ``email`` once this is committed.

    ``supporters`` is as for ``enrol``. Whether the mail went out stands in ``mail`` of the invitation. Raises
    ``AddressInUse`` and, as ``enrol`` does, ``PathNotPublished``.
    """
    email = User.objects.normalize_email(email)
    if (present := User.objects.filter(email__iexact=email).first()) is not None:
        raise AddressInUse(present)
    user = User.objects.create_user(
        email,
        first_name=first_name,
        last_name=last_name,
        locale=locale,
        start_date=start_date,
        manager=manager,
        team=team,
        is_preboarder=True,
    )
    enrolment = enrol(user=user, path=path, start_date=start_date, supporters=supporters, actor=actor)
    return enrolment, send_new_link(user=user, actor=actor)


@transaction.atomic
def send_new_link(*, user: User, actor: User | None = None) -> PreboardingInvitation:
    """Mail a new link to who hasn't started, once this is committed; links sent before open nothing any more.

    Raises ``NotBeforeStart``.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not (user.is_preboarder and user.is_active):
        raise NotBeforeStart(user)
    now = timezone.now()
    invitation = PreboardingInvitation.objects.create(user=user, sent_by=actor, expires_at=_expiry(now))
    token = _give_token(invitation, now)
    for enrolment in Enrolment.objects.of(user).not_ended():
        record_event(kind=OnboardingEvent.Kind.INVITED, enrolment=enrolment, actor=actor)
    transaction.on_commit(lambda: _mail(invitation, token))
    return invitation


def ask_new_link(*, email: str) -> None:
    """Note that who lost their link wants a new one; an address that isn't a preboarder's changes nothing.

    The mail goes out with the clock (``send_wanted_links``), so that the answer takes as long for an address that is known
    as for any other.
    """
    user = User.objects.filter(email__iexact=email, is_preboarder=True, is_active=True).first()
    if user is None:
        return
    now = timezone.now()
    waiting = PreboardingInvitation.objects.filter(user=user, mail=Mail.WAITING, token_hash=None)
    if not waiting.filter(sent_at__gt=now - STALE).exists():
        PreboardingInvitation.objects.create(user=user, expires_at=_expiry(now))


def send_wanted_links(now: datetime) -> int:
    """Mail the links that people asked for themselves; returns how many went out. Safe in several workers at once."""
    sent = 0
    waiting = PreboardingInvitation.objects.filter(mail=Mail.WAITING, token_hash=None, revoked_at=None)
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            rows = waiting.of_preboarders().filter(pk=pk).select_related("user")
            invitation = rows.select_for_update(skip_locked=True, of=("self",)).first()
            token = _give_token(invitation, now) if invitation else ""
        if invitation is not None:
            sent += _mail(invitation, token)
    return sent


def find_invitation(token: str) -> PreboardingInvitation | None:
    """The invitation that this link still opens; None for one that was used, replaced, outlived or never made."""
    digest = hash_of(token)
    found = (
        PreboardingInvitation.objects.usable(timezone.now()).filter(token_hash=digest).select_related("user").first()
    )
    return found if found is not None and hmac.compare_digest(found.token_hash, digest) else None


def used_invitation_of(user: User, token: str) -> bool:
    """Whether this link is one that ``user`` came in by before: their own second tab, or the link opened again."""
    return PreboardingInvitation.objects.filter(user=user, token_hash=hash_of(token), used_at__isnull=False).exists()


@transaction.atomic
def use_invitation(*, token: str) -> User | None:
    """Use the link up; returns who may come in, None where it opens nothing (any more). Of two at once one gets in."""
    found = find_invitation(token)
    now = timezone.now()
    if found is None or not PreboardingInvitation.objects.usable(now).filter(pk=found.pk).update(used_at=now):
        return None
    return found.user


def revoke_links(user: User, now: datetime) -> None:
    """Let no link of this person open anything any more."""
    revoke_links_of([user.pk], now)


@at_closing
def revoke_links_of(people: list[int], now: datetime) -> None:
    """The same for many, by id: also what happens when an account is closed."""
    PreboardingInvitation.objects.filter(user__in=people, used_at=None, revoked_at=None).update(revoked_at=now)


def hash_of(token: str) -> str:
    """What is kept of a token; tokens are long and random, so a plain hash can't be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def _expiry(now: datetime) -> datetime:
    return now + timedelta(days=settings.PREBOARDING_LINK_DAYS)


def _give_token(invitation: PreboardingInvitation, now: datetime) -> str:
    """Make the link, in the place of those before it. Until the mail is out it counts as one that wasn't sent."""
    token = secrets.token_urlsafe(32)
    others = PreboardingInvitation.objects.filter(user=invitation.user_id, used_at=None, revoked_at=None)
    others.exclude(pk=invitation.pk).update(revoked_at=now)
    invitation.token_hash, invitation.mail, invitation.expires_at = hash_of(token), Mail.FAILED, _expiry(now)
    invitation.save(update_fields=["token_hash", "mail", "expires_at"])
    return token


def _mail(invitation: PreboardingInvitation, token: str) -> bool:
    """Send it, and keep whether that worked. A mail server that is away costs nothing but the mail.

    A link that opens nothing by now (another one took its place, or they don't come) isn't sent.
    """
    if not PreboardingInvitation.objects.usable(timezone.now()).filter(pk=invitation.pk).exists():
        return False
    try:
        build_invitation(invitation.user, token, invitation.expires_at).send()
    except (OSError, SMTPException) as error:
        logger.warning("The invitation %s could not be mailed: %s", invitation.pk, error)
        return False
    except Exception:
        # What HR did stands; they are told that the mail didn't go out, and send it again.
        logger.exception("The invitation %s could not be made.", invitation.pk)
        return False
    PreboardingInvitation.objects.filter(pk=invitation.pk).update(mail=Mail.SENT)
    return True
