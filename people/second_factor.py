"""Who has to have a second step when they sign in with a password.

Who may touch accounts can make themselves anybody. Where ``MFA_REQUIRED`` is on they set up an app with codes before they
see anything else. Who came in by single sign-on had the issuer's second step.
"""

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from base.chrome import house_style
from base.resending import wants_no_page

from .sessions import read_with_session

HAS_ONE = "has_second_factor"


def asked_of(user) -> bool:
    """Whether this person's password alone is too little."""
    return settings.MFA_REQUIRED and (user.is_superuser or user.has_perm("people.change_user"))


def read_along() -> None:
    """Have it read with the session's person whether they have one: no question more for a page."""
    own = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    read_with_session(HAS_ONE, lambda: Exists(own))


class SecondFactor:
    """One request of somebody who signed in."""

    def __init__(self, request):
        self.request = request

    def answer(self):
        """None where nothing is lacking; else the way to setting it up, 403 for a script or a form."""
        request, user = self.request, self.request.user
        if not settings.MFA_REQUIRED or getattr(user, HAS_ONE, False) or not asked_of(user) or self._is_vouched_for():
            return None
        if request.method == "GET" and not wants_no_page(request):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return render(request, "403.html", status=403)

    def _is_vouched_for(self) -> bool:
        records = get_authentication_records(self.request, self.request.user)
        return any(record.get("method") == "socialaccount" for record in records)


class PortalMFAAdapter(DefaultMFAAdapter):
    """The second step by the portal's own rules."""

    def get_totp_issuer(self) -> str:
        """What the app of codes calls this portal."""
        return house_style().name

    def can_delete_authenticator(self, authenticator) -> bool:
        """Not where it is asked of them: they would be sent to set it up again."""
        return not asked_of(authenticator.user)
