"""Colleagues as rows of a file that can be read in again."""

from collections.abc import Iterator

from ..models import User
from .columns import COLUMNS
from .plan import LINKS

EXPORTED = "people.export"


def rows_of_colleagues() -> Iterator[list]:
    """A row for each open account with a staff number, in the order of ``COLUMNS``; one query."""
    people = User.objects.active().filter(staff_number__isnull=False).order_by("staff_number")
    linked = {"team": "team__name", "location": "location__name", "manager": "manager__staff_number"}
    names = [linked[name] if name in LINKS else name for name in COLUMNS]
    days = list(COLUMNS).index("working_days")
    for row in people.values_list(*names).iterator(chunk_size=2000):
        cells = list(row)
        # Monday is the first day, as people count them.
        cells[days] = " ".join(str(day + 1) for day in row[days])
        yield cells
