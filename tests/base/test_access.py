"""The one access rule, on page sets and single pages."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from wagtail.models import Locale, Page, PageViewRestriction

from base.access import (
    audience_key,
    cache_key_for,
    closed_paths,
    is_visible,
    visible_pages,
    within_paths,
    without_paths,
)
from base.stamp import touch_content
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from tests.factories import ChapterFactory, ManualFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def board():
    return Group.objects.create(name="Board")


@pytest.fixture
def insider(board):
    return UserFactory(groups=["Board"])


@pytest.fixture
def english():
    return Locale.objects.get(language_code="en")


@pytest.fixture
def restrict(board):
    """``restrict(page)``: only for the board; ``restrict(page, kind)`` for another kind."""

    def close(page, kind=PageViewRestriction.GROUPS):
        restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
        if kind == PageViewRestriction.GROUPS:
            restriction.groups.add(board)
        return restriction

    return close


@pytest.fixture
def manual(trunk):
    return ManualFactory(parent=trunk(ManualIndexPage))


@pytest.fixture
def family(manual, english, trunk):
    """A manual with a chapter, its translation, and an alias of it elsewhere in the same language."""
    chapter = ChapterFactory(parent=manual)
    translation = manual.get_translation_or_none(english) or manual.copy_for_translation(english)
    translation = translation.specific
    translation.refresh_from_db()
    if translation.alias_of_id:
        translation.alias_of = None
        translation.save()
    if not translation.live:
        translation.save_revision().publish()
    translated_chapter = ChapterFactory(parent=ManualPage.objects.get(pk=translation.pk), title="Only in English")
    shelf = ManualFactory(parent=trunk(ManualIndexPage), title="Another manual")
    alias = chapter.create_alias(parent=shelf, update_slug="alias")
    return {
        "page": manual,
        "child": chapter,
        "translation": translation,
        "child of the translation": translated_chapter,
        "alias of the child": alias,
    }


def _seen(user, pages) -> set[str]:
    found = set(visible_pages(user).values_list("pk", flat=True))
    by_type = set(ManualPage.objects.visible_to(user).values_list("pk", flat=True)) | set(
        ChapterPage.objects.visible_to(user).values_list("pk", flat=True)
    )
    seen = set()
    for name, page in pages.items():
        page = Page.objects.get(pk=page.pk)
        # Every way of asking has to answer the same.
        assert (page.pk in found) == (page.pk in by_type) == is_visible(page, user) == page.specific.is_visible_to(user)
        if page.pk in found:
            seen.add(name)
    return seen


@pytest.mark.parametrize("restricted", ["page", "translation"])
def test_a_restriction_closes_every_language_everything_below_and_its_aliases(
    family, restrict, user, insider, restricted
):
    assert _seen(user, family) == set(family)
    restrict(family[restricted])
    assert _seen(user, family) == set()
    assert _seen(insider, family) == set(family)


def test_a_restricted_child_leaves_its_parent_open(family, restrict, user):
    restrict(family["child"])
    assert _seen(user, family) == {"page", "translation", "child of the translation"}


def test_a_restricted_alias_leaves_its_original_open(family, restrict, user):
    restrict(family["alias of the child"])
    assert _seen(user, family) == set(family) - {"alias of the child"}


def test_an_alias_of_an_alias_is_closed_too(family, restrict, user, trunk):
    second = family["alias of the child"].create_alias(update_slug="alias-of-alias")
    restrict(family["child"])
    assert not is_visible(Page.objects.get(pk=second.pk), user)


def _drop_copies(restriction):
    """Wagtail copies restrictions to new aliases and translations; the rule has to hold without the copy."""
    copies = PageViewRestriction.objects.exclude(pk=restriction.pk)
    PageViewRestriction.groups.through.objects.filter(pageviewrestriction__in=copies).delete()
    copies._raw_delete("default")
    touch_content()


def test_an_alias_made_after_the_restriction_is_closed_at_once(family, restrict, user, trunk):
    restriction = restrict(family["child"])
    assert closed_paths(user)  # cached from here on
    shelf = ManualFactory(parent=trunk(ManualIndexPage))
    alias = family["child"].create_alias(parent=shelf, update_slug="late")
    _drop_copies(restriction)
    assert not is_visible(Page.objects.get(pk=alias.pk), user)


def test_a_translation_made_after_the_restriction_is_closed_at_once(manual, restrict, user, english):
    restriction = restrict(manual)
    assert closed_paths(user)
    translation = manual.get_translation_or_none(english) or manual.copy_for_translation(english)
    _drop_copies(restriction)
    translation = Page.objects.get(pk=translation.pk).specific
    if not translation.live:
        translation.save_revision().publish()
    assert not is_visible(Page.objects.get(pk=translation.pk), user)


def _move(page, parent):
    Page.objects.get(pk=page.pk).move(Page.objects.get(pk=parent.pk), pos="last-child")


def test_a_page_moved_into_a_closed_place_is_closed_and_opens_again_outside(restrict, user, trunk):
    closed, opened = ManualFactory(parent=trunk(ManualIndexPage)), ManualFactory(parent=trunk(ManualIndexPage))
    chapter = ChapterFactory(parent=opened)
    restrict(closed)
    assert is_visible(Page.objects.get(pk=chapter.pk), user)
    _move(chapter, closed)
    assert not is_visible(Page.objects.get(pk=chapter.pk), user)
    _move(chapter, opened)
    assert is_visible(Page.objects.get(pk=chapter.pk), user)


def test_a_page_stays_closed_while_its_translation_is_in_a_closed_place(family, restrict, user, trunk, english):
    chapter = family["child"]
    closed = ManualFactory(parent=trunk(ManualIndexPage, "en"), locale=english)
    twin = ChapterFactory(parent=closed, locale=english, translation_key=chapter.translation_key)
    restrict(closed)
    assert not is_visible(Page.objects.get(pk=chapter.pk), user)
    Page.objects.get(pk=twin.pk).delete()
    assert is_visible(Page.objects.get(pk=chapter.pk), user)


def test_deleting_a_restricted_page_leaves_nothing_closed(family, restrict, user, insider):
    restrict(family["page"])
    assert closed_paths(user)
    Page.objects.get(pk=family["page"].pk).delete()
    assert not PageViewRestriction.objects.exists()
    assert closed_paths(user) == ()
    assert audience_key(user) == audience_key(insider) == "all"


def test_lifting_a_restriction_opens_everything(family, restrict, user):
    restriction = restrict(family["page"])
    assert _seen(user, family) == set()
    restriction.delete()
    assert _seen(user, family) == set(family)


def test_joining_and_leaving_the_group_works_at_once(family, restrict, user, board):
    restrict(family["page"])
    assert not is_visible(family["page"], user)
    user.groups.add(board)
    assert is_visible(family["page"], user)
    user.groups.remove(board)
    assert not is_visible(family["page"], user)


def test_somebody_deactivated_or_not_signed_in_sees_nothing_restricted(family, restrict, insider):
    restrict(family["page"])
    assert is_visible(family["page"], insider)
    insider.is_active = False
    assert not is_visible(family["page"], insider)
    assert not is_visible(family["page"], AnonymousUser())


def test_a_restriction_to_whoever_is_signed_in_closes_nothing_to_colleagues(family, restrict, user):
    restrict(family["page"], PageViewRestriction.LOGIN)
    assert _seen(user, family) == set(family)
    assert not visible_pages(AnonymousUser()).filter(pk=family["page"].pk).exists()


def test_a_shared_password_opens_nothing(family, restrict, user, insider):
    restrict(family["page"], PageViewRestriction.PASSWORD)
    assert _seen(user, family) == _seen(insider, family) == set()


def test_being_allowed_to_edit_a_page_is_not_being_allowed_to_read_it(family, restrict, user):
    editors = Group.objects.create(name="Anything goes")
    editors.page_permissions.create(page=Page.get_first_root_node(), permission_type="change")
    user.groups.add(editors)
    restrict(family["page"])
    assert _seen(user, family) == set()


def test_administrators_see_everything(family, restrict):
    restrict(family["page"])
    assert _seen(UserFactory(is_superuser=True), family) == set(family)


def test_people_who_see_the_same_share_a_cache_key_and_others_do_not(family, restrict, user, insider):
    outsider = UserFactory()
    assert cache_key_for(user) == cache_key_for(insider)
    restrict(family["page"])
    assert cache_key_for(user) == cache_key_for(outsider)
    assert cache_key_for(user) != cache_key_for(insider)
    assert audience_key(AnonymousUser()) == "nobody"


def test_a_page_with_two_restrictions_needs_both_met(family, restrict, insider):
    restrict(family["page"])
    other = PageViewRestriction.objects.create(page=family["child"], restriction_type=PageViewRestriction.GROUPS)
    other.groups.add(Group.objects.create(name="Works council"))
    assert is_visible(family["page"], insider)
    assert not is_visible(family["child"], insider)


def test_without_restrictions_the_check_costs_no_query_once_warm(manual, user, django_assert_num_queries):
    is_visible(manual, user)
    with django_assert_num_queries(1):  # the content stamp, which a request asks for once
        is_visible(manual, user)


def test_with_restrictions_the_check_costs_one_query_for_the_groups(manual, restrict, user, django_assert_num_queries):
    restrict(manual)
    is_visible(manual, user)
    fresh = type(user).objects.get(pk=user.pk)
    with django_assert_num_queries(2):
        is_visible(manual, fresh)


@pytest.mark.parametrize("count", [1, 49, 51, 1500])
def test_any_number_of_closed_places_is_left_out(manual, user, count):
    chapter = ChapterFactory(parent=manual)
    elsewhere = [f"{index:04d}" + "ZZZZ" * (index % 3 + 1) for index in range(count - 1)]
    paths = (manual.path, *elsewhere)
    assert not without_paths(ChapterPage.objects.all(), paths).filter(pk=chapter.pk).exists()
    assert within_paths(ChapterPage.objects.all(), paths).filter(pk=chapter.pk).exists()
    assert without_paths(ManualIndexPage.objects.all(), paths).exists()
