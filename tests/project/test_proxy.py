"""nginx in front of gunicorn, both real: a file is sent by nginx, after the portal's check and with its headers."""

import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest
from django.db import connection

from tests.production import PRODUCTION
from tests.project.test_shape import ROOT, nginx_config
from tests.requirements import need

# The database is only there for tests that say so.
pytestmark = pytest.mark.django_db
PREPARE = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.conf import settings
from base.models import PortalMedia
from people.models import User
user = User.objects.create_user(email="noor@example.org", password="secret-enough-1")
media = PortalMedia.objects.create(title="Welkom", type="video", duration=1, file=ContentFile(bytes(range(200)), "welkom.mp4"))
session = SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session.create()
print(session.session_key, media.url)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Portal:
    """The portal behind nginx: ``get(path)`` gives status, headers and body; with ``data`` a form is sent."""

    def __init__(self, port: int, cookie: str, media: str):
        self.port, self.cookie, self.media = port, cookie, media
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        # Without a jar: a session that was prolonged for one test isn't that of the next.
        self._open = urllib.request.build_opener(_Stay, urllib.request.HTTPSHandler(context=context))

    def get(self, path: str, *, signed_in: bool = False, data: bytes | None = None, **headers: str):
        headers = {"Host": "portal.example.org", **{name.replace("_", "-"): text for name, text in headers.items()}}
        if signed_in:
            headers["Cookie"] = f"__Host-sessionid={self.cookie}"
        request = urllib.request.Request(f"https://127.0.0.1:{self.port}{path}", headers=headers, data=data)
        try:
            with self._open.open(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()


@pytest.fixture(scope="module")
def portal(tmp_path_factory, django_db_setup, django_db_blocker):
    """gunicorn with production's settings on a copy of the tests' database, nginx with ours before it."""
    if connection.vendor != "sqlite":
        pytest.skip("copies the file of the tests' database: run on SQLite")
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    need(nginx, "nginx (apt install nginx)")
    folder = tmp_path_factory.mktemp("proxy")
    web, tls = free_port(), free_port()
    env = {name: value for name, value in os.environ.items() if name not in ("CACHE_URL", "SEARCH_URL")}
    env |= PRODUCTION | {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "SEARCH_INDEX_PATH": str(folder / "search"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "SENDFILE_BACKEND": "django_sendfile.backends.nginx",
        "WEB_BIND": f"127.0.0.1:{web}",
        "WEB_WORKERS": "1",
        "UPLOAD_SCANNER": "",
    }
    for name in ("CACHE_URL", "SEARCH_URL", "TASKS_BACKEND"):
        env.pop(name, None)

    def run(*command: str) -> str:
        outcome = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
        assert outcome.returncode == 0, outcome.stderr
        return outcome.stdout

    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(folder / "portal.sqlite3")) as copy:
        source.backup(copy)
    run(sys.executable, "manage.py", "collectstatic", "--no-input", "-v", "0")
    cookie, media = run(sys.executable, "-c", PREPARE).split()[-2:]
    config = nginx_config(folder, "debian.conf")
    ours = re.sub(r"/srv/portal/", f"{folder}/", (ROOT / "deploy" / "nginx" / "portal.conf").read_text())
    (folder / "portal.conf").write_text(ours)
    site = (
        (folder / "site.conf")
        .read_text()
        .replace(str(ROOT / "deploy" / "nginx" / "portal.conf"), f"{folder}/portal.conf")
    )
    site = re.sub(r"listen \[::\]:\d+.*;", "", site).replace("18443", f"127.0.0.1:{tls}")
    (folder / "site.conf").write_text(
        site.replace("18080", f"127.0.0.1:{free_port()}").replace("127.0.0.1:8000", f"127.0.0.1:{web}")
    )
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
    processes = [
        subprocess.Popen(gunicorn, cwd=ROOT, env=env),  # noqa: S603
        subprocess.Popen([nginx, "-c", config, "-g", "daemon off;"]),  # noqa: S603
    ]
    try:
        found = Portal(tls, cookie, media)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if found.get("/health/ready/")[0] == 200:
                    break
            except OSError:
                pass
            time.sleep(0.3)
        yield found
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(40)


def test_it_is_ready_and_gunicorn_says_so_past_nginx(portal):
    assert portal.get("/health/ready/")[::2] == (200, b"ready")


def test_nginx_sends_a_file_after_the_check_and_only_then(portal):
    status, headers, _body = portal.get(portal.media)
    assert status == 302 and "/accounts/login/" in headers["Location"]
    status, headers, body = portal.get(portal.media, signed_in=True)
    assert (status, body) == (200, bytes(range(200)))
    # What nginx would leave out by itself.
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers.get_all("X-Content-Type-Options") == ["nosniff"]
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Type"] == "video/mp4"
    assert "X-Accel-Redirect" not in headers
    status, headers, body = portal.get(portal.media, signed_in=True, Range="bytes=190-")
    assert (status, body) == (206, bytes(range(190, 200)))


@pytest.mark.parametrize(
    "path", ["/protected/media/welkom.mp4", "/protected/../portal.sqlite3", "/static/../portal.sqlite3", "/metrics"]
)
def test_what_is_not_for_readers_has_no_address(portal, path):
    assert portal.get(path, signed_in=True)[0] in (400, 404)


def test_stylesheets_come_from_nginx_and_are_kept(portal):
    _status, _headers, page = portal.get("/accounts/login/")
    sheet = re.search(rb'href="(/static/[^"]+\.css)"', page)[1].decode()
    status, headers, _body = portal.get(sheet, Accept_Encoding="gzip")
    assert status == 200 and headers["Content-Encoding"] == "gzip"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_pages_have_their_headers_once_and_an_id_that_nobody_chose(portal):
    status, headers, _body = portal.get("/accounts/login/", X_Request_ID="chosen", X_Forwarded_Host="evil.example")
    assert status == 200
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "Strict-Transport-Security", "X-Request-ID"):
        assert len(headers.get_all(name)) == 1, name
    assert headers["X-Request-ID"] != "chosen" and len(headers["X-Request-ID"]) == 32
    assert headers["Server"] == "nginx"


def test_while_no_process_answers_nginx_says_so_in_our_words(tmp_path):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    need(nginx, "nginx (apt install nginx)")
    tls = free_port()
    config = nginx_config(tmp_path, "debian.conf")
    ours = (ROOT / "deploy" / "nginx" / "portal.conf").read_text()
    (tmp_path / "portal.conf").write_text(ours.replace("/srv/portal/static", str(ROOT / "portal" / "static")))
    site = (tmp_path / "site.conf").read_text()
    site = site.replace(str(ROOT / "deploy" / "nginx" / "portal.conf"), f"{tmp_path}/portal.conf")
    site = re.sub(r"listen \[::\]:\d+.*;", "", site).replace("18443", f"127.0.0.1:{tls}")
    site = site.replace("18080", f"127.0.0.1:{free_port()}").replace("127.0.0.1:8000", f"127.0.0.1:{free_port()}")
    (tmp_path / "site.conf").write_text(site)
    process = subprocess.Popen([nginx, "-c", config, "-g", "daemon off;"])  # noqa: S603
    try:
        portal, until = Portal(tls, "", ""), time.monotonic() + 10
        while True:
            try:
                status, headers, body = portal.get("/nl/")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.1)
        assert status == 502 and "Laad deze bladzijde" in body.decode() and 'lang="en"' in body.decode()
        assert headers["Cache-Control"] == "no-store" and headers["Retry-After"] == "60"
        assert portal.get("/nl/questions/new/", data=b"question=x")[0] == 502
        assert portal.get("/static/portal/away.html")[0] == 404
    finally:
        process.terminate()
        process.wait(10)
