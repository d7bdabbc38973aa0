"""Axe on every kind of page, in both languages, light and dark, on a phone and on a desk; nothing scrolls sideways."""

from uuid import uuid4

import pytest

from .looking import scrolls_sideways, small_targets, violations

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
PATH = "onboarding/jouw-eerste-negentig-dagen/"
ONE_OF_MINE = "main a[href*='/onboarding/for/']:not([href$='/for/'])"
ONBOARDING_PAGES = [
    ("newcomer", "onboarding/?by=phase", ""),
    ("newcomer", "onboarding/", "main a[href$='/history/']"),
    ("newcomer", f"{PATH}voor-je-eerste-dag/welkom-van-marlies/", ""),
    ("newcomer", f"{PATH}voor-je-eerste-dag/regel-je-account-en-je-toegangspas/", ""),
    ("newcomer", f"{PATH}je-eerste-week/rondleiding-op-oosterbeemd/", ""),
    ("newcomer", f"{PATH}je-eerste-week/weet-je-het-nog-vier-vragen-over-veilig-werken/", ""),
    ("newcomer", f"{PATH}je-eerste-maand/gelezen-en-begrepen-jouw-grens/", ""),
    ("newcomer", f"{PATH}je-eerste-maand/loop-een-nacht-mee-met-de-storingsdienst/", "main a[href*='/onboarding/questions/']"),
    ("newcomer", f"{PATH}je-eerste-maand/waar-sta-je-nu-praat-met-je-teamleider/", ""),
    ("newcomer", f"{PATH}je-eerste-maand/waar-sta-je-nu-praat-met-je-teamleider/", "main a[href$='/meeting.ics']"),
    ("newcomer", f"{PATH}je-eerste-maand/waar-sta-je-nu-praat-met-je-teamleider/", "main a[href*='/check-ins/']"),
    ("newcomer", f"{PATH}negentig-dagen/gesprek-over-de-proeftijd/", ""),
    ("newcomer", f"{PATH}je-eerste-maand/wat-zie-jij-wat-wij-niet-meer-zien/", ""),
    ("newcomer", "people/me/data/", ""),
    ("buddy", "onboarding/for-me/", ""),
    ("buddy", "onboarding/for-me/", "main a[href*='/onboarding/questions/']"),
    ("buddy", "onboarding/for-me/", ONE_OF_MINE),
    ("buddy", "onboarding/for/", ""),
    ("buddy", "onboarding/who-sees-what/", ""),
    ("manager", "onboarding/for-me/", ""),
    ("manager", "onboarding/for-me/", f"section[aria-labelledby=handed-in] {ONE_OF_MINE.removeprefix('main ')}"),
    ("manager", "onboarding/for/", ONE_OF_MINE),
]  # fmt: skip
DEVELOPMENT_PAGES = [
    ("newcomer", "development/", ""),
    ("newcomer", "development/", "section[aria-labelledby=latest] .section-head a"),
    ("newcomer", "development/", "main a[href*='/development/profiles/']"),
    ("newcomer", "development/plan/", ""),
    ("newcomer", "development/plan/add/", ""),
    ("newcomer", "development/plan/", "main a[href*='/evidence/']"),
    ("newcomer", "development/plan/", "main a[href*='/remove/']"),
    ("newcomer", "competenties/", ""),
    ("newcomer", "competenties/", "section[aria-labelledby=profiles] h3 a"),
    ("newcomer", "competenties/", "section[aria-labelledby=library] h3 a"),
    ("newcomer", f"{PATH}negentig-dagen/schat-opnieuw-in-waar-je-staat/", ""),
    ("manager", "development/", ""),
    ("manager", "development/", "section[aria-labelledby=asked] h3 a"),
    ("hr", "development/groups/", ""),
]
GOVERNANCE_PAGES = [
    ("editor", "manuals/reviews/", ""),
    ("editor", "manuals/reviews/", "main a[href$='/hand-on/']"),
    ("editor", "manuals/reviews/", "main a[href$='/later/']"),
    ("editor", "manuals/reviews/", "main li .cluster a:last-child"),
    ("editor", "manuals/reviews/leaving/", ""),
    ("editor", "manuals/scorecard/", ""),
    ("admin", "manuals/reviews/", ""),
]
CHANGED = "handboek/veilig-en-gezond-werken/werken-met-gevaarlijke-stoffen/"
MANUAL_PAGES = [
    ("newcomer", CHANGED, ""),
    ("newcomer", CHANGED, "main a[href*='/compare/']"),
    ("newcomer", "manuals/mine/", ""),
    ("manager", "manuals/feedback/", ""),
    ("manager", "manuals/feedback/", "main a[href*='/manuals/feedback/']:not([href*='?'])"),
    ("employee", "questions/", ""),
    ("employee", "questions/", "main a[href*='/questions/']:not([href$='/questions/'], [href$='/new/'])"),
    ("employee", "questions/new/?q=zwembad", ""),
    ("community", "questions/", "main a[href*='/questions/']:not([href$='/questions/'], [href$='/new/'])"),
    ("employee", "search/?q=Ingrid", ""),
    ("employee", "search/?q=werk", ""),
    ("employee", "search/?q=reiskosten", ""),
    ("employee", "search/?q=werk&in=documents", ""),
]
# The same in the admin, whose frame is Wagtail's: axe looks at what it frames.
ADMIN_PAGES = [
    ("hr", "enrolments/", ""),
    ("hr", "enrolments/", "main td a[href*='/enrolments/edit/']"),
    ("hr", "enrolments/new/", ""),
    ("hr", "enrolments/import/", ""),
    ("hr", "onboarding/figures/", ""),
    ("hr", "before-start/", ""),
    ("hr", "before-start/", "main td a[href*='/before-start/']"),
    ("hr", "before-start/invite/", ""),
    ("hr", "closing-days/", ""),
    ("hr", "closing-days/", "main th a[href*='/closing-days/']"),
    ("editor", "onboarding/paths/", ""),
    ("editor", "onboarding/paths/", "main a[href*='/onboarding/changes/']"),
    ("editor", "onboarding/paths/", "main a[href*='/onboarding/preview-as/']"),
    ("editor", "onboarding/paths/", "main a[href*='/onboarding/look-at/']"),
    ("editor", "onboarding/editions/", ""),
    ("editor", "reports/competencies/", ""),
    ("editor", "reports/manuals/", ""),
    ("editor", "reports/manuals/pages/", ""),
    ("editor", "reports/links/", ""),
    ("editor", "reports/files/", ""),
    ("editor", "reports/competencies/", "main a[href*='/competencies/material/']"),
    ("editor", "reports/search-words/", ""),
    ("editor", "search/promotions/", ""),
    ("editor", "search/promotions/add/", ""),
    ("editor", "search_words/new/", ""),
]


# Every page on a phone and on a desk, in both languages, light and dark, but not in each of the eight ways.
@pytest.mark.parametrize(
    ("language", "width", "dark"),
    [("nl", 390, False), ("nl", 1280, True), ("en", 390, True), ("en", 1280, False)],
)
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
        # The file for a calendar lies below the page of its meeting.
        page.goto(page.locator(link).first.get_attribute("href").removesuffix("meeting.ics"))
    if language != "nl":
        page.goto(page.locator(f".site-header .lang a[lang={language}]").get_attribute("href"))


def each_opened(visit, rows, *, width: int, language: str = "nl", dark: bool = False):
    """Yields ``(page, (path, link))`` for each of the rows, opened by who goes there."""
    for who in dict.fromkeys(who for who, _path, _link in rows):
        page = visit(who, width=width, language=language, dark=dark)
        for _who, path, link in (row for row in rows if row[0] == who):
            go(page, path, link, language)
            yield page, (path, link)
            page.set_viewport_size({"width": width, "height": 844})


def problems_on(page, width: int) -> list[str]:
    """What axe finds, and on a phone what is too small for a thumb."""
    return violations(page) + (small_targets(page) if width == 390 else [])


@pytest.mark.parametrize(
    ("rows", "language", "width", "dark"),
    [
        (STORY_PAGES, "nl", 390, False),
        (STORY_PAGES, "en", 1280, True),
        (ONBOARDING_PAGES, "nl", 390, True),
        (ONBOARDING_PAGES, "en", 1280, False),
        (DEVELOPMENT_PAGES, "nl", 390, True),
        (DEVELOPMENT_PAGES, "en", 1280, False),
        (GOVERNANCE_PAGES, "nl", 390, True),
        (GOVERNANCE_PAGES, "en", 1280, False),
        (MANUAL_PAGES, "nl", 390, False),
        (MANUAL_PAGES, "en", 1280, True),
    ],
    ids=[
        *("stories-nl", "stories-en", "onboarding-nl", "onboarding-en", "development-nl", "development-en"),
        *("governance-nl", "governance-en", "manuals-nl", "manuals-en"),
    ],
)
def test_axe_finds_nothing_on_the_pages_of_stories_onboarding_and_development(visit, rows, language, width, dark):
    found = {}
    for page, where in each_opened(visit, rows, width=width, language=language, dark=dark):
        assert page.locator("h1").count() == 1, where
        if problems := problems_on(page, width):
            found[where] = problems
    assert found == {}


@pytest.mark.parametrize(("language", "width", "dark"), [("nl", 390, False), ("en", 1280, True)])
def test_axe_finds_nothing_where_a_path_was_finished_and_a_quiz_begins(visit, make_walk, language, width, dark):
    walk = make_walk("finished", uuid4().hex[:8], language)
    page = visit(walk["newcomer"], width=width, language=language, dark=dark)
    found = []
    for path in (f"onboarding/{walk['enrolment']}/", f"onboarding/pulse/{walk['pulse']}/"):
        assert page.goto(f"/{language}/{path}").status == 200
        found += problems_on(page, width)
    page.goto(walk["quiz"])
    found += problems_on(page, width)
    page.locator("form[action$='/quiz/start/'] button").click()
    page.locator("main form input[type=radio]").first.wait_for()
    assert found + problems_on(page, width) == []


@pytest.mark.parametrize(("language", "width", "dark"), [("nl", 390, True), ("en", 1280, False)])
def test_axe_finds_nothing_where_hr_and_editors_work(visit, make_walk, language, width, dark):
    colleagues = make_walk("colleagues", uuid4().hex[:8], language)
    found = {}
    for role in dict.fromkeys(role for role, _path, _link in ADMIN_PAGES):
        page = visit(colleagues[role], width=width, dark=dark, language=language)
        for _role, path, link in (row for row in ADMIN_PAGES if row[0] == role):
            assert page.goto(f"/admin/{path}").status == 200, path
            if link:
                page.goto(page.locator(link).first.get_attribute("href"))
            assert page.locator("html").get_attribute("lang") == language
            if problems := violations(page, "main"):
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
        assert not scrolls_sideways(page), width


@pytest.fixture
def public_story(visit) -> str:
    """The address of the demo's public copy, as its moderators find it."""
    page = visit("moderator2", width=1280)
    go(page, "verhalen/drie-soorten-koffiekopjes/", "main a[href$='/share/']")
    page.locator("main a[href*='/share/waiting/']:not([href$='/waiting/'])").click()
    return page.locator("main a[href^='/share/']").get_attribute("href")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/{language}/preboarding/"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_axe_finds_nothing_before_sign_in(visit, language, path, dark):
    page = visit(language=language, dark=dark)
    page.goto(path.format(language=language))
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_scrolls_sideways(visit, width):
    page = visit("newcomer", width=width)
    too_wide = []
    for path in PAGES["nl"]:
        page.goto(f"/nl/{path}")
        if scrolls_sideways(page):
            too_wide.append(path)
    page.faults[:] = [fault for fault in page.faults if "404" not in fault]
    assert too_wide == []


@pytest.mark.parametrize(
    ("rows", "width"),
    [(STORY_PAGES, 320), (STORY_PAGES, 390), (ONBOARDING_PAGES, 320), (ONBOARDING_PAGES, 390)],
    ids=["stories-320", "stories-390", "onboarding-320", "onboarding-390"],
)
def test_no_page_of_stories_and_onboarding_scrolls_sideways(visit, rows, width):
    too_wide = [where for page, where in each_opened(visit, rows, width=width) if scrolls_sideways(page)]
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
