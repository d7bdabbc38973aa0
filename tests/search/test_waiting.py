"""What waits for the index is hidden where the reader may not see it, and looked up once for a search."""

import pytest
from wagtail.models import Page

from search.documents import Collection
from search.models import OutboxEntry
from search.waiting import hidden_for_now, looked_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(make_chapter):
    """A live and a draft chapter that wait for the index, and nothing else."""
    live, draft = make_chapter("Vergunning", "<p>x</p>"), make_chapter("Ontwerp", "<p>x</p>", live=False)
    OutboxEntry.objects.all().delete()
    for page in (live, draft):
        OutboxEntry.objects.create(object_id=page.pk)
    return live, draft


def test_only_what_waits_and_may_not_be_read_is_hidden(waiting):
    _live, draft = waiting
    OutboxEntry.objects.create(object_id=draft.pk, collection=Collection.DOCUMENTS)
    assert hidden_for_now(Collection.PAGES, Page.objects.live) == {draft.pk}
    assert hidden_for_now(Collection.PEOPLE, Page.objects.live) == frozenset()


def test_a_search_looks_once_for_all_collections(waiting, django_assert_num_queries):
    _live, draft = waiting
    with django_assert_num_queries(2), looked_once(), looked_once():
        for collection in (Collection.PEOPLE, Collection.QUESTIONS, Collection.DOCUMENTS):
            assert hidden_for_now(collection, Page.objects.live) == frozenset()
        assert hidden_for_now(Collection.PAGES, Page.objects.live) == {draft.pk}
    with django_assert_num_queries(2):
        for collection in (Collection.PEOPLE, Collection.QUESTIONS):
            hidden_for_now(collection, Page.objects.live)


def test_what_was_worked_off_in_the_meantime_is_hidden_no_more(waiting):
    """As where the first search makes the index: everything that waited is in it before anything is looked up."""
    with looked_once():
        hidden_for_now(Collection.PEOPLE, Page.objects.live)
        OutboxEntry.objects.all().delete()
        assert hidden_for_now(Collection.PAGES, Page.objects.live) == frozenset()


def test_the_next_search_looks_again(waiting):
    _live, draft = waiting
    with pytest.raises(ZeroDivisionError), looked_once():
        hidden_for_now(Collection.PAGES, Page.objects.live)
        raise ZeroDivisionError
    OutboxEntry.objects.all().delete()
    assert hidden_for_now(Collection.PAGES, Page.objects.live) == frozenset()
    OutboxEntry.objects.create(object_id=draft.pk, collection=Collection.PEOPLE)
    with looked_once():
        assert hidden_for_now(Collection.PEOPLE, Page.objects.live) == {draft.pk}
