"""The paths that somebody can put pages on for a competency; see ``competencies.own_paths``."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from competencies.own_paths import Paths, RunningPath, Wanted, register

from .models import Enrolment, OwnStep
from .own_steps import places_read
from .reading import standings_of
from .services.doing import EnrolmentEnded
from .services.own_steps import add_own_steps
from .standing import Standing


def _standings(user) -> list[Standing]:
    """The paths of this person that weren't ended and are there for them; what is under way and began last comes first."""
    there = [each for each in standings_of(user, get_language()) if not each.is_ended and each.outline]
    there.sort(key=lambda standing: (standing.enrolment.start_date, standing.enrolment.pk), reverse=True)
    return sorted(there, key=lambda standing: standing.is_finished)


def running_paths(user) -> list[RunningPath]:
    """See ``own_paths.Paths.running``; one query, besides those of ``path_outline``."""
    return [
        RunningPath(
            key=str(standing.enrolment.pk),
            title=standing.outline.title,
            url=f"{reverse('onboarding:enrolment', args=[standing.enrolment.pk])}#own-steps",
        )
        for standing in _standings(user)
    ]


def places_on_paths(user) -> set[tuple[UUID, str]]:
    """See ``own_paths.Paths.on_them``: what they put there, and what a step lets them read. Two queries."""
    found = OwnStep.objects.of(user).places()
    return found.union(*(places_read(standing) for standing in _standings(user)))


def put_on_path(user, path_key: str, wanted: Iterable[Wanted]) -> int:
    """See ``own_paths.Paths.put``. Raises LookupError."""
    number = int(path_key) if path_key.isascii() and path_key.isdigit() and len(path_key) < 19 else 0
    enrolment = Enrolment.objects.of(user).not_ended().filter(pk=number).first()
    if enrolment is None:
        raise LookupError(path_key)
    try:
        return add_own_steps(enrolment=enrolment, wanted=wanted)
    except EnrolmentEnded as error:
        raise LookupError(path_key) from error


register(Paths(running=running_paths, on_them=places_on_paths, put=put_on_path))
