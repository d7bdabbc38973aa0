"""Searching, in a real browser: with a typo, filters and an anchor on a phone; suggestions with keys alone;
what isn't found becomes a question."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.looking import scrolls_sideways, small_targets, violations


def test_a_paragraph_is_found_despite_a_typo_and_filters_on_a_phone(visit):
    page = visit("employee", width=390, language="nl")
    page.goto("/nl/search/")
    page.fill("main input[name=q]", "foto van klnat")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=foto"))
    assert "klant" in page.locator("main p[role=status]:not(.visually-hidden)").first.inner_text()
    # One button holds all filters, until it is pressed.
    assert not page.locator(".facet input").first.is_visible()
    page.locator("main details.fold > summary").click()
    assert scrolls_sideways(page) is False
    assert small_targets(page) == []
    label = page.locator(".facet label:has(input[name=manual])").first
    number = int(label.locator("span").last.inner_text())
    label.click()
    page.locator("main form.sticky button[type=submit]").click()
    page.wait_for_url(re.compile(r"manual=\d+"))
    assert page.locator("main p[role=status]:not(.visually-hidden)").first.inner_text().startswith(f"{number} ")
    assert page.locator("main p.cluster a.chip").count() == 1
    link = page.locator(".result__deep a").first
    anchor = link.get_attribute("href").split("#")[1]
    link.click()
    page.wait_for_url(re.compile(rf"#{re.escape(anchor)}$"))
    assert page.locator(f"[id='{anchor}']").is_visible()
    assert page.evaluate("window.scrollY") > 0


def test_suggestions_are_walked_with_keys_alone(visit):
    page = visit("employee", width=1280, language="en")
    page.goto("/en/search/")
    box = page.locator("main input[name=q]")
    assert box.get_attribute("role") == "combobox"
    box.press_sequentially("ph")
    page.locator("#suggest-page-list [role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    expect(page.locator("#suggest-page-status")).to_contain_text("suggestion")
    options = page.locator("#suggest-page-list [role=option]")
    ids = [option.get_attribute("id") for option in options.all()]
    active = lambda: box.get_attribute("aria-activedescendant")  # noqa: E731
    assert active() is None
    for key, expected in (
        ("ArrowDown", ids[0]), ("ArrowDown", ids[1]), ("End", ids[-1]), ("ArrowDown", None), ("ArrowUp", ids[-1]), ("Home", ids[0]),
    ):  # fmt: skip
        page.keyboard.press(key)
        assert active() == expected, key
        assert page.locator("#suggest-page-list [aria-selected=true]").count() == (expected is not None)
    assert violations(page, "main form.search") == []
    page.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false" and not page.locator("#suggest-page-list").is_visible()
    assert box.input_value() == "ph"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    address = page.locator(f"#{ids[0]}").get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(re.escape(address)))


def test_enter_without_an_option_searches(visit):
    page = visit("employee", width=1280, language="en")
    page.locator("#search-top").press_sequentially("photo")
    page.locator("#suggest-top-list [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/en/search/\?q=photo$"))


def test_an_option_is_followed_by_a_tap(visit):
    page = visit("employee", width=390, language="nl")
    page.goto("/nl/search/")
    page.locator("main input[name=q]").press_sequentially("foto")
    option = page.locator("#suggest-page-list [role=option]").first
    option.wait_for()
    assert scrolls_sideways(page) is False
    address = option.get_attribute("href")
    option.click()
    page.wait_for_url(re.compile(re.escape(address)))


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("query", ["foto", "xqzvw klnat", "foto&team=1", "foto&checked=out-of-date"])
def test_results_are_in_order_for_everybody(visit, width, query):
    page = visit("employee", width=width, language="nl")
    page.goto(f"/nl/search/?q={query}")
    assert violations(page) == []
    assert scrolls_sideways(page) is False


def test_what_is_not_found_becomes_a_question_and_then_an_answer(visit):
    words = f"zwemkaart{uuid4().hex[:8]}"
    asker, desk = visit("employee", width=390), visit("community", width=1280)
    asker.goto(f"/nl/search/?q={words}")
    asker.locator(".empty a.button").click()
    asker.wait_for_url(re.compile(r"/questions/new/"))
    assert asker.locator("[name=text]").input_value() == words
    assert small_targets(asker) == [] and violations(asker) == []
    asker.fill("[name=text]", f"Waar koop ik een {words}?")
    asker.locator("main form button[type=submit]").click()
    asker.wait_for_url(re.compile(r"/questions/\d+/$"))
    desk.goto("/nl/questions/")
    desk.get_by_role("link", name=f"Waar koop ik een {words}?").click()
    desk.fill("[name=answer]", "Bij de balie in Hoogveld, voor vier euro.")
    desk.check("[name=is_public]")
    assert violations(desk) == []
    desk.locator("form[action$='/answer/'] button").click()
    desk.locator("main .tag", has_text="Beantwoord").first.wait_for()
    # Another colleague finds it, as soon as the index has it.
    colleague = visit("buddy", width=390)
    answer = colleague.locator("section[aria-labelledby=in-questions] h3 a")
    for _attempt in range(20):
        colleague.goto(f"/nl/search/?q={words}")
        if answer.count():
            break
        colleague.wait_for_timeout(500)
    assert colleague.locator(".empty").count() == 0 and small_targets(colleague) == [] and violations(colleague) == []
    answer.first.click()
    colleague.wait_for_url(re.compile(r"/questions/\d+/$"))
    assert "Bij de balie in Hoogveld" in colleague.locator("main").inner_text()
    assert "Daan" not in colleague.locator("main").inner_text()
