"""The way back to the step a reader came from."""

from uuid import UUID

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from .reading import way_back


def came_from_step(request) -> dict:
    """``came_from_step`` on any page opened with ``?step=<translation_key>``: see ``reading.way_back``.

    The key is looked up among the steps that this reader may see and the address is made from what is found, so nothing
    in the query can lead elsewhere.
    """
    asked = request.GET.get("step", "")
    if not asked or not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    try:
        key = UUID(asked)
    except ValueError:
        return {}
    return {"came_from_step": SimpleLazyObject(lambda: way_back(request.user, key, get_language()))}
