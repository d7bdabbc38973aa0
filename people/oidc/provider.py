"""The one issuer that vouches for colleagues, and what is checked of what it says.

django-allauth speaks the protocol: code flow with PKCE, a state that is used once, and the audience, issuer and expiry of
the ID token, which comes from the issuer itself over TLS. What it leaves open is added here.
"""

import hashlib

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from requests import RequestException

# How long what the issuer says about itself is remembered; so long it may take until an outage is noticed.
CONFIGURATION_SECONDS = 60
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class IssuerUnreachable(Exception):
    """The issuer doesn't answer, or not with what it has to say about itself."""


class IssuerAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks to the issuer."""

    @property
    def openid_config(self) -> dict:
        """What the issuer says about itself. Raises ``IssuerUnreachable``, and OAuth2Error for another issuer."""
        if not hasattr(self, "_configuration"):
            self._configuration = self._load_configuration()
        return self._configuration

    def _load_configuration(self) -> dict:
        key = f"oidc-configuration:{hashlib.sha256(settings.OIDC_SERVER_URL.encode()).hexdigest()}"
        found = cache.get(key)
        if found is None:
            try:
                found = super().openid_config
            except (RequestException, ValueError) as fault:
                raise IssuerUnreachable(type(fault).__name__) from fault
            if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in NEEDED):
                raise IssuerUnreachable("incomplete configuration")
            cache.set(key, found, CONFIGURATION_SECONDS)
        # OpenID Connect Discovery 4.3: it has to be the issuer whose address was asked.
        if found["issuer"].rstrip("/") != settings.OIDC_SERVER_URL:
            raise OAuth2Error("The configuration is of another issuer.")
        return found

    def get_callback_url(self, request, app) -> str:
        """One address for whatever issuer, to be registered there."""
        return build_absolute_uri(request, reverse("oidc_callback"))

    def complete_login(self, request, app, token, **kwargs):
        """As allauth, but never without an ID token: only that says for whom the answer is."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("There is no ID token.")
        try:
            return super().complete_login(request, app, token, **kwargs)
        except (KeyError, ValueError) as fault:
            raise OAuth2Error(f"The claims can't be read: {type(fault).__name__}") from fault


class IssuerProvider(OpenIDConnectProvider):
    """What is made of the claims: who it is, and as little as possible to keep."""

    oauth2_adapter_class = IssuerAdapter

    def extract_uid(self, data) -> str:
        """The subject. Raises OAuth2Error where the two answers are about different people (OIDC Core 5.3.2)."""
        subject = data["id_token"]["sub"]
        if "userinfo" in data and data["userinfo"].get("sub") != subject:
            raise OAuth2Error("The user information is about somebody else than the ID token.")
        if not isinstance(subject, str) or not subject or len(subject) > 191:
            raise OAuth2Error("The subject is no text of at most 191 signs.")
        return subject

    def extract_extra_data(self, data) -> dict:
        """Nothing: names and addresses are HR's to keep, and the issuer's."""
        return {}

    def extract_email_addresses(self, data) -> list:
        """None: nobody is recognised by an address that an issuer sends."""
        return []

    def sociallogin_from_response(self, request, response):
        """With all claims together in ``claims``, for this sign-in only."""
        login = super().sociallogin_from_response(request, response)
        login.claims = {**response["id_token"], **response.get("userinfo", {})}
        login.nonce = response["id_token"].get("nonce")
        return login
