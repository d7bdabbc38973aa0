"""Who comes in and how: accounts of the portal's own, or one issuer of OpenID Connect. See docs/signing-in.md."""

import environ

env = environ.Env()

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.ColleagueBackend"]
LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "reset_password": "people.forms.AskPasswordForm",
    "change_password": "people.forms.NewPasswordForm",
    "reset_password_from_key": "people.forms.ForgottenPasswordForm",
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# A whole office comes in from one address at nine o'clock; guessing is stopped by account.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "20/m/ip,5/300s/key"}

# Single sign-on --------------------------------------------------------------------------
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="").rstrip("/")
OIDC_NAME = env("OIDC_NAME", default="")
# By what HR's account is found on somebody's first sign-in, and in which field that stands.
OIDC_LINK_CLAIM = env("OIDC_LINK_CLAIM", default="")
OIDC_LINK_FIELD = env("OIDC_LINK_FIELD", default="email" if OIDC_LINK_CLAIM == "email" else "staff_number")
OIDC_GROUPS_CLAIM = env("OIDC_GROUPS_CLAIM", default="groups")
# "group of the issuer=Role", separated by commas, or by semicolons where the names of groups have commas.
OIDC_ROLES = env("OIDC_ROLES", default="")
# After so many minutes the issuer is asked whether somebody still has an account there, and for so many a session lives
# on while it doesn't answer.
OIDC_CHECK_MINUTES = env.float("OIDC_CHECK_MINUTES", default=15)
OIDC_UNREACHABLE_MINUTES = env.float("OIDC_UNREACHABLE_MINUTES", default=60)
SOCIALACCOUNT_ADAPTER = "people.oidc.adapter.IssuerAccountAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "people.oidc.provider.IssuerProvider",
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": env.list("OIDC_SCOPES", default=["openid", "profile", "email"]),
        "APPS": [
            {
                # With the subject this is the key of an account: another issuer's subjects are others.
                "provider_id": OIDC_SERVER_URL,
                "name": OIDC_NAME,
                "client_id": env("OIDC_CLIENT_ID", default=""),
                "secret": env("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# A second step, for who signs in with a password -------------------------------------------
MFA_ADAPTER = "people.second_factor.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
# Whether who touches accounts has to have one; with single sign-on the issuer sees to everybody else.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=False)

# Sessions --------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Since somebody was last seen. Short is no trouble where the issuer knows them still.
SESSION_COOKIE_AGE = 60 * 60 * env.int("SESSION_HOURS", default=12 if OIDC_SERVER_URL else 14 * 24)
