"""Reading a chapter: the contents know where one is, and what changed since the last visit is said."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.looking import scrolls_sideways, small_targets, violations

CHAPTER = "/nl/handboek/sociale-media/vertellen-over-je-werk/"


def test_the_contents_follow_the_reading(visit):
    page = visit("newcomer", width=1280)
    page.goto(CHAPTER)
    links = page.locator(".contents-beside a")
    assert page.locator(".contents-beside [aria-current]").count() == 0
    last = links.count() - 1
    for number in (1, last, 0):
        anchor = links.nth(number).get_attribute("href")
        page.locator(f"{anchor} h2, h2{anchor}").first.evaluate(
            "place => scrollTo(0, place.getBoundingClientRect().top + scrollY - 90)"
        )
        page.locator(f".contents-beside a[href='{anchor}'][aria-current=true]").wait_for()
        assert page.locator(".contents-beside [aria-current]").count() == 1


def test_on_a_phone_the_contents_are_one_line_that_opens(visit):
    page = visit("newcomer", width=390)
    page.goto(CHAPTER)
    fold = page.locator(".contents-fold")
    assert page.locator(".contents-beside").is_hidden()
    fold.locator("summary").click()
    link = fold.locator(".toc a").nth(1)
    title = link.inner_text()
    link.click()
    expect(page.locator("[data-contents-here]")).to_have_text(title)
    assert fold.get_attribute("open") is None
    head = page.locator(link.get_attribute("href")).bounding_box()
    assert head["y"] >= fold.bounding_box()["y"] + fold.bounding_box()["height"]


def test_a_large_change_is_said_to_who_was_there_before(visit):
    line = f"Zet je werkgever voortaan zelf in je profiel ({uuid4().hex[:6]})."
    reader, editor = visit("employee", width=390), visit("editor", width=1280)
    reader.goto("/nl/handboek/sociale-media/je-profiel-op-orde/")
    chapter = reader.locator("form[action$='/feedback/']").first.get_attribute("action").split("/")[-3]
    assert not reader.locator("[data-since]").is_visible()
    # The owner finds it among their texts, and says that the rest is still right.
    editor.goto("/nl/manuals/reviews/")
    row = editor.locator("main li", has=editor.get_by_role("link", name="Je profiel op orde", exact=True))
    if not row.locator(".tag--ok").count():
        # A server that ran this test before knows it already.
        row.locator("form[action$='/right/'] button").click()
    row.locator(".tag--ok").wait_for()
    editor.goto(f"/admin/pages/{chapter}/edit/")
    editor.fill("[name=summary]", line)
    editor.check("[name=change_size][value=large]")
    editor.fill("[name=change_note]", line)
    editor.locator("footer [data-w-dropdown-target=toggle]").last.click()
    editor.locator("button[name=action-publish]").click()
    editor.wait_for_url(re.compile(r"/admin/pages/\d+/(edit/)?$"))
    reader.reload()
    box = reader.locator("[data-since]")
    box.wait_for()
    assert line in box.inner_text()
    assert small_targets(reader) == [] and scrolls_sideways(reader) is False
    assert violations(reader, "main") == []
    box.locator("[data-since-compare]").click()
    reader.wait_for_url(re.compile(r"/compare/\?before=\d+&after=\d+"))
    assert line[-8:-2] in " ".join(reader.locator(".difference ins").all_inner_texts())
    assert scrolls_sideways(reader) is False and violations(reader) == []


def test_who_comes_for_the_first_time_is_told_of_no_change(visit):
    page = visit("newcomer", width=390)
    page.goto("/nl/handboek/veilig-en-gezond-werken/werken-met-gevaarlijke-stoffen/")
    assert page.locator("#changes").count() == 1
    assert not page.locator("[data-since]").is_visible()
