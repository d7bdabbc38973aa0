"""Coming in by the link of the invitation, and asking for a new one. Open to everybody, and tells nobody anything.

Programs that check mail open every link in it, so opening the page changes nothing: only the button does.
"""

import hashlib
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from base.errors import too_many_requests
from base.frame_views import remember_language
from base.pace import is_within
from people.clock import today_for

from ..forms.preboarding import NewLinkForm
from ..models import PreboardingInvitation
from ..services.preboarding import ask_new_link, find_invitation, use_invitation, used_invitation_of

HOUR = int(timedelta(hours=1).total_seconds())
# From one place in one hour: links that open nothing, and addresses tried. Of one address: mails.
WRONG_LINKS, ADDRESSES, MAILS = 20, 10, 3
BACKEND = "people.backends.ColleagueBackend"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, POST lets in. What was used, replaced, outlived or never made gets one and the same page."""
    if request.user.is_authenticated and used_invitation_of(request.user, token):
        return redirect("onboarding:mine")
    if request.method == "POST":
        user = use_invitation(token=token)
        if user is not None:
            return _let_in(request, user)
    elif (invitation := find_invitation(token)) is not None:
        return render(request, "onboarding/preboarding/link.html", _words_for(invitation))
    if not is_within(f"preboarding-links:{_place(request)}", WRONG_LINKS, HOUR):
        return too_many_requests(request)
    return render(
        request, "onboarding/preboarding/no_link.html", {"form": NewLinkForm(), "came_by_link": True}, status=404
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """A new link to an address that HR knows; the answer is the same for one that nobody knows."""
    form = NewLinkForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "onboarding/preboarding/no_link.html", {"form": form})
    if not form.is_valid():
        return render(request, "onboarding/preboarding/no_link.html", {"form": form}, status=422)
    if not is_within(f"preboarding-addresses:{_place(request)}", ADDRESSES, HOUR):
        return too_many_requests(request)
    email = form.cleaned_data["email"]
    name = hashlib.sha256(email.lower().encode()).hexdigest()
    if is_within(f"preboarding-mails:{name}", MAILS, HOUR):
        ask_new_link(email=email)
    return redirect("preboarding:preboarding_asked")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def show_asked(request: HttpRequest) -> HttpResponse:
    """What happens now, whoever asked."""
    return render(request, "onboarding/preboarding/asked.html")


def _let_in(request: HttpRequest, user) -> HttpResponse:
    """Sign in under a new session key, for a while; whatever this browser had before is left behind."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session.set_expiry(settings.PREBOARDING_SESSION_HOURS * 60 * 60)
    response = redirect("onboarding:mine")
    remember_language(response, user.locale)
    return response


def _words_for(invitation: PreboardingInvitation) -> dict:
    return {
        "person": invitation.user,
        "expires_on": timezone.localtime(invitation.expires_at),
        "has_started": bool(invitation.user.start_date and invitation.user.start_date <= today_for(invitation.user)),
    }


def _place(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)
