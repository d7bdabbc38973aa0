from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Outbox, preferences, quiet hours, digests, the bell."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self):
        """Let every app declare the kinds of message it sends (its module ``message_kinds``)."""
        autodiscover_modules("message_kinds")
