"""Several workers at once remind and hand over, each with a connection of its own: everything once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from guidelines.models import ManualIndexPage, ManualPage, Review, ReviewReminder
from guidelines.services.handing_over import HANDED_OVER, hand_over_leavers
from guidelines.services.reminding import DUE, remind_reviews
from guidelines.services.reviewing import confirm_text, postpone_review
from notifications.models import JobRun, Message
from people.models import User
from tests.factories import ManualFactory, UserFactory
from tests.notifications.test_workers import at_once

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("workers"),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Needs several writers: PostgreSQL."),
]
NOW = datetime(2026, 10, 5, 6, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def _django_db_helper(django_db_setup, django_db_blocker):
    """In the place of pytest-django's: the database is there, without a transaction around the test."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def texts(db):
    """Five texts of one owner, all due; gone afterwards."""
    owner, deputy = UserFactory(email="owns@example.org"), UserFactory(email="deputises@example.org")
    index = ManualIndexPage.objects.get(locale__language_code="nl")
    pages = [
        ManualFactory(
            parent=ManualIndexPage.objects.get(pk=index.pk),
            title=f"Tegelijk {number}",
            owner_colleague=owner,
            deputy=deputy,
            review_by=TODAY + timedelta(3),
        )
        for number in range(5)
    ]
    yield pages
    for page in ManualPage.objects.filter(title__startswith="Tegelijk", alias_of=None):
        page.delete()
    for rows in (Review, ReviewReminder, JobRun):
        rows.objects.all().delete()
    User.objects.filter(pk__in=[owner.pk, deputy.pk]).delete()
    connection.close()


def test_workers_at_once_tell_an_owner_once(texts):
    at_once(4, lambda: remind_reviews(NOW))
    assert Message.objects.filter(kind=DUE).count() == 1
    assert ReviewReminder.objects.count() == 5
    assert remind_reviews(NOW) == 0


def test_workers_at_once_hand_over_once(texts):
    User.objects.filter(pk=texts[0].owner_colleague_id).update(is_active=False)
    counts = at_once(4, lambda: hand_over_leavers(NOW))
    assert sum(counts) == Review.objects.filter(kind="handed_over").count() == 5
    assert Message.objects.filter(kind=HANDED_OVER).count() == 1


def test_two_who_confirm_at_once_leave_one_check(texts):
    page, owner = texts[0], texts[0].owner_colleague
    outcomes = at_once(4, lambda: confirm_text(key=page.translation_key, by=owner))
    assert sorted(outcomes) == [False, False, False, True]
    assert Review.objects.filter(kind="checked").count() == 1


def test_the_same_delay_sent_four_times_at_once_counts_once(texts):
    page, owner = texts[0], texts[0].owner_colleague
    until = datetime.now(UTC).date() + timedelta(20)

    def later():
        return postpone_review(
            key=page.translation_key, by=owner, until=until, reason="druk", seen=TODAY + timedelta(3)
        )

    assert sorted(at_once(4, later)) == [False, False, False, True]
    assert Review.objects.filter(kind="postponed").count() == 1
