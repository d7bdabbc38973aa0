"""For making an image: ``collectstatic`` before there is any secret or service. Serves nobody."""

import secrets

from .base import *  # noqa: F403

SECRET_KEY = secrets.token_urlsafe(60)
