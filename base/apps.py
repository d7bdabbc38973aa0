from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """What every page shares: BasePage, blocks, images, house style, access rules."""

    name = "base"
    verbose_name = _("Portal")

    def ready(self):
        """Listen to Wagtail's and Django's events."""
        from . import signals  # noqa: F401
