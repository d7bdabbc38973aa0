"""The same words asked and opened by many in the same moment: all of them count.

Outside the test's own transaction, so everything really commits. PostgreSQL lets writers run side by side, so it gets more.
"""

from functools import partial

import pytest
from django.db import connection

from search.models import QueryLog
from search.query_log import count_click, count_search
from tests.at_once import all_at_once

pytestmark = pytest.mark.xdist_group("workers")


@pytest.fixture
def many(django_db_setup, django_db_blocker):
    """How many there are at once."""
    with django_db_blocker.unblock():
        try:
            yield 20 if connection.vendor == "postgresql" else 6
        finally:
            QueryLog.objects.all().delete()
            connection.close()


def ask(total: int) -> bool:
    return count_search(query="kameel", text="kameel", language="nl", total=total, is_weak=False)


def test_first_questions_at_once_are_one_row_with_all_of_them(many):
    assert all(all_at_once([partial(ask, number % 2) for number in range(many)], ()))
    row = QueryLog.objects.get()
    assert (row.asked, row.without_result) == (many, many // 2)


def test_more_clicks_at_once_than_there_were_results_never_count(many):
    for _time in range(3):
        ask(5)
    click = partial(count_click, query="kameel", language="nl", rank=2, is_suggestion=False)
    counted = all_at_once([click] * many, ())
    row = QueryLog.objects.get()
    assert (row.clicked, row.rank_sum, sum(counted)) == (3, 6, 3)
