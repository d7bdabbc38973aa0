from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Outbox, preferences, quiet hours, digests, the bell."""

    name = "notifications"
    verbose_name = _("Notifications")

    def ready(self):
        """Let every app declare what it tells (its module ``message_kinds``) and does by the clock (``jobs``)."""
        from . import bell, checks, own_jobs  # noqa: F401

        register(checks.check_mail_hours)
        autodiscover_modules("message_kinds", "jobs")
