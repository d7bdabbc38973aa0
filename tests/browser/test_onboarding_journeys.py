"""What HR, editors and buddies change on a path while somebody is under way."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

BOTH = pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])


@pytest.fixture
def mark() -> str:
    """What tells this journey's people and pages from those of others."""
    return uuid4().hex[:8]


def preview_and_confirm(page: Page) -> None:
    """What HR and editors do is shown first; what was shown is confirmed."""
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.locator("main input[name=seen]").wait_for(state="attached")
    page.locator("main form:has(input[name=seen]) button[type=submit]").first.click()
    page.locator("main input[name=seen]").wait_for(state="detached")


@BOTH
def test_hr_moves_the_start_date(visit, make_walk, mark, language, width):
    walk = make_walk("running", mark, language)
    newcomer = visit(walk["newcomer"], width=width, language=language)
    newcomer.goto(f"/{language}/onboarding/")
    expect(newcomer.locator(".panel--block")).to_contain_text(re.compile(r"\b14 da"))
    hr = visit("hr", width=width)
    hr.goto(f"/admin/enrolments/edit/{walk['enrolment']}/start/")
    hr.fill("main [name=start_date]", (date.today() + timedelta(days=35)).isoformat())
    hr.keyboard.press("Escape")
    preview_and_confirm(hr)
    newcomer.reload()
    expect(newcomer.locator(".panel--block")).to_contain_text(re.compile(r"\b35 da"))


@pytest.mark.parametrize(("language", "width", "choice"), [("nl", 390, "all"), ("en", 1280, "new")])
def test_the_editor_says_for_whom_an_added_step_is(visit, make_walk, mark, language, width, choice):
    walk = make_walk("running", mark, language)
    editor = visit("editor", width=width)
    editor.goto(f"/admin/pages/add/onboarding/steppage/{walk['phase']}/")
    editor.fill("[name=title]", f"Erbij {mark}")
    editor.locator("footer [data-w-dropdown-target=toggle]").last.click()
    editor.locator("button[name=action-publish]").click()
    editor.locator(".messages a[href*='/onboarding/changes/']").first.click()
    assert editor.locator("main [name=choice]").count() == 3
    editor.check(f"main [name=choice][value={choice}]")
    preview_and_confirm(editor)
    newcomer = visit(walk["newcomer"], width=width, language=language)
    newcomer.goto(f"/{language}/onboarding/?by=phase")
    expect(newcomer.locator("main .route").get_by_text(f"Erbij {mark}")).to_have_count(1 if choice == "all" else 0)


@BOTH
def test_the_buddy_confirms_a_step(visit, make_walk, mark, language, width):
    walk = make_walk("running", mark, language)
    buddy = visit(walk["buddy"], width=width, language=language)
    buddy.goto(f"/{language}/onboarding/for-me/")
    buddy.locator("main .row__title a").first.click()
    buddy.locator("#state form button.button").first.click()
    buddy.wait_for_url(re.compile(r"/onboarding/for/\d+/$"))
    buddy.goto(f"/{language}/onboarding/for-me/")
    expect(buddy.locator("main .row__title a")).to_have_count(0)
    newcomer = visit(walk["newcomer"], width=width, language=language)
    newcomer.goto(f"/{language}/onboarding/")
    expect(newcomer.locator("section[aria-labelledby=by-others]")).to_contain_text(
        {"nl": "gedaan op", "en": "done on"}[language]
    )
