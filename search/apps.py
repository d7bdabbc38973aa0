from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The only place that searches for readers."""

    name = "search"
    verbose_name = _("Search")

    def ready(self):
        """Listen to what changes what is found, and check the settings."""
        from . import checks, receivers  # noqa: F401
        from .sources import files, pages, people, questions  # noqa: F401

        register(checks.check_engine)
        register(checks.check_secrecy, Tags.security, deploy=True)
