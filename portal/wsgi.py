"""WSGI entry point: ``gunicorn portal.wsgi``."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from notifications.jobs import run_in_background

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.production")
application = get_wsgi_application()
if settings.RUN_DUE_IN_PROCESS:
    run_in_background()
