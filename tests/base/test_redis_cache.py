"""With a real Redis that goes away and comes back: pages go on, nothing out of date comes back with it."""

import shutil
import socket
import subprocess
import time

import pytest
from django.core.cache import caches
from django.test import Client, override_settings

from base import redis_cache
from base.pace import is_within
from tests.factories import UserFactory
from tests.requirements import need


class Server:
    """A Redis of our own that keeps nothing on disk."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder, self.process = folder, None

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [
                shutil.which("redis-server"),
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                self.folder,
            ],
            stdout=subprocess.DEVNULL,
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("Redis doesn't start")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def redis(tmp_path, monkeypatch):
    """A running Redis, and the caches of the settings in it."""
    need(shutil.which("redis-server"), "redis-server (apt install redis-server)")
    monkeypatch.setattr(redis_cache, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(redis_cache, "_away", {})
    server = Server(tmp_path)
    server.start()
    shared = {
        "BACKEND": "base.redis_cache.RedisCache",
        "LOCATION": f"redis://127.0.0.1:{server.port}/0",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0},
    }
    sessions = shared | {"KEY_PREFIX": "session", "LONGEST": 60}
    with override_settings(
        CACHES={"default": shared, "sessions": sessions},
        SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
        SESSION_CACHE_ALIAS="sessions",
    ):
        yield server
    server.stop()


def until_asked_again() -> None:
    time.sleep(redis_cache.RETRY_SECONDS * 2)


def test_every_operation_goes_on_while_redis_is_away(redis):
    cache = caches["default"]
    cache.set_many({"a": 1, "b": "twee"})
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": "twee"}
    assert cache.refusal() == ""
    redis.stop()
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("n", 0) and not cache.add("n", 0)
    assert cache.incr("n") == 1
    cache.set("c", 3)
    assert cache.get("c") == 3 and "c" in cache
    cache.set_many({"d": 4})
    assert cache.get_many(["c", "d"]) == {"c": 3, "d": 4}
    assert cache.touch("c")
    cache.delete_many(["c", "d"])
    assert not cache.delete("c")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")
    cache.clear()
    assert "Error" in cache.refusal()


def test_what_was_changed_while_it_was_away_does_not_come_back_old(redis):
    """A pause is a network that is cut: what was in Redis is still there afterwards."""
    cache = caches["default"]
    cache.set("changed", "old")
    cache.set("deleted", "old")
    cache.set("left", "as it was")
    real, cache._cache._servers[0] = cache._cache._servers[0], "redis://127.0.0.1:9/0"
    cache._cache._pools.clear()
    cache.set("changed", "new")
    cache.delete("deleted")
    cache._cache._servers[0] = real
    cache._cache._pools.clear()
    until_asked_again()
    assert cache.get("changed") is None
    assert cache.get("deleted") is None
    assert cache.get("left") == "as it was"


def test_a_server_that_hangs_is_asked_once_in_a_while(redis, monkeypatch):
    monkeypatch.setattr(redis_cache, "RETRY_SECONDS", 30)
    monkeypatch.setattr(redis_cache, "_away", {})
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        place = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        cache = redis_cache.RedisCache(place, {"OPTIONS": {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}})
        started = time.monotonic()
        for number in range(50):
            cache.get(f"key-{number}")
        assert time.monotonic() - started < 3


def test_limits_hold_while_redis_is_away(redis):
    assert is_within("tries", 2, 60)
    redis.stop()
    assert [is_within("tries", 2, 60) for _time in range(4)] == [True, True, False, False]


@pytest.mark.django_db
def test_who_is_signed_in_stays_so_while_redis_is_away_and_back(redis):
    client, user = Client(), UserFactory()
    client.force_login(user)
    assert client.get("/nl/").status_code == 200
    redis.stop()
    assert client.get("/nl/").status_code == 200
    other = Client()
    assert other.get("/accounts/login/").status_code == 200
    other.force_login(user)
    assert other.get("/nl/search/?q=verlof").status_code == 200
    redis.start()
    until_asked_again()
    assert client.get("/nl/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/nl/").status_code == 302


@pytest.mark.django_db
def test_a_copy_of_a_session_lives_for_a_minute_at_most(redis):
    client = Client()
    client.force_login(UserFactory())
    client.get("/nl/")
    keys = caches["sessions"]._cache.get_client(None).keys("session:*")
    assert keys
    assert all(0 < caches["sessions"]._cache.get_client(None).ttl(key) <= 60 for key in keys)
