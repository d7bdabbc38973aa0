"""What the frame around every page needs."""

from django.conf import settings
from django.utils.translation import get_language

from .chrome import Chrome


def chrome(request) -> dict:
    """``chrome``: house style, menu and languages, each worked out only if asked for; ``LANGUAGE_CODE``: the interface's."""
    return {
        "chrome": Chrome(request),
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
    }
