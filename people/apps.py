from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    """User, team, profile, sign-in, personal data."""

    default = True
    name = "people"
    verbose_name = _("Colleagues")

    def ready(self):
        """Listen to saved colleagues, and let every app say how it forgets somebody and what it keeps about them."""
        from . import checks, signals  # noqa: F401
        from .second_factor import read_along

        read_along()

        autodiscover_modules("forgetting", "personal_data")
        from . import personal_data_upkeep  # noqa: F401


class AccountsAdminConfig(WagtailUsersAppConfig):
    """Wagtail's screens for accounts, with the portal's own forms and rules."""

    user_viewset = "people.admin.users.ColleagueViewSet"
