"""Signing in by an issuer in a real browser: there and back, and what was typed when a session ended."""

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT
from tests.issuer import running_issuer

SUBJECT = "subject-of-the-employee"
QUESTION = "Waarom klinkt de pomp om zes uur anders dan om negen uur?"


@pytest.fixture(scope="module")
def issuer():
    with running_issuer() as running:
        yield running


@pytest.fixture(scope="module")
def portal(server, portal_env, issuer, tmp_path_factory):
    """The demo's portal a second time, with single sign-on; after six seconds the next whole page goes by the issuer."""
    if os.environ.get("PORTAL_SERVER"):
        pytest.skip("needs a server of its own, with an issuer")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {
        **portal_env,
        "OIDC_SERVER_URL": issuer.url,
        "OIDC_CLIENT_ID": "portal",
        "OIDC_CLIENT_SECRET": "kept",
        "OIDC_NAME": "Veldbron account",
        "OIDC_LINK_CLAIM": "email",
        "OIDC_ROLES": "redactie=Editors",
        "OIDC_CHECK_MINUTES": "0.1",
        "RUN_DUE_IN_PROCESS": "0",
    }
    log_file = tmp_path_factory.mktemp("log") / "log"
    with log_file.open("w") as log:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)  # noqa: S603
        for _attempt in range(150):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://localhost:{port}/health/")
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(log_file.read_text())
        yield f"http://localhost:{port}"
        process.terminate()
        process.wait(10)


@pytest.fixture
def page(chromium, portal, issuer):
    """A phone, on which nobody signed in; the issuer is well and knows the employee."""
    issuer.here = issuer.refuses = None
    issuer.is_down = False
    issuer.knows(SUBJECT, email="employee@demo.example", email_verified=True, groups=["redactie"])
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="nl-NL", base_url=portal)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.refused = []
    page.on("console", lambda message: "form-action" in message.text and page.refused.append(message.text))
    yield page
    context.close()
    assert page.refused == []


def authorize(page, issuer, subject: str = SUBJECT) -> None:
    """As somebody does who has an account at the issuer, and has a session there from then on."""
    page.wait_for_url(re.compile(re.escape(issuer.url)))
    page.fill("input[name=sub]", subject)
    issuer.here = subject
    page.locator("form:has(input[name=sub]) button").click()


def arrive(page, issuer, path: str) -> None:
    page.goto(path)
    authorize(page, issuer)
    page.wait_for_url(re.compile(re.escape(path)))


def drop_session(page) -> None:
    page.context.clear_cookies(name="sessionid")


def test_a_deep_link_leads_there_and_roles_follow_the_groups(page, issuer):
    arrive(page, issuer, "/nl/settings/")
    expect(page.locator("h1")).to_have_text("Instellingen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("main a[href='/admin/']")).to_be_visible()
    issuer.knows(SUBJECT, email="employee@demo.example", groups=[])
    time.sleep(6)
    page.reload()
    expect(page.locator("main a[href='/admin/']")).to_have_count(0)
    assert issuer.asked[-1]["prompt"] == "none"
    # Closed there: out here with the next page.
    issuer.here = None
    time.sleep(6)
    page.goto("/nl/people/me/")
    page.wait_for_url(re.compile(re.escape(issuer.url)))


def test_whoever_refuses_is_not_known_or_finds_the_issuer_down_hears_so(page, issuer):
    page.goto("/nl/settings/")
    page.locator("button[value=deny]").click()
    page.wait_for_url(re.compile("/accounts/oidc/callback/"))
    page.locator("main a.button").click()
    authorize(page, issuer, f"stranger-{uuid4().hex[:6]}")
    page.wait_for_url(re.compile("/accounts/oidc/callback/"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("main a[href='/accounts/login/?other']")).to_be_visible()
    issuer.is_down = True
    # What the issuer says about itself is remembered for a minute.
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with contextlib.suppress(Exception):
            if page.goto("/accounts/login/").status == 503 and "/accounts/login/" in page.url:
                break
        time.sleep(3)
    expect(page.locator("main h1")).to_be_visible()
    assert "/accounts/login/" in page.url


def test_a_search_with_an_ended_session_is_no_dead_end(page, issuer):
    arrive(page, issuer, "/nl/settings/")
    page.goto("/nl/search/")
    drop_session(page)
    field = page.locator("main input[name=q]").first
    field.fill("pomp")
    field.press("Enter")
    page.wait_for_url(re.compile(re.escape(issuer.url)))
    authorize(page, issuer)
    page.wait_for_url(re.compile(r"/nl/search/\?.*q=pomp"))


def test_a_question_outlives_the_session_it_was_typed_in(page, issuer):
    arrive(page, issuer, "/nl/questions/new/")
    fields = page.locator("main form input[type=text]:visible, main form textarea:visible")
    text = f"{QUESTION} {uuid4().hex[:6]}"
    for field in fields.all():
        field.fill(text)
    drop_session(page)
    with page.expect_response(lambda response: response.request.method == "POST") as sending:
        page.locator("main form:has(textarea) button[type=submit]").first.click()
    assert sending.value.status == 401
    expect(page.locator("#typed")).to_have_value(re.compile(re.escape(text)))
    with page.context.expect_page() as opening:
        page.locator("a[target=_blank]").click()
    other = opening.value
    authorize(other, issuer)
    other.wait_for_url(re.compile("/accounts/signed-in/"))
    other.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-fresh-status]")).not_to_be_empty()
    with page.expect_response(lambda response: response.request.method == "POST") as sending:
        page.locator("form[data-fresh-token] button").click()
    assert sending.value.status in (200, 302)
    page.wait_for_load_state()
    assert text in page.content()


def test_a_story_outlives_the_session_it_was_typed_in(page, issuer):
    arrive(page, issuer, "/nl/stories/new/")
    title = f"De pomp van zes uur {uuid4().hex[:6]}"
    page.locator("input[name=title]").fill(title)
    drop_session(page)
    page.locator("textarea[name=text]").fill("Om zes uur hoorde ik de pomp al vanaf het hek.")
    page.locator("textarea[name=text]").blur()
    link = page.locator("#write-status a")
    expect(link).to_be_visible()
    link.click()
    authorize(page, issuer)
    page.wait_for_url(re.compile("/nl/stories/new/"))
    # A new form, and a way to what was on this device: by now it is a draft on the server.
    page.locator("#write-status a[href*='/draft/']").click()
    page.wait_for_url(re.compile("/draft/"))
    expect(page.locator("input[name=title]")).to_have_value(title)
    expect(page.locator("textarea[name=text]")).to_have_value(re.compile("vanaf het hek"))
