"""Sharing an assessment with who leads one: the scores of the other, and what the two agree on."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from notifications.services import notify
from people.models import User

from ..models import Assessment, Rating, Sharing
from .assessing import (
    AssessmentGone,
    Unanswered,
    answered_ratings,
    asked_keys,
    keep_rating,
    lock_assessment,
    require_asked,
    require_level,
)


class NotFinished(Exception):
    """Only a finished assessment is shared."""


class NotLeading(Exception):
    """This colleague doesn't lead the person: it can't be shared with them."""


class SharedWithAnother(Exception):
    """A colleague sees it: that has to be taken back first. ``sharing`` is theirs."""

    def __init__(self, sharing: Sharing):
        super().__init__(sharing.pk)
        self.sharing = sharing


class NotShared(Exception):
    """It isn't shared with this colleague any more, or they no longer lead the person."""


class ScoredAlready(Exception):
    """The colleague's scores are in and stay as they are."""


class NotScoredYet(Exception):
    """The colleague's scores aren't in: there is nothing to talk over."""


class AgreedAlready(Exception):
    """Both agreed; the outcome stays as it is."""


class OutcomeChanged(Exception):
    """The outcome was changed since it was shown: ``sharing`` is how it stands."""

    def __init__(self, sharing: Sharing):
        super().__init__(sharing.pk)
        self.sharing = sharing


@transaction.atomic
def share_assessment(*, assessment: Assessment, assessor: User, with_plan: bool = False) -> Sharing:
    """The person lets ``assessor`` see it, and score it without seeing theirs first. Again changes only ``with_plan``.

    Raises ``NotFinished``, ``NotLeading`` and ``SharedWithAnother``.
    """
    assessment = lock_assessment(assessment)
    if assessment.finished_at is None:
        raise NotFinished(assessment.pk)
    if not User.objects.leading(assessment.user).filter(pk=assessor.pk).exists():
        raise NotLeading(assessor.pk)
    active = assessment.sharings.active().first()
    if active is not None and active.assessor_id != assessor.pk:
        raise SharedWithAnother(active)
    sharing = assessment.sharings.filter(assessor=assessor).first() or Sharing(assessment=assessment, assessor=assessor)
    is_new = active is None
    sharing.with_plan = with_plan
    if is_new:
        sharing.shared_at, sharing.ended_at = timezone.now(), None
    sharing.save()
    if is_new and sharing.submitted_at is None:
        _tell(assessor, "competencies.shared", sharing, sharing.shared_at.isoformat())
    return sharing


@transaction.atomic
def end_sharing(*, sharing: Sharing) -> Sharing:
    """The person takes it back: from now on the colleague sees nothing of it. Taken back before, nothing changes.

    What the two had agreed on stays the person's; what they hadn't is no longer agreed to by either.
    """
    _assessment, sharing = _lock(sharing)
    if sharing.ended_at is None:
        sharing.ended_at = timezone.now()
        if sharing.agreed_at is None:
            # Whoever agrees once it is shared again, tells so again.
            sharing.person_agreed_at = sharing.assessor_agreed_at = None
            sharing.outcome_version += 1
        sharing.save()
    return sharing


@transaction.atomic
def rate_colleague(
    *,
    sharing: Sharing,
    by: User,
    competency_key: UUID,
    level: int | None,
    is_unknown: bool,
    example: str,
    seen: int,
) -> Rating:
    """Keep a score of the assessor; see ``rate_oneself``.

    Raises ``NotShared``, ``ScoredAlready``, ``NotAsked``, ``ChangedElsewhere``, and ValueError for a level that isn't there.
    """
    assessment, sharing = _lock_for(sharing, by)
    if sharing.submitted_at is not None:
        raise ScoredAlready(sharing.pk)
    require_asked(assessment, competency_key)
    return keep_rating(
        {
            "assessment": assessment,
            "sharing": sharing,
            "by": Rating.By.ASSESSOR,
            "competency_key": competency_key,
        },
        {"level": level, "is_unknown": is_unknown, "example": example},
        seen,
    )


@transaction.atomic
def submit_scores(*, sharing: Sharing, by: User) -> Sharing:
    """The assessor hands in; from now on the two see each other's scores. Handed in before, nothing changes.

    What both scored alike is proposed as the outcome. Raises ``NotShared`` and ``Unanswered``.
    """
    assessment, sharing = _lock_for(sharing, by)
    if sharing.submitted_at is not None:
        return sharing
    own = {row.competency_key: row for row in answered_ratings(sharing.ratings.filter(by=Rating.By.ASSESSOR))}
    keys = asked_keys(assessment)
    if missing := [key for key in keys if key not in own]:
        raise Unanswered(missing)
    sharing.submitted_at = timezone.now()
    sharing.outcome_version += 1
    sharing.save()
    theirs = {row.competency_key: row for row in assessment.ratings.filter(by=Rating.By.SELF)}
    alike = [
        key for key in keys if key in theirs and own[key].level is not None and own[key].level == theirs[key].level
    ]
    Rating.objects.filter(sharing=sharing, by=Rating.By.JOINT).delete()
    Rating.objects.bulk_create(
        Rating(
            assessment=assessment,
            sharing=sharing,
            by=Rating.By.JOINT,
            competency_key=key,
            level=own[key].level,
        )
        for key in alike
    )
    _tell(assessment.user, "competencies.scored", sharing, sharing.submitted_at.isoformat())
    return sharing


@transaction.atomic
def settle_outcome(
    *, sharing: Sharing, by: User, levels: dict[UUID, int | None], seen: int, agrees: bool = False
) -> Sharing:
    """Either of the two writes down the outcome: a level per competency, None for "we don't know yet".

    ``seen`` is the version that was shown. A change takes back that anybody agreed; the same again changes nothing. With
    ``agrees`` the writer agrees to just these levels; when the other did too, the outcome counts, and stays.
    Raises ``NotShared``, ``NotScoredYet``, ``AgreedAlready``, ``OutcomeChanged``, ``NotAsked``, ``Unanswered`` where
    somebody agrees to a part only, and ValueError for a level that isn't there.
    """
    assessment, sharing = _lock_outcome(sharing, by)
    for key, level in levels.items():
        require_asked(assessment, key)
        require_level(level)
    if agrees and (missing := [key for key in asked_keys(assessment) if key not in levels]):
        raise Unanswered(missing)
    _write_outcome(assessment, sharing, levels, seen)
    if agrees:
        _agree(assessment, sharing, by)
    return sharing


def _write_outcome(assessment: Assessment, sharing: Sharing, levels: dict[UUID, int | None], seen: int) -> None:
    joint = {row.competency_key: row for row in sharing.ratings.filter(by=Rating.By.JOINT)}
    changed = {key: level for key, level in levels.items() if key not in joint or joint[key].level != level}
    if not changed:
        return
    if sharing.outcome_version != seen:
        raise OutcomeChanged(sharing)
    for key, level in changed.items():
        row = joint.get(key) or Rating(
            assessment=assessment, sharing=sharing, by=Rating.By.JOINT, competency_key=key, version=0
        )
        row.level, row.is_unknown, row.version = level, level is None, row.version + 1
        row.save()
    sharing.outcome_version += 1
    sharing.person_agreed_at = sharing.assessor_agreed_at = None
    sharing.save()


def _agree(assessment: Assessment, sharing: Sharing, by: User) -> None:
    is_person = by.pk == assessment.user_id
    own, other = ("person_agreed_at", "assessor_agreed_at") if is_person else ("assessor_agreed_at", "person_agreed_at")
    if getattr(sharing, own) is not None:
        return
    now = timezone.now()
    setattr(sharing, own, now)
    if getattr(sharing, other) is not None:
        sharing.agreed_at = now
    sharing.save()
    recipient = sharing.assessor if is_person else assessment.user
    kind = "competencies.agreed" if sharing.agreed_at else "competencies.proposed"
    _tell(recipient, kind, sharing, str(sharing.outcome_version))


def _lock(sharing: Sharing) -> tuple[Assessment, Sharing]:
    """Both rows, the assessment first as everywhere, locked until the transaction ends. Raises ``NotShared``: thrown away."""
    try:
        assessment = lock_assessment(sharing.assessment)
        return assessment, Sharing.objects.select_related("assessor").get(pk=sharing.pk)
    except (AssessmentGone, Sharing.DoesNotExist) as error:
        raise NotShared(sharing.pk) from error


def _lock_for(sharing: Sharing, by: User) -> tuple[Assessment, Sharing]:
    """The same for the assessor. Raises ``NotShared``."""
    assessment, sharing = _lock(sharing)
    if not Sharing.objects.open_to(by).filter(pk=sharing.pk).exists():
        raise NotShared(sharing.pk)
    return assessment, sharing


def _lock_outcome(sharing: Sharing, by: User) -> tuple[Assessment, Sharing]:
    """The same for either of the two. Raises ``NotShared``, ``NotScoredYet``, ``AgreedAlready``."""
    assessment, sharing = _lock(sharing)
    is_open = Sharing.objects.open_to(sharing.assessor).filter(pk=sharing.pk).exists()
    if by.pk not in (assessment.user_id, sharing.assessor_id) or not is_open:
        raise NotShared(sharing.pk)
    if sharing.submitted_at is None:
        raise NotScoredYet(sharing.pk)
    if sharing.agreed_at is not None:
        raise AgreedAlready(sharing.pk)
    return assessment, sharing


def _tell(recipient: User, kind: str, sharing: Sharing, occurrence: str) -> None:
    notify(
        recipient=recipient,
        kind=kind,
        key=f"{sharing.pk}:{occurrence}",
        payload={"sharing": sharing.pk},
        thread=str(sharing.pk),
    )
