"""The content stamp: what is cached under it never goes stale."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import transaction
from wagtail.models import Locale, PageViewRestriction

from base.access import is_visible
from base.models import ContentStamp, HouseStyle
from base.stamp import content_stamp, end_request, fold_stamp, remembered, start_request, touch_content
from guidelines.models import ManualIndexPage
from home.models import NewsIndexPage
from tests.factories import ChapterFactory, ImageFactory, ManualFactory, NewsFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news(trunk):
    return NewsFactory(parent=trunk(NewsIndexPage))


def _publish(page):
    page.title = "Changed"
    page.save_revision().publish()


def _restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def _restrict_and_name_groups(page):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    group = Group.objects.create(name="Board")
    before = content_stamp()
    restriction.groups.add(group)
    assert content_stamp() != before
    before = content_stamp()
    group.delete()
    assert content_stamp() != before


def _restrict_to_nobody(page):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Board"))


def _lift(page):
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    before = content_stamp()
    restriction.delete()
    assert content_stamp() != before


@pytest.mark.parametrize(
    "change",
    [
        _publish,
        _restrict,
        _restrict_and_name_groups,
        _lift,
        lambda page: page.unpublish(),
        lambda page: page.delete(),
        lambda page: page.move(NewsIndexPage.objects.get(locale__language_code="en"), pos="last-child"),
        lambda page: page.create_alias(update_slug="twin"),
        lambda page: (
            page.copy_for_translation(page.locale.__class__.objects.get(language_code="en"), alias=True)
            if not page.has_translation(page.locale.__class__.objects.get(language_code="en"))
            else page.save()
        ),
        lambda page: page.save(),
        lambda page: HouseStyle.objects.create(name="Elsewhere"),
        lambda page: ImageFactory(),
        lambda page: Group.objects.create(name="Nobody").delete(),
    ],
)
def test_everything_readers_may_notice_changes_the_stamp(news, change):
    before = content_stamp()
    change(news)
    assert content_stamp() != before


def test_saving_a_draft_leaves_the_stamp_alone(news):
    before = content_stamp()
    news.title = "Not yet"
    news.save_revision()
    assert content_stamp() == before


def test_a_page_that_nobody_can_read_yet_leaves_the_stamp_alone_until_it_is_published(trunk):
    """Each story that is sent in is such a page: what is cached for everybody would be made anew each time."""
    parent = trunk(NewsIndexPage)
    before = content_stamp()
    page = NewsFactory(parent=parent, live=False)
    assert content_stamp() == before
    page.save_revision().publish()
    assert content_stamp() != before


def test_a_draft_that_takes_the_place_of_others_takes_nothing_out_of_reach_or_into_it(trunk, user):
    """Restrictions are kept by place in the tree, and everything after the new page moved up."""
    manual = ManualFactory(parent=trunk(ManualIndexPage))
    first, board = ChapterFactory(parent=manual), ChapterFactory(parent=manual)
    after = ChapterFactory(parent=manual)
    _restrict_to_nobody(board)
    assert [is_visible(page, user) for page in (first, board, after)] == [True, False, True]
    first.add_sibling("right", instance=ChapterFactory.build(locale=first.locale, live=False))
    for page in (first, board, after):
        page.refresh_from_db()
    assert board.path > first.path and [is_visible(page, user) for page in (first, board, after)] == [True, False, True]


def test_a_draft_in_another_language_of_a_page_changes_the_stamp(news):
    other = Locale.objects.exclude(pk=news.locale_id).first()
    parent = news.get_parent().get_translation(other)
    before = content_stamp()
    NewsFactory(parent=parent, locale=other, translation_key=news.translation_key, live=False)
    assert content_stamp() != before


def test_signing_in_leaves_the_stamp_alone(client):
    user = UserFactory()
    before = content_stamp()
    client.force_login(user)
    assert content_stamp() == before


def test_deleting_a_tree_changes_the_stamp(trunk):
    manual = ManualFactory(parent=trunk(ManualIndexPage))
    ChapterFactory(parent=manual)
    manual.refresh_from_db()
    before = content_stamp()
    manual.delete()
    assert content_stamp() != before


def test_a_request_asks_for_the_stamp_once(django_assert_num_queries):
    start_request()
    try:
        with django_assert_num_queries(1):
            assert content_stamp() == content_stamp()
    finally:
        end_request()


def test_a_request_that_changes_something_reads_its_own_change():
    start_request()
    try:
        before = content_stamp()
        touch_content()
        assert content_stamp() != before
    finally:
        end_request()


def test_the_next_request_sees_what_another_worker_changed():
    start_request()
    before = content_stamp()
    ContentStamp.objects.create(token=12345)  # what touch_content does in the other worker
    assert content_stamp() == before
    end_request()
    start_request()
    assert content_stamp() != before
    end_request()


def test_what_was_cached_before_a_rollback_is_never_found_again():
    assert remembered("word", lambda: "old") == "old"
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        touch_content()
        assert remembered("word", lambda: "never true") == "never true"
        raise ZeroDivisionError
    assert remembered("word", lambda: "made again") == "old"
    touch_content()
    assert remembered("word", lambda: "new") == "new"


def test_folding_keeps_the_stamp_and_leaves_one_row():
    for _time in range(5):
        touch_content()
    before = content_stamp()
    fold_stamp()
    assert content_stamp() == before
    assert ContentStamp.objects.count() == 1


def test_rows_are_folded_once_in_a_while(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("base.stamp.secrets.randbits", lambda bits: 32)
    with django_capture_on_commit_callbacks(execute=True):
        touch_content()
        touch_content()
    assert ContentStamp.objects.count() == 1


def test_a_remembered_value_is_made_once():
    calls = []
    for _time in range(2):
        assert remembered("thing", lambda: calls.append(1) or "value") == "value"
    assert len(calls) == 1
    cache.clear()
    remembered("thing", lambda: calls.append(1) or "value")
    assert len(calls) == 2
