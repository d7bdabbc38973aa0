from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """What every page shares: BasePage, blocks, images, house style, access rules."""

    name = "base"
    verbose_name = _("Portal")

    def ready(self):
        """Listen to Wagtail's and Django's events, and check the settings."""
        from . import scanning, signals  # noqa: F401
        from .admin.exports import keep_formulas_out

        keep_formulas_out()
        register(scanning.check_address)
        register(scanning.check_presence, Tags.security, deploy=True)
