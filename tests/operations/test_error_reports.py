"""Sentry hears where it went wrong, and nothing of whoever it went wrong for."""

import json
import os
import subprocess
import sys

from tests.project.test_logging import ROOT

CRASH = """
import json, sys
import django
from django.conf import settings
django.setup()
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.test import Client
from django.urls import path
from sentry_sdk.transport import Transport
from operations.error_reports import start

sent = []

class Fake(Transport):
    def capture_envelope(self, envelope):
        sent.append(envelope.serialize().decode())

class Visitor:
    pk, email, username, is_authenticated, is_active = 417, "canary@geheim.example", "canary", True, True

@login_not_required
def broken(request, word):
    request.user = Visitor()
    local = "canary-local"
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["canary-sql"])
    request.POST.get("text")
    import logging
    logging.getLogger("search").info("Before: %s", "canary-breadcrumb")
    try:
        raise KeyError("canary-cause")
    except KeyError as error:
        raise ValueError(f"no such word: {local} canary@geheim.example") from error

@login_not_required
def logged(request):
    import logging
    logging.getLogger("search").error("Could not read %s.", "canary-argument")
    raise AssertionError("canary-assert")

class Urls:
    urlpatterns = [path("broken/<str:word>/", broken, name="broken"), path("logged/", logged, name="logged")]
    handler500 = "base.errors.server_error"

settings.ROOT_URLCONF = Urls
settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
settings.MIDDLEWARE = ["operations.middleware.RequestMiddleware", "django.contrib.sessions.middleware.SessionMiddleware"]
settings.ALLOWED_HOSTS = ["*"]
start("http://key@localhost:1/1", transport=Fake)
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "canary-cookie"
answer = client.post("/broken/canary-path/?q=canary-query", {"text": "canary-form"}, headers={"x-thing": "canary-header",
    "referer": "http://x/canary-referer"}, REMOTE_ADDR="198.51.100.77")
client.get("/logged/")
client.get("/broken/x/", headers={"host": "canary host"})
import sentry_sdk
with sentry_sdk.start_transaction(name="canary-transaction"):
    pass
sentry_sdk.flush()
print(json.dumps({"sent": sent, "id": answer["X-Request-ID"], "status": answer.status_code}))
"""


def _run(script: str, **env: str) -> str:
    base = {"DJANGO_SETTINGS_MODULE": "portal.settings.dev", "DEBUG": "0", "DATABASE_URL": "sqlite://:memory:"}
    command = [sys.executable, "-c", script]
    outcome = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env={**os.environ, **base, **env}, check=True, capture_output=True, text=True
    )
    return outcome.stdout.strip().splitlines()[-1]


def test_a_report_says_where_and_nothing_of_anybody():
    outcome = json.loads(_run(CRASH))
    assert outcome["status"] == 500
    assert len(outcome["sent"]) == 4
    for envelope in outcome["sent"]:
        # The code of this very script isn't in a file, so no line of it comes along.
        assert [word for word in ("canary", "geheim", "198.51.100", "localhost:1") if word in envelope.lower()] == []
    report = json.loads(outcome["sent"][0].splitlines()[-1])
    kinds = [value["type"] for value in report["exception"]["values"]]
    assert kinds == ["KeyError", "ValueError"]
    assert report["tags"] == {"request_id": outcome["id"], "route": "broken"}
    assert report["user"] == {"id": "417"}
    assert any(frame["function"] == "broken" for frame in report["exception"]["values"][1]["stacktrace"]["frames"])
    assert set(report) <= {
        *("event_id", "timestamp", "level", "platform", "release", "environment", "logger", "sdk"),
        *("tags", "transaction", "user", "exception", "contexts"),
    }


IMPORTED = "import django, sys; django.setup(); print('sentry_sdk' in sys.modules)"


def test_without_an_address_nothing_of_it_is_loaded():
    assert _run(IMPORTED, SENTRY_DSN="") == "False"
    assert _run(IMPORTED, SENTRY_DSN="http://key@localhost:1/1") == "True"
