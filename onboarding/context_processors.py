"""The way back to the step a reader came from, and the way to what waits for who walks along."""

from uuid import UUID

from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from notifications.context_processors import badge_of

from .reading import way_back
from .waiting import waiting_count


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


def onboarding_waiting(request) -> dict:
    """``onboarding_waiting``: ``{"count", "shown"}`` of who walks along with somebody, worked out only if a template asks.

    Empty for everybody else. No query as long as it is remembered, see ``waiting.waiting_count``.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.is_preboarder:
        return {}
    return {"onboarding_waiting": SimpleLazyObject(lambda: _waiting(user))}


def _waiting(user) -> dict:
    waiting = waiting_count(user, get_language())
    return badge_of(waiting["count"]) if waiting else {}
