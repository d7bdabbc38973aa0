"""How often somebody may do something: counted in the cache, kept nowhere."""

from django.core.cache import cache


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
