"""Redis as the cache of several machines, and what happens while it is away: pages go on, slower.

While it doesn't answer each process remembers for itself, as on a machine without Redis; so limits on attempts go on
holding, one process at a time. What was changed meanwhile is deleted from Redis when it is back: it may have missed that.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache as DjangosRedisCache
from django.core.cache.backends.redis import RedisCacheClient
from redis.exceptions import RedisError, ResponseError

from .breaker import Breaker

logger = logging.getLogger(__name__)
RETRY_SECONDS = 5.0
# So many changes are caught up one by one; after more than these the whole cache is emptied.
MOST_MISSED = 20_000
MOST_OWN = 5_000


@dataclass
class _Away:
    """What a process knows of a server that was away; all its threads share it."""

    breaker: Breaker = field(default_factory=lambda: Breaker(RETRY_SECONDS))
    lock: threading.Lock = field(default_factory=threading.Lock)
    missed: set[str] = field(default_factory=set)
    is_told: bool = False


_away: dict[str, _Away] = {}


class _Client(RedisCacheClient):
    """Every operation goes to the server, or to this process's own memory while the server is away."""

    def __init__(self, servers, **options):
        super().__init__(servers, **options)
        name = ",".join(servers)
        self._state = _away.setdefault(name, _Away())
        self._own = LocMemCache(f"while-away:{name}", {"OPTIONS": {"MAX_ENTRIES": MOST_OWN}})

    def add(self, key, value, timeout):
        """As Django's; so are those below."""
        return self._ask([key], lambda: super(_Client, self).add(key, value, timeout), "add", key, value, timeout)

    def get(self, key, default):
        return self._ask([], lambda: super(_Client, self).get(key, default), "get", key, default)

    def set(self, key, value, timeout):
        return self._ask([key], lambda: super(_Client, self).set(key, value, timeout), "set", key, value, timeout)

    def touch(self, key, timeout):
        return self._ask([key], lambda: super(_Client, self).touch(key, timeout), "touch", key, timeout)

    def delete(self, key):
        return self._ask([key], lambda: super(_Client, self).delete(key), "delete", key)

    def get_many(self, keys):
        keys = list(keys)
        return self._ask([], lambda: super(_Client, self).get_many(keys), "get_many", keys)

    def has_key(self, key):
        return self._ask([], lambda: super(_Client, self).has_key(key), "has_key", key)

    def incr(self, key, delta):
        return self._ask([key], lambda: super(_Client, self).incr(key, delta), "incr", key, delta)

    def set_many(self, data, timeout):
        return self._ask(list(data), lambda: super(_Client, self).set_many(data, timeout), "set_many", data, timeout)

    def delete_many(self, keys):
        keys = list(keys)
        return self._ask(keys, lambda: super(_Client, self).delete_many(keys), "delete_many", keys)

    def clear(self):
        return self._ask([], super().clear, "clear")

    def refusal(self) -> str:
        """Ask the server itself, at once: empty where it answers, else what is wrong."""
        try:
            self.get_client(None, write=True).ping()
        except RedisError as error:
            return type(error).__name__
        return ""

    def _ask(self, changed: Iterable[str], ask, method: str, *arguments) -> Any:
        state = self._state
        if state.breaker.lets_through():
            try:
                if state.missed:
                    self._catch_up()
                answer = ask()
            except RedisError as error:
                # What a server that works refuses, for instance because its memory is full, is no reason to fail either.
                if isinstance(error, ResponseError):
                    state.breaker.succeeded()
                else:
                    state.breaker.failed()
                self._tell(error)
            else:
                state.breaker.succeeded()
                state.is_told = False
                return answer
        with state.lock:
            state.missed.update(changed)
        return getattr(self._own, method)(*arguments)

    def _catch_up(self) -> None:
        state = self._state
        with state.lock:
            missed, state.missed = state.missed, set()
            self._own.clear()
        try:
            if len(missed) > MOST_MISSED:
                super().clear()
            else:
                super().delete_many(missed)
        except RedisError:
            with state.lock:
                state.missed |= missed
            raise

    def _tell(self, error: RedisError) -> None:
        if not self._state.is_told:
            self._state.is_told = True
            logger.warning("Redis doesn't answer (%s); pages go on without it.", type(error).__name__)


class RedisCache(DjangosRedisCache):
    """Django's, that outlives its server. ``LONGEST`` in the settings is the longest that anything is kept, in seconds."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _Client
        self._longest = params.get("LONGEST")

    def get_backend_timeout(self, timeout=DEFAULT_TIMEOUT):
        """In seconds, no longer than ``LONGEST``."""
        seconds = super().get_backend_timeout(timeout)
        if self._longest is None:
            return seconds
        return self._longest if seconds is None else min(seconds, self._longest)

    def refusal(self) -> str:
        """Ask the server at once, whatever happened before: empty where it answers, else what is wrong."""
        return self._cache.refusal()
