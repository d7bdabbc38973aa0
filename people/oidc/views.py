"""The two steps of single sign-on: to the issuer, and back."""

import time
from urllib.parse import urlsplit

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .adapter import TRIED
from .provider import IssuerAdapter, IssuerUnreachable

DOORS = tuple(f"/accounts/{name}/" for name in ("login", "logout", "local", "signed-out", "oidc"))


def to_issuer(request, *, silent: bool = False, choose: bool = False) -> HttpResponse:
    """To the issuer, and after signing in to ``next`` of the address where that is one of our own.

    ``silent`` asks without showing anything, ``choose`` lets people take another account than the one they have there.
    Without an answer from the issuer somebody who is signed in goes on, and whoever isn't hears so.
    """
    next_url = own_address(get_next_redirect_url(request)) or "/"
    nonce = get_random_string(32)
    extra = {"nonce": nonce}
    if silent:
        extra |= {"prompt": "none", "login_hint": request.user.email}
        request.session[TRIED] = time.time()
    elif choose:
        extra["prompt"] = "select_account"
    provider = get_adapter(request).get_provider(request, provider=settings.OIDC_SERVER_URL)
    try:
        return provider.redirect(
            request,
            process=AuthProcess.LOGIN,
            next_url=next_url,
            data={"nonce": nonce, "silent": silent},
            auth_params=extra,
        )
    except (IssuerUnreachable, OAuth2Error) as fault:
        return render_authentication_error(
            request, provider, exception=fault, extra_context={"state": {"next": next_url, "data": {"silent": silent}}}
        )


def own_address(url: str | None) -> str | None:
    """Path and query of an address that was found safe; None for what leads back to signing in or out."""
    if not url:
        return None
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return None if not path.startswith("/") or path.startswith(("//", *DOORS)) else path


@require_safe
@never_cache
def check(request) -> HttpResponse:
    """Ask the issuer whether who is signed in still has an account there; nothing is shown, and ``next`` comes after."""
    if not settings.OIDC_SERVER_URL:
        return HttpResponseRedirect("/")
    return to_issuer(request, silent=True)


@login_not_required
@require_safe
@never_cache
def callback(request) -> HttpResponse:
    """The issuer's answer; what is made of it is in ``people.oidc.adapter``."""
    if not settings.OIDC_SERVER_URL:
        return HttpResponseRedirect(reverse("account_login"))
    issuer = IssuerAdapter(request, settings.OIDC_SERVER_URL)
    try:
        # Asked before the state is used up, and outside of what allauth catches.
        issuer.openid_config  # noqa: B018
        return OAuth2CallbackView.adapter_view(issuer)(request)
    except (IssuerUnreachable, OAuth2Error) as fault:
        provider = issuer.get_provider()
        state = statekit.unstash_state(request, state_id=request.GET.get("state", ""), provider_id=provider.sub_id)
        return render_authentication_error(request, provider, exception=fault, extra_context={"state": state})
