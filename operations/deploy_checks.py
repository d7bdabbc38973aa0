"""What no start is refused for, and who runs the portal should know: warnings of ``manage.py check --deploy``."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import Warning


def check_shape(**kwargs) -> list[Warning]:
    """Parts that fit one process or one machine only, and ways that can be listened in on."""
    return list(_warnings())


def _warnings() -> Iterator[Warning]:
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        yield Warning(
            "Each process has a cache of its own, so limits on attempts count for each process.",
            hint="Set CACHE_URL=redis://host:6379/0 where more than one process serves readers.",
            id="operations.W001",
        )
    if settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend"):
        yield Warning(
            "Tasks are done by the process that asks, while somebody waits.",
            hint="Set TASKS_BACKEND=django_tasks_db.DatabaseBackend and run `manage.py db_worker`.",
            id="operations.W002",
        )
    if getattr(settings, "AWS_STORAGE_BUCKET_NAME", "") and not settings.SEARCH_URL:
        yield Warning(
            "The search index is a folder of one machine, while uploads are shared by several.",
            hint="Set SEARCH_URL where the portal runs on more than one machine.",
            id="operations.W003",
        )
    if settings.EMAIL_HOST_PASSWORD and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield Warning(
            "The password of the mail server goes over the network in plain text.",
            hint="Start EMAIL_URL with smtp+tls:// or smtp+ssl://.",
            id="operations.W004",
        )
