from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Running the portal: checks of its parts, what is written about it, backup."""

    name = "operations"
    verbose_name = _("Running the portal")

    def ready(self):
        """Register the checks of every part, and have tasks say which request began them."""
        from django.core.checks import Tags, register
        from django_tasks.signals import task_finished, task_started

        from .audit import signals
        from .checks import database, files, services, work  # noqa: F401
        from .deploy_checks import check_shape
        from .task_trails import begin, end

        register(check_shape, Tags.security, deploy=True)
        signals.connect()
        task_started.connect(begin)
        task_finished.connect(end)
        if settings.SENTRY_DSN:
            from .error_reports import start

            start(settings.SENTRY_DSN, environment=settings.SENTRY_ENVIRONMENT)
