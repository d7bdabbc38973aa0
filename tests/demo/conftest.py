"""The demo, made once for all tests of this folder."""

import pytest

from tests.demo.standing import standing_demo


def pytest_collection_modifyitems(items):
    """One process makes the demo, once: they run together."""
    for item in items:
        if "tests/demo" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("demo"))


@pytest.fixture(scope="package")
def standing(django_db_setup, django_db_blocker):
    """The demo as it is just after seeding."""
    with standing_demo(django_db_blocker):
        yield


@pytest.fixture
def demo(standing, db):
    """The demo, with what this test does to it undone afterwards."""
