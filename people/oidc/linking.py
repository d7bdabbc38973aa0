"""Who somebody is whom the issuer vouches for: an account is keyed on issuer and subject, and on nothing else.

Accounts come from HR. The first time somebody signs in their account is found by one claim that the organisation chose,
and keyed; from then on that claim means nothing any more.
"""

import logging

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from wagtail.log_actions import log

from ..models import User

logger = logging.getLogger(__name__)
LINKED = "people.link_sign_in"


class NotKnown(Exception):
    """Nobody can be signed in by these claims; ``reason`` is one of the ``REASONS``."""

    REASONS = ("unknown", "taken", "closed", "not_started", "local")

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


def check_may_sign_in(person: User) -> None:
    """Raises ``NotKnown`` for who left, and for who hasn't started and comes in by the link of their invitation."""
    # Not at the top: the backend needs the apps to be loaded.
    from ..backends import ColleagueBackend

    if person.is_preboarder:
        raise NotKnown("not_started")
    if not ColleagueBackend().user_can_authenticate(person):
        raise NotKnown("closed")


@transaction.atomic
def link_account(*, claims: dict, issuer: str, subject: str) -> SocialAccount:
    """The key of HR's account that the claim ``OIDC_LINK_CLAIM`` points to, made now.

    Raises ``NotKnown``: where it points to nobody, to somebody who may not sign in, to a superuser (whoever writes that
    claim would be one), or to somebody who has another subject of this issuer already.
    """
    person = _find(claims)
    if person is None:
        raise NotKnown("unknown")
    check_may_sign_in(person)
    if person.is_superuser:
        raise NotKnown("local")
    present = SocialAccount.objects.filter(user=person, provider=issuer).first()
    if present is not None and present.uid != subject:
        logger.warning("Account %s has another subject of the issuer already; nobody was signed in.", person.pk)
        raise NotKnown("taken")
    if present is None:
        present = SocialAccount.objects.create(user=person, provider=issuer, uid=subject)
        log(instance=person, action=LINKED, user=person)
        logger.info("Account %s was linked to single sign-on, by the claim %s.", person.pk, settings.OIDC_LINK_CLAIM)
    return present


def _find(claims: dict) -> User | None:
    name, field = settings.OIDC_LINK_CLAIM, settings.OIDC_LINK_FIELD
    value = claims.get(name) if name else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    value = str(value).strip()
    # Some issuers let people type any address, and say so.
    if not value or "\0" in value or (field == "email" and claims.get("email_verified", True) is not True):
        return None
    # Locked: of two first sign-ins at once, the second finds what the first one made.
    people = User.objects.select_for_update(of=("self",))
    return people.filter(**{f"{field}__iexact" if field == "email" else field: value}).first()


@transaction.atomic
def unlink_account(*, person: User) -> int:
    """Forget which subjects are this person's, so that their next first sign-in links anew; returns how many there were."""
    count, _by_model = SocialAccount.objects.filter(user=person).delete()
    if count:
        logger.info("Account %s is no longer linked to single sign-on.", person.pk)
    return count
