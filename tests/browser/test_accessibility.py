"""Axe on every kind of page, in both languages, light and dark, on a phone and on a desk; nothing scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe

STEP = "onboarding/jouw-eerste-negentig-dagen/je-eerste-maand/sociale-media-zo-vertel-je-ons-verhaal/"
PAGES = {
    "nl": [
        "", "ons-verhaal/", "ons-verhaal/wat-we-beloven/", "nieuws/", "nieuws/wat-we-dinsdag-in-hoogveld-bespraken/",
        "handboek/", "handboek/sociale-media/", "handboek/sociale-media/vertellen-over-je-werk/", "onboarding/", STEP,
        "verhalen/", "verhalen/drie-soorten-koffiekopjes/", "search/?q=foto", "search/?q=xqzvw", "settings/", "bestaat-niet/",
    ]
}  # fmt: skip
# The English addresses are found by the language switch, so that a renamed slug breaks nothing here.
WIDTHS = [320, 390, 820, 1280]
# Who goes where, and which link of that page they follow; numbers in addresses differ from one demo to the next.
STORY_PAGES = [
    ("newcomer", "stories/new/", ""),
    ("newcomer", "stories/new/", "main a[href*='/stories/draft/']:not([href$='/delete/'])"),
    ("newcomer", "stories/mine/", ""),
    ("newcomer", "stories/mine/", "main a[href*='/stories/mine/']:not([href$='/mine/'])"),
    ("newcomer", "stories/photos/", ""),
    ("newcomer", "stories/photos/", "main a[href*='/stories/photos/']:not([href$='/photos/'])"),
    ("newcomer", "messages/", ""),
    ("newcomer", "messages/preferences/", ""),
    ("newcomer", "verhalen/het-mooiste-geluid-van-je-werk/", ""),
    ("newcomer", "kort-verteld/", ""),
    ("newcomer", "verhalen/drie-soorten-koffiekopjes/", "main a[href$='/report/']"),
    ("newcomer", "verhalen/drie-soorten-koffiekopjes/", "main a[href$='/share/']"),
    ("newcomer", "verhalen/drie-soorten-koffiekopjes/", "main a[href*='/people/']"),
    ("moderator2", "stories/review/", ""),
    ("moderator2", "stories/review/", "main a[href*='/stories/review/']:not([href*='?'], [href$='/review/'])"),
    ("moderator2", "stories/reports/", ""),
    ("moderator2", "stories/reports/", "main a[href*='/stories/reports/']:not([href$='/reports/'])"),
    ("moderator2", "stories/share/waiting/", ""),
    ("moderator2", "stories/share/waiting/", "main a[href*='/share/waiting/']:not([href$='/waiting/'])"),
    ("community", "stories/calls/new/", ""),
]


def violations(page) -> list[str]:
    """What axe finds, with the tallest window that holds the page: a bar over content is reported otherwise."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": max(height, 600)})
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing(visit, language, width, dark):
    page = visit("newcomer", width=width, language=language, dark=dark)
    page.faults.clear()
    found = {}
    for path in PAGES["nl"]:
        page.goto(f"/nl/{path}")
        if language == "en":
            page.goto(page.locator(".site-header .lang a[lang=en]").get_attribute("href"))
        if problems := violations(page):
            found[path] = problems
        page.set_viewport_size({"width": width, "height": 844})
    # The missing page is answered 404, which the browser's console calls an error.
    page.faults[:] = [fault for fault in page.faults if "404" not in fault]
    assert found == {}


def go(page, path: str, link: str, language: str = "nl") -> None:
    """Open the Dutch page, follow the link if there is one, and change to the language as a reader does."""
    page.goto(f"/nl/{path}")
    if link:
        page.goto(page.locator(link).first.get_attribute("href"))
    if language != "nl":
        page.goto(page.locator(f".site-header .lang a[lang={language}]").get_attribute("href"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("language", "width"), [("nl", 390), ("en", 1280)])
def test_axe_finds_nothing_on_the_pages_of_stories(visit, language, width, dark):
    found = {}
    for who in dict.fromkeys(who for who, _path, _link in STORY_PAGES):
        page = visit(who, width=width, language=language, dark=dark)
        for _who, path, link in (row for row in STORY_PAGES if row[0] == who):
            go(page, path, link, language)
            assert page.locator("h1").count() == 1, (path, link)
            if problems := violations(page):
                found[path, link] = problems
            page.set_viewport_size({"width": width, "height": 844})
    assert found == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_the_public_page(visit, public_story, dark):
    page = visit(width=390, dark=dark)
    assert page.goto(public_story).status == 200
    assert violations(page) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width


@pytest.fixture
def public_story(visit) -> str:
    """The address of the demo's public copy, as its moderators find it."""
    page = visit("moderator2", width=1280)
    go(page, "verhalen/drie-soorten-koffiekopjes/", "main a[href$='/share/']")
    page.locator("main a[href*='/share/waiting/']:not([href$='/waiting/'])").click()
    return page.locator("main a[href^='/share/']").get_attribute("href")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_before_sign_in(visit, language, path, dark):
    page = visit(language=language, dark=dark)
    page.goto(path)
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways(visit, width):
    page = visit("newcomer", width=width)
    too_wide = []
    for path in PAGES["nl"]:
        page.goto(f"/nl/{path}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            too_wide.append(path)
    page.faults[:] = [fault for fault in page.faults if "404" not in fault]
    assert too_wide == []


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_of_stories_scrolls_sideways(visit, width):
    too_wide = []
    for who in dict.fromkeys(who for who, _path, _link in STORY_PAGES):
        page = visit(who, width=width)
        for _who, path, link in (row for row in STORY_PAGES if row[0] == who):
            go(page, path, link)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                too_wide.append((path, link))
    assert too_wide == []


def test_css_and_javascript_stay_under_sixty_kilobytes(visit):
    import gzip

    page = visit("newcomer", width=1280)
    for path in [*PAGES["nl"][:-1], *(path for who, path, link in STORY_PAGES if who == "newcomer" and not link)]:
        sizes = {}
        page.on("response", lambda response, sizes=sizes: _weigh(response, sizes, gzip))
        page.goto(f"/nl/{path}", wait_until="networkidle")
        assert sum(sizes.values()) <= 60 * 1024, (path, sizes)


def _weigh(response, sizes: dict, gzip) -> None:
    if response.url.split("?")[0].endswith((".css", ".js")) and response.status == 200:
        sizes[response.url] = len(gzip.compress(response.body()))
