"""Connections to the database, kept from request to request."""

import pytest
from django.conf import settings
from django.db import connection as database
from django.db.utils import ConnectionHandler


def test_a_connection_that_died_with_its_server_is_replaced(tmp_path, monkeypatch, django_db_blocker):
    mine = settings.DATABASES["default"]
    kept = {name: mine[name] for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS")}
    place = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "kept.sqlite3")}
    # A file of its own, not the database of the tests.
    with django_db_blocker.unblock():
        connection = ConnectionHandler({"default": {**place, **kept}})["default"]
        connection.ensure_connection()
        died = connection.connection
        monkeypatch.setattr(connection, "is_usable", lambda: connection.connection is not died)
        # As Django does when a request begins.
        connection.close_if_unusable_or_obsolete()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            assert connection.connection is not died
        finally:
            connection.close()


@pytest.mark.django_db
@pytest.mark.skipif(database.vendor != "postgresql", reason="of PostgreSQL")
def test_no_query_is_compiled_before_it_runs():
    with database.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
