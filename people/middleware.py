"""What holds for every request of somebody who signed in, or has to."""

import time
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import urlencode

from base.resending import TypedForm, is_page_load, typed_form, wants_no_page

from .backends import may_use_password
from .oidc.adapter import CHECKED, TRIED, sign_in_redirect
from .own_sessions import note_seen
from .second_factor import SecondFactor

# Signing in and out, and the second step, work whatever else holds.
ENTRANCE = "/accounts/"
TRY_AGAIN_SECONDS = 60
AFTER_FORM_SECONDS = 10


class SignInMiddleware(LoginRequiredMiddleware):
    """Everything is behind sign-in. What was typed is given back to who is no longer signed in."""

    def handle_no_permission(self, request, view_func):
        """401 for a script, and for a form with its text in it; for everything else the way to sign in."""
        if wants_no_page(request):
            return for_script()
        form = typed_form(request)
        if form or (request.method == "POST" and settings.OIDC_SERVER_URL):
            return give_back(request, form)
        return super().handle_no_permission(request, view_func)


def for_script() -> JsonResponse:
    """401: a script says so on the page that is there."""
    return JsonResponse({"signIn": resolve_url(settings.LOGIN_URL)}, status=401)


def give_back(request, form: TypedForm | None):
    """401 for a form that was sent too late: sign in, in another tab, and send it again from here.

    Never a redirect to the issuer: our policy of content lets no form lead to another host, not by redirects either.
    """
    after = reverse("signed_in") if form else _page_of_form(request) or "/"
    sign_in_url = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': after})}"
    return render(request, "people/sign_in/send_again.html", {"form": form, "sign_in_url": sign_in_url}, status=401)


def _page_of_form(request) -> str | None:
    """The page of ours that a form without text was on: where the form leads may take nothing else."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host() or not parts.path.startswith("/") or parts.path.startswith("//"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class SessionRulesMiddleware:
    """A session lives on while it is used, has a second step where that is asked, and ends when the issuer says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.method == "POST" and 300 <= response.status_code < 400 and self._is_due(request, time.time()):
            # The page that a form leads to may not go on to the issuer; the next one may.
            request.session[TRIED] = time.time() - TRY_AGAIN_SECONDS + AFTER_FORM_SECONDS
        return response

    def process_view(self, request, view, args, kwargs):
        """None lets the request go on; the answer otherwise. What is open to strangers stays open."""
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        now = time.time()
        note_seen(request=request)
        if request.path.startswith(ENTRANCE):
            return None
        return self._issuer_asks(request, now) or SecondFactor(request).answer()

    def _is_due(self, request, now: float) -> bool:
        if not settings.OIDC_SERVER_URL or not request.user.is_authenticated:
            return False
        checked = request.session.get(CHECKED)
        if checked is None and (request.user.is_preboarder or may_use_password(request.user)):
            return False
        return now - (checked or 0) >= settings.OIDC_CHECK_MINUTES * 60

    def _issuer_asks(self, request, now: float):
        if not self._is_due(request, now):
            return None
        is_old = now - request.session.get(CHECKED, 0) >= settings.OIDC_UNREACHABLE_MINUTES * 60
        if is_page_load(request):
            # Forms that search or filter have a query, and may not lead to another host either.
            if "?" not in request.get_full_path() and now - request.session.get(TRIED, 0) >= TRY_AGAIN_SECONDS:
                return HttpResponseRedirect(f"{reverse('oidc_check')}?{urlencode({'next': request.get_full_path()})}")
            if is_old:
                logout(request)
                return sign_in_redirect(request.get_full_path())
            return None
        if not is_old:
            return None
        return for_script() if wants_no_page(request) else give_back(request, typed_form(request))
