"""Signing in and out, below /accounts/. Put before those of allauth, whose form for signing in it replaces."""

from django.urls import include, path

from . import entrance
from .oidc import views as oidc

urlpatterns = [
    path("login/", entrance.SignInView.as_view(), name="account_login"),
    path("local/", entrance.LocalSignInView.as_view(), name="local_sign_in"),
    path("signed-out/", entrance.signed_out, name="signed_out"),
    path("signed-in/", entrance.signed_in, name="signed_in"),
    path("token/", entrance.token, name="fresh_token"),
    path("oidc/callback/", oidc.callback, name="oidc_callback"),
    path("oidc/check/", oidc.check, name="oidc_check"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
