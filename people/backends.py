"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from .models import User
from .sessions import figures

DEMO_DOMAIN = "@demo.example"


def may_use_password(user) -> bool:
    """Whether this person signs in with a password: everybody, but with single sign-on only who touches accounts.

    They are the way in when the issuer is down, or doesn't know who is to decide.
    """
    return not settings.OIDC_SERVER_URL or user.is_superuser or user.has_perm("people.change_user")


class ColleagueBackend(AuthenticationBackend):
    """Sign-in by e-mail address; the demo's accounts, whose password is printed, work in demo mode only."""

    def authenticate(self, request, **credentials):
        """The colleague these credentials belong to, or None.

        allauth keeps who gave the right password but may not sign in, to tell them their account is closed; it would
        let a demo account in that way, and tell a closed account from a wrong password.
        """
        user = super().authenticate(request, **credentials)
        if user is None:
            self.unstash_authenticated_user()
        # Who hasn't started comes in by the link of their invitation, and has no password.
        return None if user is not None and (user.is_preboarder or not may_use_password(user)) else user

    def user_can_authenticate(self, user) -> bool:
        """Active people, and demo accounts only while ``DEMO`` is on."""
        if user.email.lower().endswith(DEMO_DOMAIN) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)

    def get_user(self, user_id):
        """The person behind a session, looked up anew on every request so that leaving works at once."""
        user = User.objects.annotate(**figures()).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
