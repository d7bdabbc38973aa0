"""Who may not see a page meets it nowhere: every kind of page that shows its content, on every surface.

There are no feeds; ``test_anonymous`` holds that no address of one exists.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from home.models import HomePage
from search.promotion_services import save_promotion
from tests.factories import UserFactory
from tests.project.conftest import make_page

pytestmark = pytest.mark.django_db
WORD = "kwartaalplan"


@dataclass(frozen=True)
class Target:
    """A page to look for: its number, its address, and the addresses where it is listed."""

    pk: int
    url: str
    language: str
    lists: tuple[str, ...]


def _target(page: Page, *lists: str) -> Target:
    page = Page.objects.get(pk=page.pk)
    return Target(page.pk, page.get_url(), page.locale.language_code, lists)


def _english(page: Page):
    locale = Locale.objects.get(language_code="en")
    return page.get_translation_or_none(locale) or page.copy_for_translation(locale, alias=True)


def _page(restricted: Page) -> Target:
    return _target(restricted, "/nl/handboek/")


def _alias_here(restricted: Page) -> Target:
    return _target(restricted.create_alias(update_slug="kwartaalplan-alias"), "/nl/handboek/")


def _alias_in_english(restricted: Page) -> Target:
    alias = _english(restricted)
    assert alias.alias_of_id
    return _target(alias, "/en/handbook/")


def _translation(restricted: Page) -> Target:
    page = _english(restricted).specific
    page.alias_of = None
    page.title = page.draft_title = f"Plan {WORD} in English"
    page.save()
    page.save_revision().publish()
    return _target(page, "/en/handbook/")


def _child(restricted: Page) -> Target:
    return _target(make_page(ChapterPage, f"Hoofdstuk {WORD}", restricted), restricted.get_url())


def _child_of_translation(restricted: Page) -> Target:
    translation = _translation(restricted)
    page = make_page(ChapterPage, f"Chapter {WORD}", Page.objects.get(pk=translation.pk))
    return _target(page, translation.url)


TARGETS = [_page, _alias_here, _alias_in_english, _translation, _child, _child_of_translation]


def _restrict(page: Page) -> None:
    restriction = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.pk), restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(Group.objects.get_or_create(name="Board")[0])


@pytest.fixture
def outsider():
    return UserFactory()


@pytest.fixture
def insider():
    return UserFactory(groups=["Board"])


@pytest.fixture(params=["restricted before", "restricted after"])
def prepare(request, as_user, outsider, insider, indexed):
    """``prepare(make_target)``: the target, with the manual restricted before or after it was made and indexed."""

    def build(make_target) -> Target:
        manual = make_page(ManualPage, f"Geheim {WORD}")
        before = request.param == "restricted before"
        if before:
            _restrict(manual)
        target = make_target(ManualPage.objects.get(pk=manual.pk))
        if not before:
            # Everything is read once by everybody, so that what was cached while it was open shows itself.
            indexed()
            for reader in (outsider, insider):
                for url in (target.url, *target.lists, *_searches(target), f"/{target.language}/"):
                    assert as_user(reader).get(url).status_code == 200
            _restrict(manual)
        else:
            indexed()
        return target

    return build


def _searches(target: Target) -> list[str]:
    return [f"/{target.language}/search/{what}?q={WORD[:9]}" for what in ("", "suggest/")]


def _text(response) -> str:
    """What a page shows, without what the reader typed into the search box and in its title."""
    soup = BeautifulSoup(response.content, "html.parser")
    for echo in soup.select("input, title, h1"):
        echo.decompose()
    return str(soup)


@pytest.mark.parametrize("make_target", TARGETS)
def test_the_page_itself_is_refused(prepare, as_user, outsider, insider, make_target):
    target = prepare(make_target)
    response = as_user(outsider).get(target.url)
    assert response.status_code == 403
    assert WORD not in response.content.decode().replace(target.url, "")
    assert as_user(insider).get(target.url).status_code == 200


@pytest.mark.parametrize("make_target", TARGETS)
def test_it_is_in_no_list_and_in_no_menu(prepare, as_user, outsider, insider, make_target):
    target = prepare(make_target)
    for url in (*target.lists, f"/{target.language}/"):
        assert target.url not in _text(as_user(outsider).get(url)).replace(f'value="{target.url}"', "")
        assert WORD not in _text(as_user(outsider).get(url))
    assert target.url in as_user(insider).get(target.lists[0]).content.decode()


@pytest.mark.parametrize("make_target", TARGETS)
@pytest.mark.parametrize("surface", [0, 1], ids=["search", "autocomplete"])
def test_it_is_not_found_nor_suggested(prepare, as_user, outsider, insider, make_target, surface):
    target = prepare(make_target)
    url = _searches(target)[surface]
    assert WORD not in _text(as_user(outsider).get(url))
    assert target.url not in _text(as_user(outsider).get(url))
    assert WORD in _text(as_user(insider).get(url))


@pytest.mark.parametrize("make_target", TARGETS)
def test_it_is_put_first_for_nobody_who_may_not_see_it(prepare, as_user, outsider, insider, make_target):
    target = prepare(make_target)
    page = Page.objects.get(pk=target.pk)
    save_promotion(
        words="iets anders",
        match="exact",
        language="",
        page_key=(page.alias_of or page).translation_key,
        kind="promoted",
        owner=insider,
        ends_on=timezone.localdate() + timedelta(days=9),
        note="",
        actor=insider,
    )
    url = f"/{target.language}/search/?q=iets+anders"
    for _time in range(2):
        assert WORD in _text(as_user(insider).get(url))
        assert WORD not in _text(as_user(outsider).get(url))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("before", [True, False], ids=["restricted before", "restricted after"])
def test_a_closed_section_is_in_nobodys_menu_but_its_groups(as_user, outsider, insider, language, before):
    def section() -> ManualIndexPage:
        page = ManualIndexPage(title=f"Sectie {WORD}", slug="sectie", show_in_menus=True)
        page.locale = Locale.objects.get(language_code="nl")
        HomePage.objects.get(locale=page.locale).add_child(instance=page)
        page.save_revision().publish()
        return page

    page = section()
    if before:
        _restrict(page)
    _english(page)
    if not before:
        assert WORD in as_user(outsider).get(f"/{language}/").content.decode()
        _restrict(page)
    assert WORD not in as_user(outsider).get(f"/{language}/").content.decode()
    assert WORD in as_user(insider).get(f"/{language}/").content.decode()


def test_no_address_of_a_feed_exists():
    from tests.addresses import all_addresses

    assert not [address for address, _name in all_addresses() if re.search(r"\b(feeds?|rss|atom)\b", address)]
