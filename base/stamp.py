"""The content stamp: what is computed from shared content is cached under it and never goes stale.

Publishing, moving or deleting a page, changing who may see it, the house style, an image or a group adds one. Several
workers agree because the number is in the database: one small query a request, remembered until the request ends.
"""

from collections.abc import Callable
from typing import Any

from asgiref.local import Local
from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from .models.stamp import ContentStamp

_request = Local()
CACHE_SECONDS = 60 * 60 * 24


def start_request() -> None:
    """Remember the stamp from its first use until ``end_request``."""
    _request.remember, _request.value = True, None


def end_request() -> None:
    """Forget it again; outside a request (a command, a task) every call asks the database."""
    _request.remember, _request.value = False, None


def content_stamp() -> int:
    """The number now."""
    value = getattr(_request, "value", None)
    if value is None:
        value = ContentStamp.objects.values_list("value", flat=True).filter(pk=1).first() or 0
        if getattr(_request, "remember", False):
            _request.value = value
    return value


def touch_content(**kwargs) -> None:
    """Add one, now and once more when the transaction is through.

    Now: this transaction must not read what was cached before its own change. After it: another worker may have cached
    the old content under the new number while the change was not yet visible to it.
    """
    _add_one()
    transaction.on_commit(_add_one)


def _add_one() -> None:
    if not ContentStamp.objects.filter(pk=1).update(value=F("value") + 1):
        ContentStamp.objects.get_or_create(pk=1)
    _request.value = None


def remembered(key: str, make: Callable[[], Any]) -> Any:
    """What ``make()`` returns, made once per stamp and ``key``; it has to be picklable and not None."""
    full_key = f"{content_stamp()}:{key}"
    value = cache.get(full_key)
    if value is None:
        value = make()
        cache.set(full_key, value, CACHE_SECONDS)
    return value
