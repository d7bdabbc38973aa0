"""A real server with the demo in it, and a real browser."""

import contextlib
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

from tests.requirements import need

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(items):
    """All browser tests share one server, so they run in one process."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a portal that was started as a newcomer starts it: migrate, seed_demo, serve.

    While writing a journey, ``PORTAL_SERVER=http://localhost:8000`` uses one that runs already, for instance `make demo`.
    """
    if running := os.environ.get("PORTAL_SERVER"):
        yield running
        return
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "DEMO": "1",
        "DEBUG": "0",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "SEARCH_INDEX_PATH": str(folder / "search"),
        "EMAIL_URL": "dummymail://",
    }
    for command in (["compile_catalogues"], ["migrate", "--verbosity", "0"], ["seed_demo"]):
        outcome = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=False, capture_output=True, text=True
        )
        assert outcome.returncode == 0, outcome.stderr[-3000:]
    log = (folder / "log").open("w")
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
        raise RuntimeError((folder / "log").read_text())
    yield address
    process.terminate()
    process.wait(10)


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
        page.on("console", lambda message: _is_fault(message) and faults.append(message.text))
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


def _is_fault(message) -> bool:
    # Wagtail's editor saves while one types, and is told 400 for what isn't complete yet; it tries again.
    is_early_save = "/admin/pages/" in message.location["url"] and "400 (Bad Request)" in message.text
    return message.type == "error" and not is_early_save


def _is_foreign(url: str, server: str) -> bool:
    return not url.startswith((server, "data:", "blob:", "about:"))
