"""Putting many on paths at once."""

from collections.abc import Iterable

from django.db import transaction

from people.models import User

from ..models import Enrolment, PathPage
from .enrolling import PathNotPublished, enrol


@transaction.atomic
def enrol_many(*, rows: Iterable, actor: User | None = None) -> list[Enrolment]:
    """Put everybody in ``rows`` (see ``reading_csv.Row``) on their path, or nobody; returns the enrolments.

    Who is on it already stays as they are. Raises ``PathNotPublished``.
    """
    pages: dict = {}
    made = []
    for row in rows:
        if row.path_key not in pages:
            pages[row.path_key] = PathPage.objects.live().filter(translation_key=row.path_key).first()
        page = pages[row.path_key]
        if page is None:
            raise PathNotPublished(row.path_title)
        made.append(enrol(user=row.user, path=page, supporters=row.supporters, actor=actor, **row.choices_made))
    return made
