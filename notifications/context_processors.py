"""The bell of every page."""

from django.utils.functional import SimpleLazyObject

from .bell import unseen_of

MOST = 9


def bell(request) -> dict:
    """``bell``: ``{"count", "shown"}`` of who is signed in, worked out only if a template asks; "9+" above nine."""
    return {"bell": SimpleLazyObject(lambda: _count(request))}


def _count(request) -> dict:
    user = getattr(request, "user", None)
    count = unseen_of(user) if user is not None and user.is_authenticated else 0
    return badge_of(count)


def badge_of(count: int) -> dict:
    """``{"count", "shown"}`` of a number beside an icon: "9+" above nine."""
    return {"count": count, "shown": f"{MOST}+" if count > MOST else str(count)}
