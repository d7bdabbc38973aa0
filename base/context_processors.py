"""What the frame around every page needs."""

from django.utils.functional import SimpleLazyObject

from .chrome import Chrome


def chrome(request) -> dict:
    """``chrome``: house style, menu and languages; worked out only if the template asks."""
    return {"chrome": SimpleLazyObject(lambda: Chrome(request))}
