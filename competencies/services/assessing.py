"""Looking where one stands: beginning, scoring, finishing, taking over what the profile asks by now, throwing away."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from base.typed import storable
from people.models import User

from ..levels import NOT_YET, Level
from ..models import Assessment, Rating
from ..models.assessments import EXAMPLE_LENGTH
from .versions import content_now, keep_version


class AlreadyFinished(Exception):
    """The assessment is finished; its scores stay as they are."""


class AssessmentGone(Exception):
    """The person threw it away meanwhile."""


class NotAsked(LookupError):
    """The assessment doesn't ask this competency."""


class Unanswered(Exception):
    """Some competencies have no score yet: ``keys`` are theirs, in the order of the profile."""

    def __init__(self, keys: list[UUID]):
        super().__init__(keys)
        self.keys = keys


class ChangedElsewhere(Exception):
    """The score was changed since it was shown: ``rating`` is how it stands now."""

    def __init__(self, rating: Rating):
        super().__init__(rating.pk)
        self.rating = rating


class SharedAlready(Exception):
    """A colleague sees it: first it has to be taken back."""


# Called in the transaction of each assessment that is finished.
_listeners: list[Callable[[Assessment], None]] = []


def when_finished(listener: Callable[[Assessment], None]) -> Callable[[Assessment], None]:
    """Have ``listener(assessment)`` called whenever somebody finishes one; usable as a decorator."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@transaction.atomic
def start_assessment(*, user: User, profile_key: UUID) -> Assessment:
    """Begin one by the profile as it is now; one that runs is returned as it is. Raises ``ProfileGone``."""
    running = Assessment.objects.of(user).running().filter(profile_key=profile_key).first()
    if running is not None:
        return running
    version = keep_version(profile_key, content_now(user, profile_key))
    # Two clicks at once: the constraint lets one through, and both get that one.
    assessment, _made = Assessment.objects.get_or_create(
        user=user, profile_key=profile_key, finished_at=None, defaults={"version": version}
    )
    return assessment


@transaction.atomic
def take_over_profile(*, assessment: Assessment) -> Assessment:
    """Go on by the profile as it is now; what was scored stays, also for what it no longer asks.

    Raises ``AlreadyFinished`` and ``ProfileGone``.
    """
    assessment = lock_running(assessment)
    assessment.version = keep_version(assessment.profile_key, content_now(assessment.user, assessment.profile_key))
    assessment.save(update_fields=["version"])
    return assessment


@transaction.atomic
def rate_oneself(
    *, assessment: Assessment, competency_key: UUID, level: int | None, is_unknown: bool, example: str, seen: int
) -> Rating:
    """Keep the person's own score, of which ``seen`` was shown (0 for none yet); nothing chosen keeps the example only.

    Raises ``AlreadyFinished``, ``NotAsked``, ``ChangedElsewhere``, and ValueError for a level that isn't there.
    """
    assessment = lock_running(assessment)
    require_asked(assessment, competency_key)
    return keep_rating(
        {"assessment": assessment, "by": Rating.By.SELF, "competency_key": competency_key},
        {"level": level, "is_unknown": is_unknown, "example": example},
        seen,
    )


@transaction.atomic
def finish_assessment(*, assessment: Assessment) -> Assessment:
    """Finish it; finished before, nothing changes. Raises ``Unanswered``: "don't know" is an answer."""
    assessment = lock_assessment(assessment)
    if assessment.finished_at is not None:
        return assessment
    answered = set(
        answered_ratings(assessment.ratings.filter(by=Rating.By.SELF)).values_list("competency_key", flat=True)
    )
    if missing := [key for key in asked_keys(assessment) if key not in answered]:
        raise Unanswered(missing)
    assessment.finished_at = timezone.now()
    assessment.save(update_fields=["finished_at"])
    for listener in _listeners:
        listener(assessment)
    return assessment


@transaction.atomic
def go_on_with_assessment(*, assessment: Assessment) -> Assessment:
    """Open a finished one once more, to mend a score; one that runs already is returned in its place.

    Raises ``SharedAlready`` while a colleague sees it or once one scored it.
    """
    User.objects.select_for_update().get(pk=assessment.user_id)
    assessment = lock_assessment(assessment)
    if assessment.finished_at is None:
        return assessment
    sharings = assessment.sharings.all()
    if sharings.active().exists() or sharings.filter(submitted_at__isnull=False).exists():
        raise SharedAlready(assessment.pk)
    running = Assessment.objects.filter(user=assessment.user, profile_key=assessment.profile_key).running().first()
    if running is not None:
        return running
    assessment.finished_at = None
    assessment.save(update_fields=["finished_at"])
    return assessment


@transaction.atomic
def delete_assessment(*, assessment: Assessment) -> None:
    """The person throws it away, with what a colleague scored in it: it is about them, and theirs."""
    Assessment.objects.filter(pk=assessment.pk).delete()


def asked_keys(assessment: Assessment) -> list[UUID]:
    """The competencies it asks, in its order."""
    return [UUID(row["competency"]) for row in assessment.version.content["rows"]]


def require_asked(assessment: Assessment, competency_key: UUID) -> None:
    """Raises ``NotAsked``."""
    if competency_key not in asked_keys(assessment):
        raise NotAsked(competency_key)


def require_level(level: int | None) -> None:
    """Raises ValueError for what is no score; None is "don't know"."""
    if level not in (None, NOT_YET, *Level.values):
        raise ValueError(level)


def lock_running(assessment: Assessment) -> Assessment:
    """The row, locked until the transaction ends. Raises ``AlreadyFinished`` and ``AssessmentGone``."""
    assessment = lock_assessment(assessment)
    if assessment.finished_at is not None:
        raise AlreadyFinished(assessment.pk)
    return assessment


def lock_assessment(assessment: Assessment) -> Assessment:
    """The row, locked until the transaction ends. Raises ``AssessmentGone``."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("version", "user")
    locked = rows.filter(pk=assessment.pk).first()
    if locked is None:
        raise AssessmentGone(assessment.pk)
    return locked


def answered_ratings(ratings):
    """Those with a level or "don't know"; the others hold an example only."""
    return ratings.exclude(level=None, is_unknown=False)


def keep_rating(place: dict, values: dict, seen: int) -> Rating:
    """Keep a score at its place, whose owner is locked by the caller. Raises ``ChangedElsewhere`` and ValueError."""
    if values["is_unknown"]:
        values = {**values, "level": None}
    require_level(values["level"])
    values = {**values, "example": storable(values["example"]).strip()[:EXAMPLE_LENGTH]}
    rating = Rating.objects.filter(**place).first()
    if rating is None:
        return Rating.objects.create(**place, **values)
    if all(getattr(rating, name) == value for name, value in values.items()):
        return rating
    if rating.version != seen:
        raise ChangedElsewhere(rating)
    for name, value in values.items():
        setattr(rating, name, value)
    rating.version += 1
    rating.save()
    return rating
