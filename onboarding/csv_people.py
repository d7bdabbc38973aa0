"""The colleagues that a file with enrolments names, by staff number or e-mail address."""

from collections.abc import Iterator

from django.db.models.functions import Lower

from people.models import User

from .models import Supporter

# Several colleagues in one cell.
BETWEEN = ";"
# As many at a time as every database takes in one question.
BATCH = 500
ROLES = {
    "buddy": Supporter.Role.BUDDY,
    "manager": Supporter.Role.MANAGER,
    "mentor": Supporter.Role.MENTOR,
    "hr": Supporter.Role.HR,
}


class People:
    """The colleagues that the file names, by staff number and by e-mail address: a few questions for the whole file."""

    def __init__(self, cells: list[dict]):
        named = {row.get(column, "").strip().casefold() for row in cells for column in ("staff_number", "email")}
        named |= {name.casefold() for row in cells for column in ROLES for name in names_in(row.get(column, ""))}
        named -= {""}
        self.found: dict[str, User] = {}
        for batch in _batches(sorted(named)):
            for field_name in ("email", "staff_number"):
                people = User.objects.alias(name=Lower(field_name)).filter(name__in=batch, forgotten_at=None)
                for person in people.select_related("manager").prefetch_related("groups"):
                    # A staff number comes first: it is the later of the two to be kept.
                    self.found[getattr(person, field_name).casefold()] = person

    def find(self, name: str) -> User | None:
        """Who has this staff number or address."""
        return self.found.get(name.casefold()) if name else None


def names_in(cell: str) -> list[str]:
    """The names in one cell, the lead first."""
    return [name.strip() for name in cell.split(BETWEEN) if name.strip()]


def _batches(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]
