from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """User, team, profile, sign-in, personal data."""

    default = True
    name = "people"
    verbose_name = _("Colleagues")

    def ready(self):
        """Listen to saved colleagues."""
        from . import signals  # noqa: F401


class AccountsAdminConfig(WagtailUsersAppConfig):
    """Wagtail's screens for accounts, with the portal's own forms and rules."""

    user_viewset = "people.admin.users.ColleagueViewSet"
