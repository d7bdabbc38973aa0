"""For the tests: fast hashing, files and indexes in a folder that is thrown away."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from .base import *  # noqa: F403
from .base import CACHES, DATABASES, STORAGES

SECRET_KEY = "tests only"  # noqa: S105
ALLOWED_HOSTS = ["*"]
UPLOAD_SCANNER = SENTRY_DSN = ""
DEMO = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
_scratch = Path(tempfile.mkdtemp(prefix="portal-tests-"))
MEDIA_ROOT = SENDFILE_ROOT = str(_scratch / "media")
SEARCH_INDEX_PATH = str(_scratch / "search")
STATIC_ROOT = str(_scratch)
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)
# A file, as in real life: several connections at once can't share SQLite in memory. Runs side by side on one machine
# name theirs.
if name := os.environ.get("TEST_DATABASE_NAME"):
    DATABASES["default"]["TEST"] = {"NAME": name}
elif DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "test.sqlite3")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # Each process empties its cache before each test, so each has one; the first is that of servers which tests start.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    for cache in CACHES.values():
        cache["LOCATION"] = urlsplit(cache["LOCATION"])._replace(path=f"/{number}").geturl()
    # Tests pin how many questions a page asks the database; without Redis a session is one of them.
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
