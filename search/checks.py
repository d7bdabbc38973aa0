"""What has to be right before anybody searches."""

from django.conf import settings
from django.core.checks import Error
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured

from .engine import engine_for


def check_engine(**kwargs) -> list[Error]:
    """``SEARCH_URL`` names an engine that there is."""
    try:
        engine_for(settings.SEARCH_URL, str(settings.SEARCH_INDEX_PATH))
    except ImproperlyConfigured as error:
        return [Error(str(error), id="search.E001")]
    return []


def check_secrecy(**kwargs) -> list[Caution]:
    """A password for the search server isn't sent where others can read it."""
    url = settings.SEARCH_URL
    if "@" in url and not check_engine() and not engine_for(url, "").servers.address.nodes[0].startswith("https:"):
        hint = "Add tls=1 to SEARCH_URL, unless the servers are reached over a network of their own."
        return [Caution("The password of the search server is sent unencrypted.", hint=hint, id="search.W001")]
    return []
