"""What people do, in a real browser against a real server."""

import re
from uuid import uuid4

import pytest


def test_a_newcomer_finishes_a_step_on_a_phone(visit):
    page = visit("newcomer", width=390)
    done = int(page.locator(".panel--block .ring span").inner_text())
    page.locator(".panel--block .button--sun").click()
    step = page.url
    page.locator("main a[href*='?step=']").first.click()
    page.wait_for_url(re.compile(r"/handboek/.*\?step="))
    page.locator(".way-back a").click()
    page.wait_for_url(step)
    page.locator("#state form button[type=submit]").first.click()
    page.locator("#state .tag--ok").wait_for()
    page.goto("/nl/onboarding/")
    assert int(page.locator(".panel--block .ring span").first.inner_text()) == done + 1
    # What is done can be undone, and the next visitor of this test's server finds the demo as it was.
    page.goto(step)
    page.locator("#state form .text-button").click()
    page.locator("#state form button.button").wait_for()


def test_a_step_is_completed_with_the_keyboard_alone(visit):
    page = visit("newcomer", width=1280)
    page.locator(".panel--block .button--sun").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/onboarding/.+/.+/.+/"))
    for _stop in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#state form .button[type=submit]')"):
            break
    else:
        pytest.fail("Tab never reached the button that completes the step")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.locator("#state .tag--ok").wait_for()
    page.locator("#state form .text-button").click()
    page.locator("#state form button.button").wait_for()


def test_the_first_tab_stop_skips_to_the_content(visit):
    page = visit("employee", width=1280)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "inhoud"


def test_the_path_can_be_walked_without_javascript(chromium, server):
    context = chromium.new_context(java_script_enabled=False, base_url=server, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/accounts/login/?next=/nl/onboarding/")
    page.fill("input[name=login]", "newcomer@demo.example")
    page.fill("input[name=password]", "demo")
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.locator(".panel--block .button--sun").first.click()
    # The address stays what it was, fragment and all: only what the next page shows tells that it came.
    page.locator("#state form button.button").click()
    page.locator("#state .tag--ok").wait_for()
    page.locator("#state form .text-button").click()
    page.locator("#state form button.button").wait_for()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_reader_finds_a_chapter_by_search_despite_a_typo(visit, width):
    page = visit("employee", width=width)
    page.goto("/nl/search/")
    page.fill("main input[name=q]", "foto van klnat")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=foto"))
    assert "klant" in page.locator("main p[role=status]:not(.visually-hidden)").inner_text()
    assert page.locator(".result mark").count() > 0
    page.locator(".result h3 a").first.click()
    page.wait_for_url(re.compile(r"/nl/handboek/sociale-media/"))


def test_the_language_switch_keeps_the_reader_on_the_same_page(visit):
    page = visit("employee", width=1280)
    page.goto("/nl/handboek/sociale-media/vertellen-over-je-werk/")
    page.locator(".site-header .lang a[lang=en]").click()
    page.wait_for_url(re.compile(r"/en/handbook/.+/.+/"))
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator(".site-header .lang a[lang=nl]").click()
    page.wait_for_url(re.compile(r"/nl/handboek/sociale-media/vertellen-over-je-werk/"))


def test_an_untranslated_story_says_so_and_carries_its_own_language(visit):
    page = visit("employee", width=390, language="en")
    page.goto("/nl/verhalen/drie-soorten-koffiekopjes/")
    page.locator(".site-header .lang a[lang=en]").click()
    page.wait_for_url(re.compile(r"/en/"))
    assert page.locator("h1[lang=nl], [lang=nl] h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


def test_an_editor_publishes_a_news_item_with_a_video(visit):
    page, mark = visit("editor", width=1280), uuid4().hex[:8]
    page.goto("/admin/pages/add/home/newspage/" + _page_id(page, "Nieuws") + "/")
    page.fill("textarea[name=title], input[name=title]", f"Een film {mark}")
    page.fill("textarea[name=summary]", "Zo ziet het eruit.")
    page.get_by_role("button", name=re.compile("blok|block", re.IGNORECASE)).first.click()
    page.get_by_role("option", name=re.compile(r"^Video$")).click()
    block = page.locator("[data-contentpath=body] [data-streamfield-child], [data-streamfield-child]").first
    block.locator("input[name$='-title']").fill("Marlies vertelt")
    block.get_by_role("button", name=re.compile("video|media", re.IGNORECASE)).first.click()
    page.locator(".modal a[data-chooser-modal-choice], .modal .media-choice").first.click()
    page.locator(".modal").wait_for(state="hidden")
    page.locator(
        "button[data-dropdown-toggle], .w-dropdown__toggle, footer [data-w-dropdown-target=toggle]"
    ).last.click()
    page.locator("button[name=action-publish]").click()
    page.wait_for_url(re.compile(r"/admin/pages/\d+/(edit/)?$"))
    page.goto(f"/nl/nieuws/een-film-{mark}/")
    assert page.locator("video track[kind=captions]").count() >= 1
    assert page.locator("video[autoplay]").count() == 0


def _page_id(page, title: str) -> str:
    """The id of the Dutch page with this title, as the admin's explorer links it."""
    page.goto("/admin/pages/?q=" + title)
    found = page.evaluate(
        """async (title) => {
            const answer = await fetch(`/admin/api/main/pages/?type=home.NewsIndexPage&locale=nl&fields=_,id,title`);
            return (await answer.json()).items.find((item) => item.title === title).id;
        }""",
        title,
    )
    return str(found)
