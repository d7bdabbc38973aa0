"""What Wagtail is told about the portal's base."""

from wagtail import hooks

from .choosers import colleague_chooser_viewset
from .page_links import register_anchored_links, register_keys
from .rich_text import ExternalLinkHandler


@hooks.register("register_rich_text_features")
def register_external_links(features):
    """Links out of the portal get ``rel``."""
    features.register_link_type(ExternalLinkHandler)


# After Wagtail's own, which this replaces.
@hooks.register("register_rich_text_features", order=100)
def register_links_to_places(features):
    """Links to a place on a page, and keys of a keyboard."""
    register_anchored_links(features)
    register_keys(features)


@hooks.register("register_admin_viewset")
def register_colleague_chooser():
    """The chooser of the people block."""
    return colleague_chooser_viewset


@hooks.register("get_avatar_url")
def colleague_photo(user, size):
    """The colleague's own photo; nobody's address is sent to a picture service."""
    return user.photo.url if user.photo else None
