"""The manual that a page belongs to."""

from wagtail.models import Page

from base.stamp import remembered

from ..querysets import paths_above
from .page_types import manual_model


def manual_above(page: Page) -> Page | None:
    """The published manual of this page, itself or above it; None where there is none. One query."""
    paths = [*paths_above(page.path or ""), page.path or ""]
    return manual_model().objects.live().filter(path__in=paths).defer("body").select_related("locale").first()


def manual_key_of(page: Page):
    """The key of that manual; None where there is none. Worked out once per content stamp."""
    found = remembered(f"manual-key:{page.path}", lambda: (getattr(manual_above(page), "translation_key", None),))
    return found[0]
