"""What of the settings for signing in can't be right, said before anybody stands at the door."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

from .oidc.groups import role_map
from .roles import ROLES

LINK_FIELDS = ("staff_number", "email")


@register(Tags.security)
def check_single_sign_on(app_configs, **kwargs):
    """``people.E001`` to ``E004`` and ``W001`` to ``W002``; see docs/signing-in.md."""
    issuer = settings.OIDC_SERVER_URL
    if not issuer:
        return []
    found = []
    parts = urlsplit(issuer)
    is_here = parts.hostname in ("localhost", "127.0.0.1")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        found.append(Error("OIDC_SERVER_URL has to be an https address.", id="people.E001"))
    if len(issuer) > 200 or "/.well-known/" in issuer:
        hint = "The address of the issuer, as it stands in the `issuer` of its configuration."
        found.append(Error("OIDC_SERVER_URL is no address of an issuer.", hint=hint, id="people.E001"))
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    for name in ("client_id", "secret"):
        if not app[name]:
            setting = {"client_id": "OIDC_CLIENT_ID", "secret": "OIDC_CLIENT_SECRET"}[name]
            found.append(Error(f"{setting} is missing.", id="people.E002"))
    if settings.OIDC_LINK_FIELD not in LINK_FIELDS:
        found.append(Error(f"OIDC_LINK_FIELD has to be one of {', '.join(LINK_FIELDS)}.", id="people.E003"))
    if not settings.OIDC_LINK_CLAIM:
        hint = "Name the claim that has the staff number, for instance OIDC_LINK_CLAIM=employee_id."
        found.append(Warning("Nobody new can sign in: OIDC_LINK_CLAIM is empty.", hint=hint, id="people.W001"))
    try:
        roles = {role for group in role_map(settings.OIDC_ROLES).values() for role in group}
    except ImproperlyConfigured as fault:
        return [*found, Error(str(fault), id="people.E004")]
    if own := sorted(roles - ROLES.keys()):
        text = f"OIDC_ROLES names roles that only exist if you made them: {', '.join(own)}."
        found.append(Warning(text, id="people.W002"))
    return found
