"""Addresses below the list of stories that are no stories."""

# The first part of every address in ``stories.urls`` (a test compares them): a story with such a slug could not be opened.
RESERVED = frozenset({"calls", "draft", "mine", "new", "photos", "reports", "review", "share"})


def is_reserved(slug: str) -> bool:
    """Whether the portal uses this address itself; numbers stand for stories there."""
    return slug.lower() in RESERVED or slug.isdigit()
