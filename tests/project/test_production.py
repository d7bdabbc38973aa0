"""Production starts with good settings alone, and says all that is wrong at once."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.production import PRODUCTION
from tests.project.test_code import ROOT


@pytest.fixture
def refused(start):
    """``refused(changed)``: the settings that are named in the refusal."""

    def names(changed: dict[str, str | None]) -> set[str]:
        try:
            start(changed)
        except ImproperlyConfigured as refusal:
            return {line[2:].partition(":")[0] for line in str(refusal).splitlines() if line.startswith("- ")}
        return set()

    return names


def test_good_settings_start(refused):
    assert not refused({})
    # One machine: SQLite and no Redis are fine, once said.
    assert not refused({"DATABASE_URL": "sqlite:////srv/portal.sqlite3", "CACHE_URL": None, "SEARCH_URL": None})


def test_everything_that_is_missing_is_named_at_once(refused):
    missing = dict.fromkeys(PRODUCTION)
    assert refused(missing) == {
        "SECRET_KEY",
        "ALLOWED_HOSTS",
        "BASE_URL",
        "DATABASE_URL",
        "EMAIL_URL",
        "DEFAULT_FROM_EMAIL",
    }


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SECRET_KEY": "short"}, {"SECRET_KEY"}),
        ({"SECRET_KEY": "ab" * 40}, {"SECRET_KEY"}),
        ({"SECRET_KEY": "django-insecure-7fR2mQ9xLw4ZtB8vKc1YpD6sHj3NgE5aUo0iTbVr"}, {"SECRET_KEY"}),
        ({"ALLOWED_HOSTS": "*"}, {"ALLOWED_HOSTS", "BASE_URL"}),
        ({"ALLOWED_HOSTS": " , "}, {"ALLOWED_HOSTS", "BASE_URL"}),
        ({"ALLOWED_HOSTS": "portal.example.org,https://portal.example.org"}, {"ALLOWED_HOSTS"}),
        ({"BASE_URL": "http://portal.example.org"}, {"BASE_URL"}),
        ({"BASE_URL": "https://localhost"}, {"BASE_URL"}),
        ({"BASE_URL": "https://elsewhere.example.org"}, {"BASE_URL"}),
        ({"EMAIL_URL": "consolemail://", "DEFAULT_FROM_EMAIL": "x@localhost"}, {"EMAIL_URL", "DEFAULT_FROM_EMAIL"}),
        ({"DEBUG": "1", "DEMO": "1", "HTTPS": "0"}, {"DEBUG", "DEMO", "HTTPS"}),
        ({"CACHE_URL": "dummycache://"}, {"CACHE_URL"}),
        ({"TASKS_BACKEND": "django_tasks.backends.dummy.DummyBackend"}, {"TASKS_BACKEND"}),
        ({"SENDFILE_BACKEND": "nginx"}, {"SENDFILE_BACKEND"}),
        ({"AWS_S3_ENDPOINT_URL": "s3.example.org"}, {"AWS_STORAGE_BUCKET_NAME", "AWS_S3_ENDPOINT_URL"}),
        ({"AWS_STORAGE_BUCKET_NAME": "uploads", "AWS_ACCESS_KEY_ID": "me"}, {"AWS_SECRET_ACCESS_KEY"}),
        ({"AWS_STORAGE_BUCKET_NAME": "uploads", "DATABASE_URL": "sqlite:////srv/portal.sqlite3"}, {"DATABASE_URL"}),
    ],
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else "",
)
def test_what_is_weak_is_named(refused, changed, named):
    assert refused(changed) == named


def test_no_secret_is_repeated(start):
    with pytest.raises(ImproperlyConfigured) as refusal:
        start({"SECRET_KEY": "geheim-woord", "DATABASE_URL": None, "EMAIL_URL": "consolemail://x:wachtwoord@y"})
    assert "geheim" not in str(refusal.value) and "wachtwoord" not in str(refusal.value)


def test_a_process_does_not_start():
    env = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    env |= {"DJANGO_SETTINGS_MODULE": "portal.settings.production", "SECRET_KEY": "short"}
    outcome = subprocess.run(
        [sys.executable, "-c", "import portal.wsgi"], cwd=ROOT, env=env, check=False, capture_output=True, text=True
    )
    assert outcome.returncode and "- SECRET_KEY: is too easy" in outcome.stderr and "- BASE_URL:" in outcome.stderr


def test_a_trial_on_this_machine_needs_a_key_and_its_hosts(refused):
    trial = dict.fromkeys(PRODUCTION) | {"ALLOWED_HOSTS": "localhost,127.0.0.1", "DEMO": "1", "HTTPS": "0"}
    assert refused(trial | {"SECRET_KEY": PRODUCTION["SECRET_KEY"]}) == set()
    assert refused(trial) == {"SECRET_KEY"}


def test_an_image_is_built_without_any_secret(tmp_path):
    env = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    env |= {"DJANGO_SETTINGS_MODULE": "portal.settings.build", "STATIC_ROOT": str(tmp_path)}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0"]
    outcome = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)  # noqa: S603
    assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / "staticfiles.json").exists()


def test_redis_is_the_cache_and_keeps_a_copy_of_sessions_for_a_minute(start):
    settings = start({})
    assert settings.CACHES["default"]["BACKEND"] == settings.CACHES["sessions"]["BACKEND"]
    assert settings.CACHES["default"]["BACKEND"] == "base.redis_cache.RedisCache"
    assert settings.CACHES["sessions"]["LONGEST"] == 60
    assert settings.SESSION_ENGINE.endswith("cached_db")
    assert not hasattr(start({"CACHE_URL": None}), "SESSION_ENGINE")
