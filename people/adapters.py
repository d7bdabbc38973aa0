"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from HR or single sign-on; nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        """Never."""
        return False
