"""Wagtail's own search index (the admin's): kept as pages are saved, or in batches where many are.

Adding one page makes the index work through all of its titles, so that adding pages one by one costs more the more
there are. Inside ``defer_indexing()`` saved pages are gathered and added a hundred at a time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from modelsearch.signal_handlers import post_delete_signal_handler, post_save_signal_handler
from wagtail.models import get_page_models
from wagtail.search.backends import get_search_backends

_state = Local()
BATCH = 100


@contextmanager
def defer_indexing() -> Iterator[None]:
    """Gather the pages saved inside the block and index them in batches at its end, also after an exception."""
    if getattr(_state, "saved", None) is not None:
        yield
        return
    _state.saved = {}
    try:
        yield
    finally:
        saved, _state.saved = _state.saved, None
        for model, keys in saved.items():
            _index(model, sorted(keys))


def index_saved_page(instance: Model, **kwargs) -> None:
    """Index a saved page now, or at the end of the ``defer_indexing`` block."""
    saved = getattr(_state, "saved", None)
    if saved is None:
        post_save_signal_handler(instance, **kwargs)
    else:
        saved.setdefault(type(instance), set()).add(instance.pk)


def _index(model: type[Model], keys: list[int]) -> None:
    for start in range(0, len(keys), BATCH):
        pages = list(model.get_indexed_objects().filter(pk__in=keys[start : start + BATCH]))
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(model, pages)


def listen() -> None:
    """Take over from Wagtail's receivers, which ``BasePage.search_auto_update`` switches off."""
    for model in get_page_models():
        if not getattr(model, "search_auto_update", True):
            label = model._meta.label
            post_save.connect(index_saved_page, sender=model, dispatch_uid=f"index_saved_{label}")
            post_delete.connect(post_delete_signal_handler, sender=model, dispatch_uid=f"index_deleted_{label}")
