"""Putting somebody on a path, with a plan and people around them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, PathPage, PublishedStructure, StepProgress, Supporter
from ..plan.audience import member_of
from ..plan.due import day_one
from ..plan.making import make_plan
from ..plan.structure import structure_of
from ..reading_outlines import whole_path
from ..telling.plans import tell_enrolled
from ..waivers import BEFORE_THE_START
from .counting import count_chosen, count_elsewhere
from .doing import finish_if_done
from .naming import name_all
from .recording import record_event
from .scheduling import anchors_of, calendar_of, pauses_of


class PathNotPublished(Exception):
    """Nobody can be put on a path that readers can't see."""


@transaction.atomic
def enrol(
    *,
    user: User,
    path: PathPage,
    start_date: date,
    buddy: User | None = None,
    supporters: dict[str, User | Sequence[User]] | None = None,
    cohort: str = "",
    probation_end: date | None = None,
    late: str = Enrolment.Late.SPREAD,
    spread_days: int = 10,
    counts: Iterable[UUID] | None = None,
    actor: User | None = None,
) -> Enrolment:
    """Put ``user`` on ``path`` with a plan of their own; who is on it already stays on it as they are.

    ``path`` may be in either language; ``supporters`` is ``{Supporter.Role: colleague}``, or several with the lead
    first; ``counts`` are the steps done before that needn't be done again (None: what they did elsewhere and is still valid,
    see ``count_elsewhere``). Raises ``PathNotPublished``, and ValueError where somebody would be their own supporter.
    """
    if not PathPage.objects.live().filter(translation_key=path.translation_key).exists():
        raise PathNotPublished(path)
    earlier = Enrolment.objects.of(user).filter(path_key=path.translation_key, ended_on__isnull=False).count()
    # get_or_create falls back on the constraint where two do this at once.
    enrolment, created = Enrolment.objects.get_or_create(
        user=user,
        path_key=path.translation_key,
        ended_on=None,
        defaults={
            "manager_id": user.manager_id,
            "start_date": start_date,
            "cohort": cohort,
            "probation_end": probation_end,
            "late": late,
            "spread_days": spread_days,
            "cycle": earlier + 1,
            "enrolled_by": actor,
        },
    )
    if created:
        around = {**(supporters or {}), **({Supporter.Role.BUDDY: buddy} if buddy else {})}
        name_all(enrolment=enrolment, people=around, actor=actor)
        record_event(kind=OnboardingEvent.Kind.ENROLLED, enrolment=enrolment, actor=actor, new=start_date.isoformat())
        plan_enrolment(enrolment=enrolment, counts=counts, actor=actor)
        enrolment.refresh_from_db(fields=["planned_at", "day_one", "completed_at"])
        tell_enrolled(enrolment=enrolment, actor=actor)
    return enrolment


@transaction.atomic
def plan_enrolment(
    *, enrolment: Enrolment, counts: Iterable[UUID] | None = None, actor: User | None = None
) -> list[StepProgress]:
    """Give an enrolment without a plan one; returns its rows. Planned before, or without a path, nothing changes.

    ``counts`` is as for ``enrol``. What was done before there was a plan stays done.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    outline = whole_path(enrolment.path_key)
    if enrolment.planned_at is not None or outline is None:
        return []
    calendar, anchors = calendar_of(enrolment), anchors_of(enrolment)
    planned = make_plan(
        outline,
        member_of(enrolment.user, enrolment.cohort),
        anchors,
        calendar,
        pauses=pauses_of(enrolment),
        late=enrolment.late,
        spread_days=enrolment.spread_days,
    )
    # What later publications are compared with; see note_structure.
    PublishedStructure.objects.get_or_create(path_key=enrolment.path_key, defaults={"steps": structure_of(outline)})
    now = timezone.now()
    there = {row.step_key: row for row in enrolment.progress.all()}
    made, kept = [], []
    for step in planned:
        row = there.get(step.key) or StepProgress(enrolment=enrolment, step_key=step.key)
        row.in_plan, row.rule, row.due_on = True, step.rule, step.due_on
        row.is_required, row.assignee = step.is_required, step.assignee
        if step.is_left_out and row.completed_at is None:
            row.waived_at, row.waived_by, row.waiver_reason = now, enrolment.enrolled_by, BEFORE_THE_START
        (kept if row.pk else made).append(row)
    StepProgress.objects.bulk_create(made, batch_size=500)
    plan_fields = [
        "in_plan",
        "rule",
        "due_on",
        "is_required",
        "assignee",
        "waived_at",
        "waived_by",
        "waiver_reason",
    ]
    StepProgress.objects.bulk_update(kept, plan_fields, batch_size=500)
    enrolment.progress.exclude(step_key__in=[step.key for step in planned]).update(in_plan=False)
    enrolment.planned_at, enrolment.day_one = now, day_one(anchors.start, calendar)
    enrolment.save(update_fields=["planned_at", "day_one"])
    if counts is None:
        count_elsewhere(enrolment=enrolment)
    else:
        count_chosen(enrolment=enrolment, keys=counts, actor=actor)
    # Whoever has nothing to do but what was left out is done at once.
    finish_if_done(enrolment=enrolment)
    return made + kept


def make_missing_plans(now: datetime) -> int:
    """Plan every running enrolment that has no plan yet (from before there were plans, or whose path was unpublished)."""
    planned = 0
    for enrolment in Enrolment.objects.under_way().filter(planned_at=None).order_by("pk").iterator():
        planned += bool(plan_enrolment(enrolment=enrolment))
    return planned
