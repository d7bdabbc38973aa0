"""What somebody did on a path: when, in which language, and which version of the text they read."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from wagtail.models import Page, Revision

from .models import CheckInPoint, Meeting, StepAttempt, StepProgress
from .outline import Step
from .standing import Standing
from .waivers import reason_in_words


@dataclass
class Deed:
    """One completion of a step. ``version`` is the day its text was published; ``is_changed``: there is a newer one."""

    completed_at: datetime | None
    submitted_at: datetime | None
    language: str
    by: str
    version: datetime | None = None
    is_changed: bool = False
    note: str = ""


@dataclass
class Remembered:
    """A step with what was done of it, last first. ``step`` is None where it isn't in the plan; ``former`` names it then."""

    step: Step | None
    deeds: list[Deed] = field(default_factory=list)
    waived_at: datetime | None = None
    waiver_reason: str = ""
    meeting: Meeting | None = None
    points: list[CheckInPoint] = field(default_factory=list)
    former: Step | None = None


def history_of(standing: Standing) -> list[Remembered]:
    """Everything that was done, in the order it was done first; seven queries."""
    enrolment = standing.enrolment
    rows = list(
        StepProgress.objects.filter(enrolment=enrolment)
        .select_related("completed_by", "meeting__with_whom")
        .prefetch_related("attempts__completed_by", "check_in_points__written_by")
    )
    done = [(row, [*_current(row), *reversed(row.attempts.all())]) for row in rows]
    versions = _versions([attempt for _row, deeds in done for attempt in deeds])
    live = _live_revisions({row.step_key for row in rows}, standing)
    found = []
    for row, attempts in done:
        meeting = getattr(row, "meeting", None)
        points = list(row.check_in_points.all())
        if attempts or row.waived_at or points or (meeting and meeting.cancelled_at is None):
            step = standing.whole.step(row.step_key) if standing.whole else None
            former = standing.path.step(row.step_key) if standing.path else None
            deeds = [_deed(attempt, versions, live, enrolment.user_id) for attempt in attempts]
            reason = reason_in_words(row.waiver_reason)
            found.append(Remembered(step, deeds, row.waived_at, reason, meeting, points, former))
    return sorted(found, key=_moment)


def _current(row: StepProgress) -> list[StepProgress]:
    return [row] if row.completed_at or row.submitted_at else []


def _moment(remembered: Remembered) -> datetime:
    deeds = [deed.completed_at or deed.submitted_at for deed in remembered.deeds]
    moments = [moment for moment in deeds if moment]
    if moments:
        return min(moments)
    if remembered.waived_at:
        return remembered.waived_at
    return remembered.points[0].written_at if remembered.points else remembered.meeting.changed_at


def _deed(attempt: StepProgress | StepAttempt, versions: dict, live: set[int], owner_id: int) -> Deed:
    # What was read says more than the step around it.
    revision_id = attempt.read_revision_id or attempt.revision_id
    by = attempt.completed_by
    return Deed(
        completed_at=attempt.completed_at,
        submitted_at=attempt.submitted_at,
        language=attempt.language,
        by=by.get_full_name() if by and by.pk != owner_id else "",
        version=versions.get(revision_id),
        is_changed=revision_id is not None and revision_id not in live,
        note=getattr(attempt, "note", ""),
    )


def _versions(attempts: list) -> dict[int, datetime]:
    """When the revisions that were read were made."""
    ids = {attempt.read_revision_id or attempt.revision_id for attempt in attempts} - {None}
    return dict(Revision.objects.filter(pk__in=ids).values_list("pk", "created_at"))


def _live_revisions(keys: set[UUID], standing: Standing) -> set[int]:
    """The revisions that are published now, of these steps and the pages they point to, in every language."""
    steps = standing.whole.steps if standing.whole else ()
    keys = keys | {step.reads_key for step in steps if step.reads_key}
    pages = Page.objects.live().filter(translation_key__in=keys, alias_of=None, live_revision__isnull=False)
    return set(pages.values_list("live_revision", flat=True))
