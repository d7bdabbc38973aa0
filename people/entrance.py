"""The door: single sign-on where an organisation has it, the portal's own form where it doesn't."""

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .oidc.views import own_address, to_issuer


class SignInView(LoginView):
    """Signing in at the one address everything leads to: with the issuer straight there, else the form."""

    @method_decorator(login_not_required)
    @method_decorator(never_cache)
    def dispatch(self, request, *args, **kwargs):
        """Whoever is signed in goes on to where they were going."""
        if not settings.OIDC_SERVER_URL:
            return super().dispatch(request, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        next_url = own_address(self.get_next_url()) or "/"
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_url)
        if "?" in next_url and "go" not in request.GET:
            # It may have been a form that searches: our policy of content lets none lead to another host, not by
            # redirects either. A page in between does.
            query = urlencode({"next": next_url, "go": ""})
            return render(request, "people/sign_in/onward.html", {"onward": f"{request.path}?{query}"})
        return to_issuer(request, choose="other" in request.GET)


class LocalSignInView(LoginView):
    """The form with a password beside single sign-on, for administrators only (``people.backends``): the way in when the
    issuer is down. Without an issuer the form is at the ordinary address.
    """

    template_name = "account/login.html"

    @method_decorator(login_not_required)
    def dispatch(self, request, *args, **kwargs):
        """To the ordinary address without an issuer."""
        if not settings.OIDC_SERVER_URL:
            return HttpResponseRedirect(reverse("account_login"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        """``is_local_door``: said on the page, for who came here by mistake."""
        return {**super().get_context_data(**kwargs), "is_local_door": True}


@login_not_required
@require_safe
def signed_out(request) -> HttpResponse:
    """Where signing out leads. Not to the front page: the issuer would let them in again without asking."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    return render(request, "people/sign_in/signed_out.html", {"issuer_name": settings.OIDC_NAME})


@require_safe
def signed_in(request) -> HttpResponse:
    """Where signing in leads in the tab that was opened for it: back to the tab with the text."""
    return render(request, "people/sign_in/signed_in.html")


@login_not_required
@require_safe
@never_cache
def token(request) -> HttpResponse:
    """A fresh token for a form that stayed open while somebody signed in again in another tab; 401 for a stranger."""
    if not request.user.is_authenticated:
        return JsonResponse({"signIn": reverse("account_login")}, status=401)
    return JsonResponse({"token": get_token(request)})
