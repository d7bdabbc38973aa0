"""A story from the first word to the public page and back, in a real browser; buttons are found by what they do."""

import re
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

WORDS = {
    "nl": "Om zes uur hoorde ik de pomp al vanaf het hek. Ik ben eerst gaan luisteren en toen pas naar binnen gegaan.",
    "en": "At six I could hear the pump from the gate. I listened first, and only then I went in.",
}
# Every way that a reader's device and language differ, without walking all four.
BOTH = pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])


@pytest.fixture
def photo(tmp_path) -> str:
    """A picture as a phone would make it, small."""
    path = tmp_path / "pomp.jpg"
    Image.new("RGB", (800, 600), (40, 120, 110)).save(path)
    return str(path)


def a_title() -> str:
    return f"De pomp van zes uur {uuid4().hex[:8]}"


def type_words(page: Page, title: str, text: str) -> None:
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=text]").fill(text)


def saved_draft(page: Page) -> str:
    """The address of the draft, once what was typed is on the server."""
    page.wait_for_url(re.compile(r"/draft/[0-9a-f-]{36}/"))
    return page.url.split("?")[0]


def save_now(page: Page) -> None:
    """As leaving a field does."""
    with page.expect_response(re.compile(r"/draft/.+/save/")) as saving:
        page.locator("textarea[name=text]").blur()
    assert saving.value.ok


def write_and_send(page: Page, language: str, title: str, text: str = "") -> str:
    """Write without photos and send; returns the address of one's own page about it."""
    page.goto(f"/{language}/stories/new/")
    type_words(page, title, text or WORDS[language])
    page.locator("button[name=go][value=photos]").click()
    page.wait_for_url(re.compile(r"step=photos"))
    page.locator("button[name=go][value=check]").click()
    return send(page)


def send(page: Page) -> str:
    page.wait_for_url(re.compile(r"step=check"))
    page.locator("form[action$='/send/'] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/stories/mine/\d+/"))
    return page.url


def withdraw(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("a[href$='/withdraw/']").click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/mine/\d+/$"))
    expect(page.locator("a[href$='/withdraw/']")).to_have_count(0)


def to_review(page: Page, address: str, language: str) -> None:
    number = re.search(r"/mine/(\d+)/", address)[1]
    page.goto(f"/{language}/stories/review/{number}/")
    page.locator("#decide").wait_for()


@BOTH
def test_a_story_goes_all_the_way_and_back(visit, chromium, photo, language, width):
    title, other = (
        a_title(),
        {"nl": "Verder was er niets. Dat was het mooie.", "en": "Nothing more happened. That was it."}[language],
    )
    author = visit("newcomer", width=width, language=language)
    address = _write_offline_and_send(author, photo, title, language)

    first = visit("moderator", width=width, language=language)
    to_review(first, address, language)
    expect(first.locator("h1")).to_have_text(title)
    first.locator("form[action$='/claim/'] button").click()
    first.locator("form[action$='/release/'] button").wait_for()
    first.locator("#changes summary").click()
    first.locator("#changes select[name=reason], #changes input[name=reason]").first.wait_for()
    _choose_reason(first, "#changes", "clarity")
    first.locator("#changes textarea[name=comment]").fill("Mooi. Hoe liep het af?")
    first.locator("form[action$='/changes/'] button[type=submit]").click()
    first.wait_for_url(re.compile(r"/stories/review/"))

    author.goto(address)
    expect(author.locator("main")).to_contain_text("Mooi. Hoe liep het af?")
    author.locator("form[action$='/revise/'] button").click()
    author.wait_for_url(re.compile(r"/draft/.+step=words"))
    author.locator("textarea[name=text]").fill(f"{WORDS[language]}\n\n{other}")
    author.locator("button[name=go][value=photos]").click()
    author.wait_for_url(re.compile(r"step=photos"))
    author.locator("button[name=go][value=check]").click()
    send(author)

    second = visit("moderator2", width=width, language=language)
    to_review(second, address, language)
    expect(second.locator("main")).to_contain_text(other)
    second.locator("form[action$='/approve/'] button[type=submit]").click()
    second.wait_for_url(re.compile(r"/stories/review/"))

    reader = visit("employee", width=width, language=language)
    reader.goto(author_page(author, address))
    expect(reader.locator("h1")).to_have_text(title)
    expect(reader.locator("article.article")).to_contain_text(other)
    reader.locator("#reactions button[aria-pressed=false]").first.click()
    reader.locator("#reactions button[aria-pressed=true]").wait_for()
    _report(reader)

    _ask_and_release(author, second, address, language)
    public = _public_address(reader, author_page(author, address), language)
    stranger = _stranger(chromium, width)
    assert stranger.goto(public).status == 200
    expect(stranger.locator("h1")).to_have_text(title)
    expect(stranger.locator("body")).not_to_contain_text("/stories/")
    # The page forbids every script, a condition that the browser would evaluate too.
    for picture in stranger.locator("img").all():
        expect(picture).to_have_js_property("complete", True)
        expect(picture).not_to_have_js_property("naturalWidth", 0)
    stranger.context.close()

    withdraw(author, address)
    # A browser that had it may show it for a minute; another one never does.
    stranger = _stranger(chromium, width)
    assert stranger.goto(public).status == 410
    assert title not in stranger.content()
    stranger.context.close()
    for page in (author, first, second, reader):
        page.faults[:] = [fault for fault in page.faults if "404" not in fault and "ERR_INTERNET" not in fault]


def _stranger(chromium, width: int) -> Page:
    """Somebody who never signed in, in a browser that never was here."""
    return chromium.new_context(viewport={"width": width, "height": 844}).new_page()


def _write_offline_and_send(page: Page, photo: str, title: str, language: str) -> str:
    """Words with a connection, a photo and more words without, and both are there afterwards."""
    page.goto(f"/{language}/stories/new/")
    type_words(page, title, WORDS[language][:40])
    save_now(page)
    saved_draft(page)
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill(WORDS[language])
    page.locator("textarea[name=text]").blur()
    expect(page.locator("#write-status")).not_to_be_empty()
    page.context.set_offline(False)
    with page.expect_response(re.compile(r"/draft/.+/save/")):
        page.locator("textarea[name=text]").press("End")
        page.locator("textarea[name=text]").blur()
    page.locator("button[name=go][value=photos]").click()
    page.wait_for_url(re.compile(r"step=photos"))

    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(photo)
    page.locator("#write-waiting li").wait_for()
    page.context.set_offline(False)
    card = page.locator("#write-cards fieldset")
    card.wait_for(timeout=30_000)
    expect(page.locator("#write-waiting li")).to_have_count(0)
    card.locator("input[name$=-alt_text]").fill("Een pomp achter een hek.")
    card.locator("input[name$=-nobody_recognisable]").check()
    page.locator("button[name=go][value=check]").click()
    page.wait_for_url(re.compile(r"step=check"))
    expect(page.locator("section .article")).to_contain_text(WORDS[language][-30:])
    page.faults[:] = [fault for fault in page.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
    return send(page)


def _choose_reason(page: Page, inside: str, reason: str) -> None:
    choice = page.locator(f"{inside} select[name=reason]")
    if choice.count():
        choice.select_option(reason)
    else:
        page.locator(f"{inside} input[name=reason][value={reason}]").check()


def author_page(page: Page, address: str) -> str:
    """Where readers find the story, as its author's own page links it."""
    page.goto(address)
    return page.locator("main a[href*='/verhalen/'], main a[href*='/stories/']").evaluate_all(
        "(all) => all.map((one) => one.pathname).find((path) => /\\/(verhalen|stories)\\/[^/]+\\/$/.test(path) && !/mine|new|review/.test(path))"
    )


def _report(page: Page) -> None:
    page.locator("main a[href$='/report/']").click()
    page.wait_for_url(re.compile(r"/report/"))
    _choose_reason(page, "main form", "wrong")
    page.locator("main form textarea[name=comment]").fill("Het was een andere pomp.")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/reports/own/|/report/|/(verhalen|stories)/"))
    expect(page.locator("main .error")).to_have_count(0)


def _ask_and_release(author: Page, moderator: Page, address: str, language: str) -> None:
    author.goto(address)
    author.locator("main a[href$='/share/']").click()
    author.locator("main a[href$='/share/ask/']").click()
    author.wait_for_url(re.compile(r"/share/ask/"))
    author.locator("main form input[name=with_name]").first.check()
    author.locator("main form button[type=submit]").last.click()
    author.wait_for_url(re.compile(r"/share/$"))
    number = re.search(r"/mine/(\d+)/", address)[1]
    moderator.goto(f"/{language}/stories/share/waiting/{number}/")
    moderator.locator("form:has(input[name=seen]) button").click()
    moderator.wait_for_url(re.compile(r"/stories/share/waiting/$"))


def _public_address(page: Page, story: str, language: str) -> str:
    """As a colleague finds it: the share page, after the tips were read once."""
    page.goto(story)
    page.locator("main a[href$='/share/']").click()
    page.wait_for_url(re.compile(r"/share/$"))
    tips = page.locator("form[action$='/share/tips/'] button")
    if tips.count():
        tips.click()
    page.locator("form[data-share]").wait_for()
    expect(page.locator("textarea[name=text_nl]")).to_be_editable()
    expect(page.locator("textarea[name=text_en]")).to_be_editable()
    return page.locator("main a[href*='/share/']").evaluate_all(
        "(all) => all.map((one) => one.href).find((href) => /\\/share\\/[\\w-]{16,}\\/$/.test(href))"
    )


def test_what_is_written_survives_a_session_that_ended(visit):
    page, title = visit("employee", width=390), a_title()
    page.goto("/nl/stories/new/")
    type_words(page, title, "Eerst stond er dit.")
    save_now(page)
    draft = saved_draft(page)
    page.context.clear_cookies()
    page.locator("textarea[name=text]").fill("En daarna kwam dit erbij.")
    page.locator("textarea[name=text]").blur()
    page.locator("#write-status a").click()
    page.locator("input[name=login]").fill("employee@demo.example")
    page.locator("input[name=password]").fill("demo")
    # Back at the form, what stayed on the device is put back and saved.
    with page.expect_response(re.compile(r"/draft/.+/save/")) as saving:
        page.locator("form:has(input[name=password]) button[type=submit]").click()
    assert saving.value.ok
    expect(page.locator("textarea[name=text]")).to_have_value("En daarna kwam dit erbij.")
    page.goto(draft)
    expect(page.locator("input[name=title]")).to_have_value(title)
    expect(page.locator("textarea[name=text]")).to_have_value("En daarna kwam dit erbij.")
    _throw_away(page, draft)
    # A save that was refused is what this is about.
    page.faults[:] = [fault for fault in page.faults if "401" not in fault and "403" not in fault]


def _wait_until_kept(page: Page, draft: str, words: str) -> None:
    """Title and words may be saved one after the other; what comes next starts from the last."""
    for _moment in range(40):
        if words in page.request.get(draft).text():
            return
        page.wait_for_timeout(250)
    pytest.fail("The words never reached the portal.")


def _throw_away(page: Page, draft: str) -> None:
    page.goto(f"{draft}delete/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/stories/new/"))


def test_two_tabs_do_not_overwrite_each_other(visit):
    page, title = visit("employee", width=1280), a_title()
    page.goto("/nl/stories/new/")
    type_words(page, title, "Zo begon het.")
    save_now(page)
    draft = saved_draft(page)
    _wait_until_kept(page, draft, "Zo begon het.")
    other = page.context.new_page()
    other.goto(draft)
    other.locator("textarea[name=text]").fill("Zo ging het verder in het andere tabblad.")
    save_now(other)
    page.locator("textarea[name=text]").fill("Zo ging het verder in dit tabblad.")
    page.locator("textarea[name=text]").blur()
    conflict = page.locator("section[data-conflict]")
    conflict.wait_for()
    expect(conflict.locator("[data-theirs]")).to_contain_text("in het andere tabblad")
    expect(page.locator("textarea[name=text]")).to_have_value("Zo ging het verder in dit tabblad.")
    with page.expect_response(re.compile(r"/draft/.+/save/")) as saving:
        conflict.locator("[data-keep]").click()
    assert saving.value.ok
    other.close()
    page.goto(draft)
    expect(page.locator("textarea[name=text]")).to_have_value("Zo ging het verder in dit tabblad.")
    _throw_away(page, draft)
    page.faults[:] = [fault for fault in page.faults if "409" not in fault]


def test_a_story_is_written_and_sent_with_the_keyboard_alone(visit):
    page, title = visit("buddy", width=1280), a_title()
    page.goto("/nl/stories/new/")
    _tab_to(page, "input[name=title]")
    page.keyboard.type(title)
    _tab_to(page, "textarea[name=text]")
    page.keyboard.type("Ik schreef dit zonder muis.")
    _press(page, "button[name=go][value=photos]")
    page.wait_for_url(re.compile(r"step=photos"))
    _press(page, "button[name=go][value=check]")
    page.wait_for_url(re.compile(r"step=check"))
    _press(page, "form[action$='/send/'] button")
    page.wait_for_url(re.compile(r"/stories/mine/\d+/"))
    address = page.url
    expect(page.locator("h1")).to_contain_text(title)
    withdraw(page, address)


def _tab_to(page: Page, selector: str) -> None:
    for _stop in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            break
    else:
        pytest.fail(f"Tab never reached {selector}")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def _press(page: Page, selector: str) -> None:
    _tab_to(page, selector)
    page.keyboard.press("Enter")


@BOTH
def test_a_story_is_written_and_sent_without_javascript(chromium, server, photo, language, width):
    context = chromium.new_context(java_script_enabled=False, base_url=server, viewport={"width": width, "height": 844})
    page, title = context.new_page(), a_title()
    page.set_default_timeout(15_000)
    page.goto(f"/accounts/login/?next=/{language}/stories/new/")
    page.fill("input[name=login]", "buddy@demo.example")
    page.fill("input[name=password]", "demo")
    page.locator("form:has(input[name=password]) button[type=submit]").click()
    page.locator("textarea[name=text]").wait_for()
    type_words(page, title, WORDS[language])
    page.locator("button[name=go][value=photos]").click()
    page.wait_for_url(re.compile(r"step=photos"))
    page.locator("input[type=file]").set_input_files(photo)
    page.locator("button[name=go][value=add]").click()
    card = page.locator("#write-cards fieldset")
    card.wait_for()
    card.locator("input[name$=-is_decorative]").check()
    page.locator("button[name=go][value=check]").click()
    # Who is on the photo wasn't said: the check asks for it, and sending is refused.
    page.wait_for_url(re.compile(r"step=check"))
    page.locator("form[action$='/send/'] button[type=submit]").click()
    page.locator("#errors a").first.click()
    page.locator("#write-cards input[name$=-nobody_recognisable]").check()
    page.locator("button[name=go][value=check]").click()
    address = send(page)
    expect(page.locator("h1")).to_contain_text(title)
    withdraw(page, address)
    context.close()


def test_a_photo_is_hidden_with_one_tap_and_shown_again(visit):
    """The demo's own: Sem's story, which shows two colleagues and isn't published yet."""
    page = visit("employee", width=390)
    page.goto("/nl/stories/photos/")
    page.locator("main a[href*='/stories/photos/']").first.click()
    page.locator("form[action$='/hide/'] button").click()
    page.locator("form[action$='/show/'] button").click()
    page.locator("form[action$='/hide/'] button").wait_for()


def test_the_bell_leads_to_what_it_is_about(visit):
    page = visit("manager", width=1280)
    page.goto("/nl/messages/")
    rows = page.locator("main form[action*='/open/'] button, main a[href*='/open/']")
    rows.first.wait_for()
    rows.first.click()
    page.wait_for_url(re.compile(r"/nl/(?!messages/)"))
    expect(page.locator("h1")).not_to_be_empty()


def test_a_reaction_after_the_session_says_so_and_works_after_signing_in_again(visit):
    page = visit("employee", width=390)
    page.goto("/nl/verhalen/waarom-ik-elke-ochtend-als-eerste-proef/")
    button = page.locator("#reactions button[hx-post]").first
    was = button.get_attribute("aria-pressed")
    page.context.clear_cookies(name="sessionid")
    button.click()
    link = page.locator("[role=alert] a")
    expect(link).to_be_visible()
    with page.context.expect_page() as opening:
        link.click()
    tab = opening.value
    tab.locator("input[name=login]").fill("employee@demo.example")
    tab.locator("input[name=password]").fill("demo")
    tab.locator("form:has(input[name=password]) button[type=submit]").click()
    tab.wait_for_url(re.compile("/accounts/signed-in/"))
    tab.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(link).to_have_count(0)
    button.click()
    expect(page.locator("#reactions button[hx-post]").first).not_to_have_attribute("aria-pressed", was)
    # What was refused, and the count of who reads, which came with the token of before, is what this is about.
    page.faults[:] = [fault for fault in page.faults if "401" not in fault and "403" not in fault]
