"""What tests ask of the cache besides what Django's have in common."""

from django.core.cache import cache

LOCAL = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "a test of its own"}}


def cached_keys() -> list[str]:
    """Every key that is kept, without what is put before it; in this process's memory or in Redis."""
    if hasattr(cache._cache, "get_client"):
        keys = [key.decode() for key in cache._cache.get_client().scan_iter(cache.make_key("*"))]
    else:
        keys = list(cache._cache)
    return [key.removeprefix(cache.make_key("")) for key in keys]
