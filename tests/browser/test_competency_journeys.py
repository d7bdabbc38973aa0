"""Where somebody stands: assessed on a phone, shared, scored by the manager, agreed on by both, and read on from there."""

import re

import pytest
from playwright.sync_api import Page, expect

from .looking import scrolls_sideways, small_targets, violations

BOTH = pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])


def look(page: Page) -> None:
    """Nothing that axe finds, nothing wider than the window, and on a phone nothing too small for a thumb."""
    before = page.viewport_size
    assert violations(page) == []
    assert not scrolls_sideways(page)
    if before["width"] < 700:
        assert small_targets(page) == []
    page.set_viewport_size(before)


def go(page: Page, click) -> None:
    """Do this, and wait for the page it leads to."""
    before = page.url
    click()
    page.wait_for_url(lambda url: url != before)


def score_all(page: Page, level: str) -> int:
    """Give every competency this level, with the keyboard where it is the first; returns how many there were."""
    given = 0
    while page.locator("input[name='f-level']").count():
        page.locator(f"input[name='f-level'][value='{level}']").check()
        go(page, page.locator("main form[data-keep] button.button").first.click)
        given += 1
    return given


@BOTH
def test_where_i_stand_is_assessed_shared_and_agreed(visit, language, width):
    person = visit("newcomer", width=width, language=language)
    person.goto(f"/{language}/development/")
    look(person)
    go(person, person.locator("section[aria-labelledby=profiles] h3 a").first.click)
    look(person)
    go(person, person.locator("main form button").first.click)
    look(person)
    # One may stop and go on: what was chosen and typed is there still, before any button is pressed.
    go(person, person.locator("main a.button").first.click)
    look(person)
    with person.expect_response(re.compile(r"/keep/$")) as kept:
        person.locator("input[name='f-level'][value='1']").check()
        person.locator("textarea").fill("Toen de leiding lekte, belde ik eerst.")
        person.locator("textarea").blur()
    assert kept.value.ok
    expect(person.locator("[data-keep-status]")).to_have_text(re.compile(r"\d\d:\d\d"))
    person.reload()
    expect(person.locator("input[name='f-level'][value='1']")).to_be_checked()
    expect(person.locator("textarea")).to_have_value("Toen de leiding lekte, belde ik eerst.")
    assert score_all(person, "1") >= 8
    go_to_result = person.locator("main .panel--sun button")
    with person.expect_navigation():
        go_to_result.click()
    look(person)
    result = person.url
    with person.expect_navigation():
        person.locator("#sharing label", has_text="Ingrid Postma").locator("input").check()
        person.locator("#sharing form button").first.click()
    look(person)

    manager = visit("manager", width=width, language=language)
    manager.goto(f"/{language}/development/")
    look(manager)
    go(manager, manager.locator("section[aria-labelledby=asked] h3 a").first.click)
    look(manager)
    assert "Toen de leiding lekte" not in manager.content()
    go(manager, manager.locator("main a.button").first.click)
    score_all(manager, "2")
    with manager.expect_navigation():
        manager.locator("main .panel--sun button").click()
    look(manager)
    assert "Toen de leiding lekte" in manager.content()
    for choice in manager.locator("main select").all():
        choice.select_option("2")
    with manager.expect_navigation():
        manager.locator("button[name=agree]").click()

    person.goto(result)
    go(person, person.locator("#sharing a").first.click)
    look(person)
    with person.expect_navigation():
        person.locator("button[name=agree]").click()
    look(person)
    assert not person.locator("main select").count()
    # Taken back, the manager finds nothing any more; the outcome stays the person's.
    shared = person.url
    person.goto(result)
    with person.expect_navigation():
        person.locator("#sharing form button").click()
    assert manager.request.get(shared).status == 404
    person.goto(shared)
    assert not person.locator("main form:has([name=version])").count()


@BOTH
def test_from_a_gap_to_the_path_and_the_plan(visit, language, width):
    person = visit("newcomer", width=width, language=language)
    person.goto(f"/{language}/development/")
    go(person, person.locator("section[aria-labelledby=profiles] h3 a").last.click)
    go(person, person.locator("main form button").first.click)
    go(person, person.locator("main a.button").first.click)
    score_all(person, "0")
    with person.expect_navigation():
        person.locator("main .panel--sun button").click()
    result = person.url
    unread = person.locator("form[action$='/read/']")
    gap = person.locator("section[aria-labelledby=next] li[id^=gap-]").filter(has=unread).first
    # Ticked off without leaving the page, and the tick taken back.
    tick = gap.locator("form[action$='/read/'] button").first
    row = gap.locator("li[id^=material-]").filter(has=unread).first
    place = row.get_attribute("id")
    tick.click()
    undo = person.locator(f"li[id='{place}'] form[action$='/unread/'] button")
    expect(undo).to_be_visible()
    undo.click()
    expect(person.locator(f"li[id='{place}'] form[action$='/read/'] button")).to_be_visible()
    # Put on the path, where it stands apart and counts for nothing.
    put = person.locator("form[action$='/add-to-path/'] button").first
    title = person.locator("li[id^=material-]").filter(has=person.locator("form[action$='/add-to-path/']")).first
    name = title.locator("h4").inner_text()
    with person.expect_navigation():
        put.click()
    look(person)
    person.goto(f"/{language}/onboarding/")
    own = person.locator("#own-steps li", has_text=name).first
    expect(own).to_be_visible()
    look(person)
    with person.expect_navigation():
        own.locator("form[action$='/complete/'] button").click()
    own = person.locator("#own-steps li", has_text=name).first
    expect(own.locator(".tag--ok")).to_be_visible()
    # Put back as it was, for whoever comes after.
    with person.expect_navigation():
        own.locator("form[action$='/remove/'] button").click()
    expect(person.locator("#own-steps li", has_text=name)).to_have_count(0)

    # A goal made of a gap is filled in but for what one is going to do.
    person.goto(result)
    links = person.locator("a[href*='/plan/add/']")
    for number in range(links.count()):
        link = links.nth(number).get_attribute("href")
        person.goto(link)
        person.locator("main textarea").fill("Twee keer meelopen met de nachtdienst.")
        with person.expect_navigation():
            person.locator("main form button.button").first.click()
        if not person.locator(".error-summary").count():
            break
        # There is an open goal for it already: that is said, and nothing typed is lost.
        look(person)
        expect(person.locator("main textarea")).to_have_value("Twee keer meelopen met de nachtdienst.")
        person.goto(result)
        links = person.locator("a[href*='/plan/add/']")
    else:
        raise AssertionError("no gap without a goal")
    look(person)
    goal = person.locator("main li", has_text="Twee keer meelopen met de nachtdienst.")
    go(person, goal.locator("a[href*='/evidence/']").click)
    look(person)
    person.go_back()
    go(person, goal.locator("a[href*='/remove/']").click)
    look(person)
    with person.expect_navigation():
        person.locator("main form button").first.click()
    expect(person.locator("main li", has_text="Twee keer meelopen met de nachtdienst.")).to_have_count(0)


@BOTH
def test_a_lead_sees_how_a_group_stands_without_names(visit, language, width):
    lead = visit("manager", width=width, language=language)
    lead.goto(f"/{language}/development/groups/")
    lead.select_option("main select >> nth=0", label={"nl": "Procesoperator", "en": "Process operator"}[language])
    with lead.expect_navigation():
        lead.locator("main form button").first.click()
    look(lead)
    assert lead.locator("main table, main .bars").count()
    assert "Sem" not in lead.locator("main").inner_text()


@BOTH
def test_who_sees_what_is_there_to_read(visit, language, width):
    page = visit("employee", width=width, language=language)
    page.goto(f"/{language}/development/who-sees-what/")
    look(page)
