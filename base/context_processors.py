"""What the frame around every page needs."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .chrome import Chrome


def chrome(request) -> dict:
    """``chrome``: house style, menu and languages, worked out only if asked for; ``LANGUAGE_CODE``: the interface's."""
    return {
        "chrome": SimpleLazyObject(lambda: Chrome(request)),
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
    }
