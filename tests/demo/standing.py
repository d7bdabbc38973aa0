"""The demo in the test database, for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from demo.building.clock import clock_at
from demo.building.seeding import seed_demo

# A Wednesday, so that dates before and after it fall on weekends.
TODAY = date(2026, 11, 18)
NOW = timezone.make_aware(datetime.combine(TODAY, time(17, 30)))


@contextmanager
def standing_demo(blocker) -> Iterator[None]:
    """Seeded once for several tests and rolled back at the end: other tests never meet it.

    ``blocker`` is pytest-django's ``django_db_blocker``. Each test runs in a savepoint of its own inside.
    """
    with blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        try:
            # What is late, and who was asked how it goes, is a matter of the day it is.
            with clock_at(NOW):
                seed_demo(today=TODAY)
        except BaseException:
            block.__exit__(RuntimeError, RuntimeError("seeding failed"), None)
            raise
    try:
        yield
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            block.__exit__(None, None, None)
