"""The demo shows what editors do about search."""

import pytest
from django.utils import timezone

from demo.building.registry import Registry
from demo.building.upkeep import add_upkeep
from people.models import User
from search.models import Promotion, QueryLog
from search.querysets import Trouble

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]


def test_there_is_work_of_every_kind_and_something_that_is_found():
    today = timezone.localdate()
    rows = QueryLog.objects.of_last_weeks(today)
    assert {row.trouble for row in rows} == {*Trouble.values, ""}
    assert {row.language for row in QueryLog.objects.worklist(today)} == {"nl", "en"}


def test_one_page_is_put_first_and_once():
    assert Promotion.objects.running().count() == 1
    assert add_upkeep(Registry.read(), User.objects.first(), timezone.localdate()) == 0
