"""The content stamp: what is computed from shared content is cached under it and never goes stale.

Publishing, moving or deleting a page, changing who may see it, the house style, an image or a group adds a row with a
random number; the stamp is the sum of all rows. The row belongs to the transaction of the change itself, which has
three effects a counter would not have: everybody else sees the new stamp in the same moment as the new content, what a
transaction cached before it was rolled back is never found again, and two editors publishing at the same time don't
wait for each other. It costs one small query a request, remembered until the request ends.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from asgiref.local import Local
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model, Q, Sum

_request = Local()
CACHE_SECONDS = 60 * 60 * 24
TOKEN_BITS = 32
# One in so many changes folds the rows into one, so that the sum stays cheap.
FOLD_EVERY = 32
# What saving a draft writes on the page's own row; readers see none of it.
DRAFT_FIELDS = frozenset({"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"})


def _rows():
    # Looked up late: models are cached under the stamp, so this module is there before them.
    return apps.get_model("base", "ContentStamp").objects


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
        value = _rows().aggregate(total=Sum("token"))["total"] or 0
        if getattr(_request, "remember", False):
            _request.value = value
    return value


def touch_content(**kwargs) -> None:
    """Make everything cached so far unfindable, from the moment the transaction around this is through."""
    if getattr(_request, "gathered", None) is not None:
        _request.gathered = True
        return
    token = secrets.randbits(TOKEN_BITS) or 1
    _rows().create(token=token)
    _request.value = None
    if token % FOLD_EVERY == 0:
        transaction.on_commit(fold_stamp, robust=True)


@contextmanager
def touched_once() -> Iterator[None]:
    """Gather all touches inside the block into one at its end: for a transaction that saves the same page many times."""
    if getattr(_request, "gathered", None) is not None:
        yield
        return
    _request.gathered = False
    try:
        yield
        touched = _request.gathered
    finally:
        _request.gathered = None
    if touched:
        touch_content()


def touch_content_of_page(
    *, instance: Model, created: bool = False, update_fields: frozenset[str] | None = None, **kwargs
) -> None:
    """The same for a saved page that readers may notice.

    An editor's typing leaves the caches alone, and so does a new page that isn't live, as each story that is sent in is;
    unless it took the place of others in the tree, or is a page of before in another language.
    """
    draft_only = update_fields is not None and update_fields <= DRAFT_FIELDS
    is_noticed = not draft_only if instance.live else created and _moves_others(instance)
    if is_noticed:
        touch_content()


def _moves_others(page: Model) -> bool:
    """Whether pages after it moved up for it, or others show the same content: restrictions are kept by place."""
    parent = page.path[: -page.steplen]
    after = Q(path__startswith=parent, depth=page.depth, path__gt=page.path)
    others = apps.get_model("wagtailcore", "Page").objects.exclude(pk=page.pk)
    return others.filter(after | Q(translation_key=page.translation_key)).exists()


@transaction.atomic
def fold_stamp() -> None:
    """Replace all rows by one with their sum; the stamp stays the same."""
    rows = _rows().select_for_update(skip_locked=True).values_list("pk", "token")
    tokens = dict(rows)
    if len(tokens) > 1:
        _rows().filter(pk__in=tokens).delete()
        _rows().create(token=sum(tokens.values()))


def remembered(key: str, make: Callable[[], Any]) -> Any:
    """What ``make()`` returns, made once per stamp and ``key``; it has to be picklable and not None."""
    full_key = f"{content_stamp()}:{key}"
    value = cache.get(full_key)
    if value is None:
        value = make()
        cache.set(full_key, value, CACHE_SECONDS)
    return value


def remembered_each(key: str, names: Iterable, make: Callable[[list], Mapping]) -> dict:
    """The same for each of ``names``: ``make(missing)`` is asked once for all that aren't known, and None is a value too."""
    stamp = content_stamp()
    keys = {name: f"{stamp}:{key}:{name}" for name in names}
    found = cache.get_many(keys.values())
    values = {name: found[full_key][0] for name, full_key in keys.items() if full_key in found}
    if missing := [name for name in keys if name not in values]:
        made = make(missing)
        made = {name: made.get(name) for name in missing}
        cache.set_many({keys[name]: (value,) for name, value in made.items()}, CACHE_SECONDS)
        values |= made
    return values
