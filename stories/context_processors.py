"""The way to the moderators' queue, on every page of who judges stories."""

from django.utils.functional import SimpleLazyObject

from notifications.context_processors import badge_of

from .judges import known_judges
from .models import Submission


def review_queue(request) -> dict:
    """``review_queue``: ``{"count", "shown"}`` of what waits for this reader; absent for who judges nothing.

    Who judges is remembered for all, so it costs other readers no query; opening the queue asks anew.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.pk not in known_judges():
        return {}
    return {"review_queue": SimpleLazyObject(lambda: _waiting(user))}


def _waiting(user) -> dict:
    return badge_of(Submission.objects.waiting_for(user).count())
