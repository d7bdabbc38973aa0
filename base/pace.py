"""How often somebody may do something: counted in the cache, kept nowhere. All limits stand in docs/security.md."""

from functools import wraps

from django.core.cache import cache
from django.http import HttpResponse

from .errors import too_many_requests


def is_within(key: str, most: int, seconds: int) -> bool:
    """Counts one more time under ``key`` and says whether that is at most ``most`` times.

    The count starts anew ``seconds`` after its first time.
    """
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:
        # The cache forgot it between the two lines: a new count has begun.
        return True


def paced(name: str, most: int, seconds: int):
    """A view that somebody who is signed in may send to ``most`` times in ``seconds``; 429 from then on.

    Looking at its page costs nothing. For buttons; a form with text says it beside its fields instead.
    """

    def decorate(view):
        @wraps(view)
        def inner(request, *args, **kwargs) -> HttpResponse:
            if request.method == "POST" and not is_within(f"{name}:{request.user.pk}", most, seconds):
                return too_many_requests(request)
            return view(request, *args, **kwargs)

        return inner

    return decorate
