"""Who answers what readers say of a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from people.models import User

from ..querysets import paths_above
from .page_types import chapter_model, manual_model

EDITORS = "Editors"


@dataclass(frozen=True)
class Answering:
    """Owner and deputy of one page, each None where they can't answer (any more)."""

    owner: User | None
    deputy: User | None


def _answering(paths: Iterable[str]) -> dict[str, Answering]:
    """Who answers for the live pages at these tree paths, by path, where somebody does; two queries for any number."""
    found = {}
    somebody = Q(owner_colleague__is_active=True) | Q(deputy__is_active=True)
    paths = set(paths)
    for model in (manual_model(), chapter_model()):
        rows = model.objects.live().filter(somebody, path__in=paths).defer("body")
        for page in rows.select_related("owner_colleague", "deputy"):
            people = (page.owner_colleague, page.deputy)
            found[page.path] = Answering(*(person if person and person.is_active else None for person in people))
    return found


def _nearest(path: str, answering: dict[str, Answering]) -> Answering | None:
    chain = [path, *reversed(paths_above(path))]
    # As the page shows it: the nearest owner. Where all owners are gone, the nearest deputy stands in.
    owned = next((answering[p] for p in chain if p in answering and answering[p].owner), None)
    return owned or next((answering[p] for p in chain if p in answering and answering[p].deputy), None)


def receivers_of(page) -> list[User]:
    """Who is told: the owner of the text or of the nearest page above that has one; their deputy; else all editors.

    Somebody who left owns nothing any more. Three queries at most.
    """
    nearest = _nearest(page.path, _answering([page.path, *paths_above(page.path)]))
    if nearest is not None:
        return [nearest.owner or nearest.deputy]
    return list(User.objects.active().filter(groups__name=EDITORS).select_related("quiet_hours").distinct())


def is_editor(user) -> bool:
    """Whether what nobody owns comes to this person. One query."""
    return user.is_superuser or user.groups.filter(name=EDITORS).exists()


def paths_answered_by(user, paths: Iterable[str]) -> set[str]:
    """Of these tree paths those whose feedback ``user`` may read and answer: as owner, as deputy, or, without either, as editor.

    Four queries at most for any number of paths.
    """
    paths = set(paths)
    answering = _answering({part for path in paths for part in (path, *paths_above(path))})
    nearest = {path: _nearest(path, answering) for path in paths}
    own = {path for path, who in nearest.items() if who and user in (who.owner, who.deputy)}
    nobodys = {path for path, who in nearest.items() if who is None}
    return own | nobodys if nobodys and is_editor(user) else own
