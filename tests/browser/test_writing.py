"""Writing a story on a phone whose connection comes and goes."""

import io

import pytest
from PIL import Image

STORED = "Object.keys(localStorage).filter((key) => key.startsWith('story:'))"
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "ERR_ABORTED", "409", "401", "403")


@pytest.fixture
def photo():
    """A photo as a phone sends it."""
    target = io.BytesIO()
    Image.new("RGB", (1200, 900), (20, 60, 90)).save(target, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()}


def forgive(page) -> None:
    """Being offline, and a refused save, stand in the console as errors; here they are what is tried."""
    page.faults[:] = [fault for fault in page.faults if not any(known in fault for known in EXPECTED)]


def wait_for_stored(page, number: int) -> None:
    """Wait until so many drafts are kept on the device."""
    # Polled from here: the page's policy forbids Playwright to do so inside.
    for _attempt in range(150):
        if len(page.evaluate(STORED)) == number:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate(STORED))


def saved(page) -> None:
    """Wait until nothing is left on the device."""
    wait_for_stored(page, 0)


@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])
def test_a_story_begun_without_connection_is_sent_with_it(visit, photo, language, width):
    page = visit("newcomer", width=width, language=language)
    page.goto(f"/{language}/stories/new/")
    page.context.set_offline(True)
    page.fill("[name=title]", "Zonder bereik in de kelder")
    page.fill("[name=text]", "Er was geen bereik, en toch stond alles er nog.")
    page.click("[name=go][value=photos]")
    wait_for_stored(page, 1)
    assert page.url.endswith("/stories/new/")
    page.context.set_offline(False)
    page.wait_for_selector("#photos")
    saved(page)
    page.context.set_offline(True)
    page.set_input_files("#photos", photo)
    page.wait_for_selector("#write-waiting li")
    page.context.set_offline(False)
    page.wait_for_selector("[data-photo]")
    assert page.locator("#write-waiting li").count() == 0
    page.fill("[name$=-alt_text]", "Een donkere kelder")
    page.locator("[name$=-who]").type("noor", delay=40)
    page.locator("[data-people] button.chip").first.click()
    assert page.locator("[data-chosen] input:checked").count() == 1
    page.click("[name=go][value=check]")
    page.wait_for_selector("#look")
    assert page.locator("#todo").count() == 0
    page.dblclick("form[data-write] button[type=submit]")
    page.wait_for_url("**/stories/mine/*/")
    assert page.evaluate(STORED) == []
    forgive(page)


def test_two_tabs_never_overwrite_each_other_silently(visit):
    page = visit("employee")
    page.goto("/nl/stories/new/")
    page.fill("[name=title]", "Twee tabbladen")
    page.locator("[name=title]").blur()
    page.wait_for_url("**/stories/draft/*/")
    one, two = page.context.new_page(), page.context.new_page()
    for tab in (one, two):
        tab.goto(page.url)
    two.fill("[name=text]", "Van het tweede.")
    two.locator("[name=text]").blur()
    saved(two)
    one.fill("[name=text]", "Van het eerste.")
    one.locator("[name=text]").blur()
    box = one.locator("section[data-conflict]")
    box.wait_for()
    assert "Van het tweede." in box.inner_text()
    assert one.input_value("[name=text]") == "Van het eerste."
    box.locator("[data-keep]").click()
    saved(one)
    two.reload()
    assert two.input_value("[name=text]") == "Van het eerste."
    forgive(page)


def test_what_is_typed_survives_an_expired_sign_in_and_a_reload(visit):
    page = visit("employee")
    page.goto("/nl/stories/new/")
    page.fill("[name=title]", "Uitgelogd")
    page.locator("[name=title]").blur()
    page.wait_for_url("**/stories/draft/*/")
    saved(page)
    page.context.clear_cookies()
    page.fill("[name=text]", "Getypt terwijl ik was uitgelogd.")
    page.locator("[name=text]").blur()
    page.click("#write-status a")
    page.fill("input[name=login]", "employee@demo.example")
    page.fill("input[name=password]", "demo")
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_selector("[name=text]")
    saved(page)
    assert page.input_value("[name=text]") == "Getypt terwijl ik was uitgelogd."
    page.fill("[name=text]", "Vlak voor het herladen.")
    page.reload()
    saved(page)
    assert page.input_value("[name=text]") == "Vlak voor het herladen."
    forgive(page)
