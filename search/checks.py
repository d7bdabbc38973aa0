"""What has to be right before anybody searches."""

from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import ImproperlyConfigured

from .engine import engine_for


def check_engine(**kwargs) -> list[Error]:
    """``SEARCH_URL`` names an engine that there is."""
    try:
        engine_for(settings.SEARCH_URL, str(settings.SEARCH_INDEX_PATH))
    except ImproperlyConfigured as error:
        return [Error(str(error), id="search.E001")]
    return []
