"""The demo, made once for all tests of this folder."""

import pytest

from tests.demo.standing import standing_demo
from tests.grouping import run_together


def pytest_collection_modifyitems(items):
    """One process makes the demo, once: they run together."""
    run_together(items, __file__)


@pytest.fixture(scope="package")
def standing(django_db_setup, django_db_blocker):
    """The demo as it is just after seeding."""
    with standing_demo(django_db_blocker):
        yield


@pytest.fixture
def demo(standing, db):
    """The demo, with what this test does to it undone afterwards."""
