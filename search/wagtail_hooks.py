"""What Wagtail's admin is told about search."""

from wagtail import hooks

from .admin import promotions, words, writing  # noqa: F401
from .admin.concepts import concept_viewset


@hooks.register("register_admin_viewset")
def register_words():
    """The words that search understands."""
    return concept_viewset
