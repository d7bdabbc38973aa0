"""How django-allauth behaves here."""

import time

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, override

from base.chrome import house_style
from base.frame_views import remember_language
from base.proxies import address_of

from .oidc.adapter import mark_checked


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from HR or single sign-on; nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        """Never."""
        return False

    def post_login(self, request, user, **kwargs):
        """From now on addresses without a language are in the language of who signed in."""
        response = super().post_login(request, user, **kwargs)
        if "sociallogin" in (kwargs.get("signal_kwargs") or {}):
            mark_checked(request)
        if user.locale in dict(settings.LANGUAGES):
            remember_language(response, user.locale)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs) -> bool:
        """Not of who signed in just now: they would type their password twice in a row."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record["at"] for record in records), default=0)
        return time.time() - latest >= account_settings.REAUTHENTICATION_TIMEOUT

    def get_logout_redirect_url(self, request) -> str:
        """The front page asks to sign in; an issuer would let in again, without asking, who just signed out."""
        return reverse("signed_out") if settings.OIDC_SERVER_URL else "/"

    def get_client_ip(self, request) -> str:
        """By what limits are counted: who asks, not the proxy in front."""
        return address_of(request)

    def format_email_subject(self, subject: str) -> str:
        """The organisation's name before the subject."""
        return f"{house_style().name}: {subject}"

    def render_mail(self, template_prefix, email, context, headers=None):
        """Write to people in their own language; to who isn't known, in the language of the page."""
        language = getattr(context.get("user"), "locale", None) or get_language()
        with override(language):
            return super().render_mail(template_prefix, email, context, headers)
