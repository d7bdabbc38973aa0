"""An index that is made while people go on writing, and made again where that was cut off."""

import pytest
from django.db import NotSupportedError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from base.live_indexes import AddIndexLive

NAME = "people_team_live_test"
OPERATION = AddIndexLive("team", models.Index(fields=["name"], name=NAME))


pytestmark = pytest.mark.usefixtures("outside_transactions")


@pytest.fixture
def outside_transactions(django_db_setup, django_db_blocker):
    """As a migration runs; what a test makes it takes away itself."""
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def is_there() -> bool:
    with connection.cursor() as cursor:
        return NAME in connection.introspection.get_constraints(cursor, "people_team")


@pytest.fixture
def states():
    before = MigrationLoader(None).project_state()
    after = before.clone()
    OPERATION.state_forwards("people", after)
    return before, after


def make(states) -> None:
    with connection.schema_editor(atomic=False) as editor:
        OPERATION.database_forwards("people", editor, *states)


def test_it_is_made_and_taken_away(states):
    make(states)
    assert is_there()
    with connection.schema_editor(atomic=False) as editor:
        OPERATION.database_backwards("people", editor, *reversed(states))
    assert not is_there()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="other databases leave nothing behind")
def test_what_a_run_that_was_cut_off_left_behind_is_made_anew(states):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX {NAME} ON people_team (id)")
    make(states)
    with connection.cursor() as cursor:
        assert connection.introspection.get_constraints(cursor, "people_team")[NAME]["columns"] == ["name"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL makes one beside its writers")
def test_within_a_transaction_it_says_so_and_touches_nothing(states):
    with pytest.raises(NotSupportedError, match="atomic = False"), transaction.atomic():
        make(states)
    assert not is_there()
