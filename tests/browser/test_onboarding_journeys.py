"""Onboarding from the invitation to the finish, and what HR, editors and buddies change meanwhile."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from .looking import violations

PASSWORD = "een-lang-wachtwoord-8"
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


def path_in(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def done(page: Page) -> None:
    """Complete the step that is shown, and go on with the next one."""
    page.locator("#state form button.button").click()
    page.locator("#state .tag--ok").wait_for()
    page.locator("#state a.button--sun").click()


@BOTH
def test_a_path_is_walked_from_the_invitation_to_the_finish(visit, make_walk, mail_to, mark, language, width):
    path = make_walk("whole", mark)["path"]
    hr = visit("hr", width=1280)
    hr.goto("/admin/before-start/invite/")
    start = date.today() + timedelta(days=7)
    for name, value in (
        ("first_name", "Robin"),
        ("last_name", mark),
        ("email", f"{mark}@example.org"),
        ("start_date", start.isoformat()),
    ):
        hr.fill(f"main [name={name}]", value)
    hr.keyboard.press("Escape")
    # By key: the calendar of the date may still lie over it for a moment.
    hr.press(f"main [name=locale][value={language}]", "Space")
    hr.select_option("main [name=path]", path)
    preview_and_confirm(hr)

    newcomer = visit(width=width, language=language)
    newcomer.goto(path_in(re.search(r"\S+/preboarding/[\w-]{20,}/", mail_to(f"{mark}@example.org"))[0]))
    assert violations(newcomer) == []
    newcomer.locator("main form button[type=submit]").click()
    newcomer.locator(".panel--block .button--sun").wait_for()
    assert violations(newcomer) == []
    newcomer.locator(".panel--block .button--sun").click()
    newcomer.locator("#state form button.button").wait_for()
    assert violations(newcomer) == []
    newcomer.locator("#state form button.button").click()
    newcomer.locator("#state .tag--ok").wait_for()
    newcomer.goto(f"/{language}/onboarding/")
    expect(newcomer.locator(".panel--block .button--sun")).to_have_count(0)

    hr.locator("main a[href$='/account/']").click()
    hr.fill("main [name=email]", f"robin-{mark}@demo.example")
    preview_and_confirm(hr)
    newcomer.context.clear_cookies()
    _choose_password(newcomer, mail_to, f"robin-{mark}@demo.example")
    newcomer.goto(f"/{language}/onboarding/")
    newcomer.locator(".panel--block .button--sun").click()
    _do_every_kind(newcomer)

    newcomer.wait_for_url(re.compile(rf"/{language}/onboarding/\d+/$"))
    expect(newcomer.locator(".panel--block .ring span")).to_have_text("6")
    newcomer.locator(".panel--block a[href$='/history/']").click()
    expect(newcomer.locator("main")).to_contain_text(mark)


def _choose_password(page: Page, mail_to, address: str) -> None:
    """As who signs in for the first time: by "forgotten"."""
    page.goto("/accounts/password/reset/")
    page.fill("[name=email]", address)
    page.locator("form:has([name=email]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/reset/done/"))
    page.goto(path_in(re.search(r"\S+/password/reset/key/\S+", mail_to(address))[0]))
    page.fill("[name=password1]", PASSWORD)
    if page.locator("[name=password2]").count():
        page.fill("[name=password2]", PASSWORD)
    page.locator("form:has([name=password1]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/key/done/|/login/"))
    page.goto("/accounts/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.wait_for_url(re.compile(r"/(nl|en)/"))


def _do_every_kind(page: Page) -> None:
    """A checklist, a quiz, a form, a meeting and a text to confirm."""
    for _item in range(2):
        page.locator("#doing button.tick:not(.tick--on)").first.click()
        expect(page.locator("#doing .tick--on")).to_have_count(_item + 1)
    done(page)
    page.locator("form[action$='/quiz/start/'] button").click()
    page.locator("main form input[type=radio]").first.wait_for()
    page.locator("main label", has_text="Luisteren").click()
    page.locator("form[action$='/quiz/hand-in/'] button").first.click()
    page.wait_for_url(re.compile(r"/quiz/1/"))
    page.locator("main a.button").first.click()
    page.locator("form[action$='/hand-in/'] input[type=text]").fill("De koffie.")
    page.locator("form[action$='/hand-in/'] button.button").first.click()
    page.locator("#state .tag--ok").wait_for()
    page.locator("#state a.button--sun").click()
    done(page)
    # Without the tick it isn't confirmed, and the page says so beside the button.
    page.locator("#state form button.button").click()
    page.locator("#state-error").wait_for()
    page.locator("#state input[name=understood]").check()
    page.locator("#state form button.button").click()


@BOTH
def test_hr_moves_the_start_date(visit, make_walk, mark, language, width):
    walk = make_walk("running", mark, language)
    newcomer = visit(walk["newcomer"], width=width, language=language)
    newcomer.goto(f"/{language}/onboarding/")
    expect(newcomer.locator(".panel--block")).to_contain_text(re.compile(rf"\b{walk['starts_in']} da"))
    hr = visit("hr", width=width)
    hr.goto(f"/admin/enrolments/edit/{walk['enrolment']}/start/")
    hr.fill("main [name=start_date]", walk["later"])
    hr.keyboard.press("Escape")
    preview_and_confirm(hr)
    newcomer.reload()
    expect(newcomer.locator(".panel--block")).to_contain_text(re.compile(rf"\b{walk['later_in']} da"))


@pytest.mark.parametrize(("language", "width", "choice"), [("nl", 390, "all"), ("en", 1280, "new")])
def test_the_editor_says_for_whom_an_added_step_is(visit, make_walk, mark, language, width, choice):
    walk = make_walk("running", mark, language)
    editor = visit("editor", width=width)
    editor.goto(f"/admin/pages/add/onboarding/steppage/{walk['phase']}/")
    editor.fill("[name=title]", f"Erbij {mark}")
    # Wagtail's scripts make the address from the title, a moment after one leaves it.
    editor.locator("[name=title]").blur()
    expect(editor.locator("[name=slug]")).to_have_value(re.compile(mark))
    editor.select_option("[name=kind]", "do")
    editor.locator("footer [data-w-dropdown-target=toggle]").last.click()
    editor.locator("button[name=action-publish]").click()
    editor.locator(".messages a[href*='/onboarding/changes/']").first.click()
    expect(editor.locator("main [name=choice]")).to_have_count(3)
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


def test_a_change_of_language_keeps_what_was_typed(visit, make_walk, mark):
    walk = make_walk("finished", mark)
    page = visit(walk["newcomer"])

    def change(language: str) -> None:
        page.locator(f".site-header .lang a[lang={language}]").click()
        page.wait_for_url(re.compile(rf"/{language}/"))
        expect(page.locator("html")).to_have_attribute("lang", language)

    page.goto(walk["quiz"])
    page.locator("#ask summary").click()
    page.locator("#ask [name=about]").last.check()
    page.fill("#ask [name=text]", "Waar staat\nde koffie?")
    change("en")
    # The fold is open, so that it is seen.
    expect(page.locator("#ask [name=text]")).to_be_visible()
    expect(page.locator("#ask [name=text]")).to_have_value("Waar staat\nde koffie?")
    expect(page.locator("#ask [name=about]").last).to_be_checked()
    expect(page.locator(".toasts[role=status]")).to_have_count(1)
    # Once put back it is nowhere else; what is typed since goes back along.
    assert page.evaluate("sessionStorage.getItem('typed')") is None
    page.fill("#ask [name=text]", "Where is the coffee?")
    change("nl")
    expect(page.locator("#ask [name=text]")).to_have_value("Where is the coffee?")
    page.locator("#ask form button").click()
    page.wait_for_url(re.compile(r"/questions/\d+/"))
    expect(page.locator("main .panel").first).to_contain_text("Where is the coffee?")

    page.goto(walk["quiz"])
    expect(page.locator("#ask [name=text]")).to_have_value("")
    page.locator("form[action$='/quiz/start/'] button").click()
    # An answer to what was sent is asked for anew where it can be read.
    page.locator("form[action$='/quiz/hand-in/'] button").first.click()
    page.locator(".error-summary").wait_for()
    change("en")
    page.locator("main label", has_text="Luisteren").click()
    change("nl")
    expect(page.get_by_label("Luisteren")).to_be_checked()
    page.locator("form[action$='/quiz/hand-in/'] button").first.click()
    page.wait_for_url(re.compile(r"/quiz/1/"))
