"""Leaving a kind of mail by a signed link: no sign-in, and nothing changes on GET (mail scanners open links)."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "notifications.unsubscribe"


def unsubscribe_url(user, kind: str) -> str:
    """The full address that lets this person leave ``kind``; empty for every kind."""
    token = signing.dumps({"user": user.pk, "kind": kind}, salt=SALT)
    return settings.WAGTAILADMIN_BASE_URL + reverse("notifications:unsubscribe", args=[token])


def read_token(token: str) -> dict:
    """``{"user", "kind"}`` of the link; raises ``signing.BadSignature`` for anything we did not sign. It never expires."""
    return signing.loads(token, salt=SALT)
