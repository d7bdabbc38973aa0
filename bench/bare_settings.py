"""Production's settings, with one page more to compare others with; see ``bare_urls``."""

from portal.settings.production import *  # noqa: F403

ROOT_URLCONF = "bare_urls"
