from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """User, team, profile, sign-in, personal data."""

    name = "people"
    verbose_name = _("Colleagues")
