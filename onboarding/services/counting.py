"""What somebody did before that counts in a plan: on the same path, on another one, or as the step whose place was taken."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..outline import Outline
from ..reading_outlines import whole_path
from .doing import finish_if_done
from .recording import record_event
from .scheduling import reschedule

CARRIED = [
    "opened_at",
    "submitted_at",
    "completed_at",
    "completed_by_id",
    "language",
    "revision_id",
    "read_revision_id",
    "edition",
]


@dataclass(frozen=True)
class EarlierStep:
    """Something somebody did before; ``is_valid`` is what would be chosen for them. ``row_id`` is the row it was done in."""

    key: UUID
    title: str
    done_on: date
    is_valid: bool
    row_id: int


def earlier_steps(*, user: User, path_key: UUID, start_date: date, live_only: bool = False) -> list[EarlierStep]:
    """What ``user`` did before of the steps of this path, in their order: on it or on another one, or the step before it.

    Still valid is what was done within ``valid_months`` before ``start_date``; without that number, what has to be done
    always anew. With ``live_only`` only what was done on enrolments that didn't end counts, and what has no such number is
    valid then: it was done once.
    """
    outline = whole_path(path_key)
    if outline is None:
        return []
    rows = _done_rows(user, [outline])
    if live_only:
        rows = [row for row in rows if row.is_live]
    return _earlier(outline, rows, start_date, live_only)


def earlier_on_paths(*, user: User, path_keys: Iterable[UUID], start_date: date) -> dict[UUID, list[EarlierStep]]:
    """``earlier_steps`` of several paths, in one query; a path with nothing done is left out.

    Valid is what is so by either reckoning: within its months whenever it was done, or done once where they are now.
    """
    outlines = [outline for key in path_keys if (outline := whole_path(key)) is not None]
    rows = _done_rows(user, outlines)
    live = [row for row in rows if row.is_live]
    found = {}
    for outline in outlines:
        valid = {step.key for step in _earlier(outline, live, start_date, True) if step.is_valid}
        if earlier := _earlier(outline, rows, start_date, False):
            found[outline.key] = [replace(step, is_valid=step.is_valid or step.key in valid) for step in earlier]
    return found


def _earlier(outline: Outline, rows: list[StepProgress], start_date: date, live_only: bool) -> list[EarlierStep]:
    found = _latest(outline, rows)
    return [
        EarlierStep(
            key=step.key,
            title=step.title,
            done_on=timezone.localdate(found[step.key].completed_at),
            is_valid=_is_valid(found[step.key], step.valid_months, start_date) or (live_only and not step.valid_months),
            row_id=found[step.key].pk,
        )
        for step in outline.steps
        if step.key in found
    ]


@transaction.atomic
def count_elsewhere(*, enrolment: Enrolment, keys: Iterable[UUID] | None = None) -> int:
    """Let what the person did on the enrolments that they have now, this one too, count for these steps: done once is done.

    That is a step that an editor moved from one path to the other, or one that takes the place of another. ``keys`` are
    the steps that came into the plan just now; None for a plan that is new as a whole. What was done longer ago than its
    ``valid_months`` doesn't count. Returns how many steps.
    """
    wanted = None if keys is None else set(keys)
    if wanted is not None and not wanted:
        return 0
    earlier = earlier_steps(
        user=enrolment.user, path_key=enrolment.path_key, start_date=enrolment.start_date, live_only=True
    )
    # What was opened again meanwhile isn't done by a step beside it that comes in.
    return count_earlier(
        enrolment=enrolment,
        earlier=[step for step in earlier if step.is_valid and (wanted is None or step.key in wanted)],
    )


@transaction.atomic
def count_chosen(*, enrolment: Enrolment, keys: Iterable[UUID], actor: User | None = None) -> int:
    """Let what somebody chose of what the person ever did count in this plan; keys of nothing done are passed over."""
    chosen = set(keys)
    earlier = earlier_steps(user=enrolment.user, path_key=enrolment.path_key, start_date=enrolment.start_date)
    return count_earlier(enrolment=enrolment, earlier=[step for step in earlier if step.key in chosen], actor=actor)


@transaction.atomic
def count_earlier(*, enrolment: Enrolment, earlier: Iterable[EarlierStep], actor: User | None = None) -> int:
    """Let what was done before count in this plan, with its own date, actor and revisions; returns how many steps.

    The earlier rows stay. What is done in this plan already, or isn't in it, is passed over.
    """
    by_key = {step.key: step for step in earlier}
    sources = StepProgress.objects.in_bulk([step.row_id for step in by_key.values()])
    counted = 0
    for row in enrolment.progress.filter(step_key__in=list(by_key), in_plan=True, completed_at=None):
        source = sources[by_key[row.step_key].row_id]
        for name in CARRIED:
            setattr(row, name, getattr(source, name))
        row.waived_at, row.waived_by, row.waiver_reason = None, None, ""
        # An assessment counts once in a plan, also where a step and the one in its place are both in it.
        used = source.assessment_key and enrolment.progress.filter(assessment_key=source.assessment_key).exists()
        row.assessment_key = None if used else source.assessment_key
        row.save()
        record_event(
            kind=OnboardingEvent.Kind.DONE,
            enrolment=enrolment,
            step_key=row.step_key,
            actor=actor,
            revision_id=row.revision_id,
            counted_from=source.enrolment_id,
        )
        counted += 1
    if counted:
        reschedule(enrolment=enrolment)
        finish_if_done(enrolment=enrolment)
    return counted


def _keys_done_as(outline: Outline) -> dict[UUID, list[UUID]]:
    """``{key of what was done: the steps of the path that it counts for}``: the step itself, or who took its place."""
    step_of: dict[UUID, list[UUID]] = {}
    for step in outline.steps:
        for key in filter(None, (step.key, step.replaces_key)):
            step_of.setdefault(key, []).append(step.key)
    return step_of


def _done_rows(user: User, outlines: list[Outline]) -> list[StepProgress]:
    """What the person ever did that may count for these paths, the first done first, with ``is_live``; one query."""
    keys = {key for outline in outlines for key in _keys_done_as(outline)}
    rows = StepProgress.objects.done().filter(enrolment__user=user, step_key__in=keys)
    is_live = ExpressionWrapper(Q(enrolment__ended_on=None), output_field=BooleanField())
    return list(rows.annotate(is_live=is_live).order_by("completed_at", "pk"))


def _latest(outline: Outline, rows: list[StepProgress]) -> dict[UUID, StepProgress]:
    """Per step of the path the last time it, or the step whose place it took, was done."""
    step_of, found = _keys_done_as(outline), {}
    for row in rows:
        for key in step_of.get(row.step_key, ()):
            found[key] = row
    return found


def _is_valid(row: StepProgress, months: int | None, start_date: date) -> bool:
    if not months:
        return False
    done = timezone.localdate(row.completed_at)
    whole = (start_date.year - done.year) * 12 + start_date.month - done.month - (start_date.day < done.day)
    return whole < months or (whole == months and start_date.day == done.day)
