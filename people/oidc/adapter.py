"""What happens between the issuer's answer and being signed in."""

import logging
import time

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode
from requests import RequestException

from ..services import apply_groups
from .groups import groups_in
from .linking import NotKnown, check_may_sign_in, link_account
from .provider import IssuerUnreachable

logger = logging.getLogger(__name__)
# When the issuer last vouched for who is in a session, and when it was last asked without an answer so far.
CHECKED, TRIED = "oidc_checked", "oidc_tried"
# Errors of an issuer that say nothing about the person (OAuth 2.0, 4.1.2.1).
PASSING = ("server_error", "temporarily_unavailable")


def mark_checked(request) -> None:
    """The issuer vouched for who is in this session, now."""
    request.session[CHECKED] = time.time()
    request.session.pop(TRIED, None)


class IssuerAccountAdapter(DefaultSocialAccountAdapter):
    """Nobody signs up, roles follow the groups, and a check in the background leaves the session as it is."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        """Never: accounts come from HR."""
        return False

    def list_apps(self, request, provider=None, client_id=None):
        """The issuer of the settings; one kept in the database by hand would be nobody's decision."""
        return [app for app in super().list_apps(request, provider, client_id) if app.pk is None]

    def pre_social_login(self, request, sociallogin) -> None:
        """Checks that the answer is to our question, finds the account, and gives it its roles.

        Raises OAuth2Error for an answer to another question, and ImmediateHttpResponse where that is the end of it.
        """
        asked = sociallogin.state.get("data") or {}
        nonce = asked.get("nonce")
        if not nonce or not constant_time_compare(nonce, str(sociallogin.nonce)):
            raise OAuth2Error("The ID token answers another question.")
        try:
            person = self._person(sociallogin)
        except NotKnown as fault:
            logger.warning("A sign-in by the issuer was refused: %s.", fault.reason)
            # At the issuer it is somebody else now, or they left.
            logout(request)
            raise ImmediateHttpResponse(_not_known(request, sociallogin, fault.reason)) from fault
        groups = groups_in(sociallogin.claims)
        if groups is not None:
            apply_groups(person=person, groups=groups)
        if asked.get("silent") and request.user.is_authenticated and request.user.pk == person.pk:
            # A new session would cost the token of every form that is open in another tab.
            mark_checked(request)
            raise ImmediateHttpResponse(HttpResponseRedirect(sociallogin.state.get("next") or "/"))

    def _person(self, sociallogin):
        if not sociallogin.is_existing:
            account = sociallogin.account
            sociallogin.account = link_account(claims=sociallogin.claims, issuer=account.provider, subject=account.uid)
            sociallogin.user = sociallogin.account.user
        check_may_sign_in(sociallogin.user)
        return sociallogin.user

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        """Always raises ImmediateHttpResponse: what went wrong, and the way on."""
        extra = extra_context or {}
        state = extra.get("state")
        answer = request.GET.get("error", "")[:60]
        is_passing = answer in PASSING or isinstance(exception, RequestException | IssuerUnreachable)
        # What comes from outside is quoted, so that it can't write lines of its own.
        logger.warning(
            "Signing in by the issuer failed: %s", f"{answer!a} {type(exception).__name__ if exception else ''}".strip()
        )
        next_url = (state or {}).get("next") or "/"
        if state and (state.get("data") or {}).get("silent") and request.user.is_authenticated:
            if is_passing or isinstance(exception, OAuth2Error):
                raise ImmediateHttpResponse(HttpResponseRedirect(next_url))
            logger.info("The issuer no longer vouches for account %s; its session ended.", request.user.pk)
            logout(request)
            raise ImmediateHttpResponse(sign_in_redirect(next_url))
        if state is None and request.user.is_authenticated:
            # Somebody went back in their browser to an answer that was used.
            raise ImmediateHttpResponse(HttpResponseRedirect("/"))
        if answer == "access_denied":
            reason = "cancelled"
        elif state is None:
            reason = "lost"
        else:
            reason = "unreachable" if is_passing else "failed"
        raise ImmediateHttpResponse(failed(request, reason, next_url))


def sign_in_redirect(next_url: str) -> HttpResponseRedirect:
    """To signing in, and from there to ``next_url``, a checked address of our own."""
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': next_url})}")


STATUS = {"unreachable": 503, "cancelled": 403, "failed": 400, "lost": 400}


def failed(request, reason: str, next_url: str = "/"):
    """The page that says why signing in didn't work (a key of ``STATUS``), and how to try again."""
    context = {"reason": reason, "issuer_name": settings.OIDC_NAME, "again": urlencode({"next": next_url})}
    response = render(request, "people/sign_in/failed.html", context, status=STATUS[reason])
    if reason == "unreachable":
        response["Retry-After"] = "60"
    return response


def _not_known(request, sociallogin, reason: str):
    claims = sociallogin.claims
    named = next((claims[name] for name in ("email", "preferred_username", "name") if claims.get(name)), "")
    context = {"reason": reason, "named": str(named)[:200], "issuer_name": settings.OIDC_NAME}
    return render(request, "people/sign_in/not_known.html", context, status=403)
