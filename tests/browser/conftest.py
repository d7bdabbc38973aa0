"""A real server with the demo in it, and a real browser."""

import contextlib
import email
import email.policy
import email.utils
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.grouping import run_together
from tests.requirements import need

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items):
    """All browser tests share one server, so they run in one process.

    A browser on a busy machine may miss a moment: what failed is tried once more, and the summary says that it was.
    """
    run_together(items, __file__, pytest.mark.browser, pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def portal_env(tmp_path_factory) -> dict[str, str]:
    """The settings of the server, by which other processes reach its database and its mail.

    With ``PORTAL_SERVER`` those of this process: it has to be run with the same as that server. Only the settings module
    isn't: that of the tests makes passwords the server can't read.
    """
    if os.environ.get("PORTAL_SERVER"):
        return {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.dev"}
    folder = tmp_path_factory.mktemp("server")
    (folder / "mail").mkdir()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DEMO": "1",
        "DEBUG": "0",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "SEARCH_INDEX_PATH": str(folder / "search"),
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "CACHE_URL": "locmemcache://",
    }


@pytest.fixture(scope="session")
def server(portal_env, tmp_path_factory):
    """The address of a portal that was started as a newcomer starts it: migrate, seed_demo, serve.

    While writing a journey, ``PORTAL_SERVER=http://localhost:8000`` uses one that runs already, for instance `make demo`.
    """
    if running := os.environ.get("PORTAL_SERVER"):
        yield running
        return
    env = portal_env
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for command in (["compile_catalogues"], ["migrate", "--verbosity", "0"], ["seed_demo"]):
        outcome = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=False, capture_output=True, text=True
        )
        assert outcome.returncode == 0, outcome.stderr[-3000:]
    log_file = tmp_path_factory.mktemp("log") / "log"
    log = log_file.open("w")
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=env, stdout=log, stderr=log
    )
    address = f"http://localhost:{port}"
    for _attempt in range(150):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{address}/health/")  # noqa: S310
            break
        time.sleep(0.2)
    else:
        raise RuntimeError(log_file.read_text())
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="session")
def make_walk(server, portal_env, tmp_path_factory):
    """``make_walk("running", mark, "nl")``: a path with people, see ``tests.browser.walks``."""
    # The server writes its own index; nothing here has to be found by search.
    env = {**portal_env, "SEARCH_INDEX_PATH": str(tmp_path_factory.mktemp("walks"))}

    def make(kind: str, mark: str, language: str = "nl") -> dict:
        command = [sys.executable, "-m", "tests.browser.walks", kind, mark, language]
        outcome = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)  # noqa: S603
        assert outcome.returncode == 0, outcome.stderr[-3000:]
        return json.loads(outcome.stdout.splitlines()[-1])

    return make


@pytest.fixture
def mail_to(portal_env):
    """``mail_to("somebody@example.org")``: the plain text of the last mail to that address."""

    def read(address: str) -> str:
        files = sorted(Path(portal_env["EMAIL_URL"].removeprefix("filemail:///")).glob("*"))
        mails = [
            email.message_from_string(part.strip() + "\n", policy=email.policy.default)
            for file in files
            for part in re.split(r"\n-{70,}\n", file.read_text())
            if part.strip()
        ]
        mine = [mail for mail in mails if address in str(mail["To"])]
        assert mine, [str(mail["To"]) for mail in mails]
        last = max(mine, key=lambda mail: email.utils.parsedate_to_datetime(mail["Date"]))
        return last.get_body(("plain",)).get_content()

    return read


@pytest.fixture(scope="session")
def chromium():
    """One browser for all journeys."""
    need(CHROMIUM, "Chromium (apt-get install chromium)")
    # Playwright leaves an event loop running in this thread, where Django then refuses the database to later tests.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, server):
    """``visit("newcomer", width=390, language="nl")``: a browser page of that demo colleague, signed in by the form.

    A page that logs an error to the console or asks anything of another host fails the test.
    """
    contexts, faults = [], []

    def open_page(
        who: str | None = None, *, width: int = 390, height: int = 844, language: str = "nl", dark: bool = False
    ):
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale={"nl": "nl-NL", "en": "en-GB"}[language],
            color_scheme="dark" if dark else "light",
            base_url=server,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "request", lambda request: _is_foreign(request.url, server) and faults.append(f"foreign: {request.url}")
        )
        unfinished = set()
        page.on("response", lambda response: _is_early_save(response) and unfinished.add(response.url))
        page.on("console", lambda message: _is_fault(message, unfinished) and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults
        if who:
            page.goto(f"/accounts/login/?next=/{language}/")
            page.fill("input[name=login]", f"{who}@demo.example")
            page.fill("input[name=password]", "demo")
            page.locator("form:has(input[name=password]) button[type=submit]").click()
            page.wait_for_url(re.compile(rf"/{language}/"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def _is_early_save(response) -> bool:
    # Wagtail's editor saves while one types. Of a form that isn't complete yet it is told 400, and it tries again; only
    # this request asks for JSON and nothing else (wagtail.admin.views.generic.mixins.JsonPostResponseMixin).
    request = response.request
    return (
        response.status == 400
        and request.method == "POST"
        and re.search(r"/admin/pages/(add/.+|\d+/edit/)$", response.url.split("?")[0]) is not None
        and request.headers.get("accept") == "application/json"
    )


def _is_fault(message, unfinished: set[str]) -> bool:
    is_early_save = message.location["url"] in unfinished and "400 (Bad Request)" in message.text
    return message.type == "error" and not is_early_save


def _is_foreign(url: str, server: str) -> bool:
    return not url.startswith((server, "data:", "blob:", "about:"))
