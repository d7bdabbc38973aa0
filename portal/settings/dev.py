"""On one's own machine: mail on the console, a throw-away key, errors shown."""

from pathlib import Path

from .base import *  # noqa: F403
from .base import STATIC_ROOT, STORAGES, VAR_DIR, env

VAR_DIR.mkdir(exist_ok=True)
DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", ".localhost"]
SECRET_KEY = env("SECRET_KEY", default="only for development; production refuses to start without its own")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Straight from the apps' folders: nobody has to run collectstatic on their own machine.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)
