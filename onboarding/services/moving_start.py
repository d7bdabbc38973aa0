"""Another start date (or end of the probation period) for somebody who is on a path already."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..plan.due import day_one
from ..plan.making import PlannedStep
from ..plan.moving import moved_steps
from ..telling.plans import tell_plan_changed
from ..waivers import BEFORE_THE_START
from .doing import EnrolmentEnded, finish_if_done
from .previews import PlanChange, plan_change
from .recording import record_event
from .scheduling import anchors_of, calendar_of, pauses_of

# Told from None, which takes the end of the probation period away.
UNCHANGED = object()
PLAN_FIELDS = ["rule", "due_on", "waived_at", "waived_by", "waiver_reason"]


def preview_move(
    *,
    enrolment: Enrolment,
    start_date: date,
    probation_end: date | None | object = UNCHANGED,
    late: str | None = None,
    spread_days: int | None = None,
) -> PlanChange:
    """What another start date would do to the plan. Writes nothing.

    ``late`` and ``spread_days`` (None: as at the enrolment) say what becomes of steps that are behind by a move to an
    earlier day. Raises ``EnrolmentEnded``, and ValueError for a probation period that ends before the start.
    """
    _moved, change, _rows, _new = _work_out(enrolment, start_date, probation_end, late, spread_days)
    return change


@transaction.atomic
def move_start(
    *,
    enrolment: Enrolment,
    start_date: date,
    probation_end: date | None | object = UNCHANGED,
    late: str | None = None,
    spread_days: int | None = None,
    actor: User | None = None,
) -> PlanChange:
    """Do what ``preview_move`` says, and tell everybody who walks along once. To the same date again, nothing changes.

    Steps that are done or waived keep their date, and so do fixed dates, those set by hand, and agreed meetings. Messages
    that went out don't go out again: how far reminding went stays. Raises as ``preview_move`` does.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    moved, change, rows, new = _work_out(enrolment, start_date, probation_end, late, spread_days)
    old = {"start": enrolment.start_date, "probation": enrolment.probation_end}
    now = {"start": moved.start_date, "probation": moved.probation_end}
    if old == now:
        return change
    moved.save(
        update_fields=["start_date", "probation_end", "late", "spread_days", "planned_at", "day_one"],
    )
    touched = []
    for row in rows:
        then = new.get(row.step_key)
        if then is not None:
            waived = (row.waived_at or timezone.now()) if then.is_left_out else None
            if (row.rule, row.due_on, row.waived_at) != (then.rule, then.due_on, waived):
                if waived != row.waived_at:
                    row.waived_by, row.waiver_reason = (actor, BEFORE_THE_START) if waived else (None, "")
                row.rule, row.due_on, row.waived_at = then.rule, then.due_on, waived
                touched.append(row)
    StepProgress.objects.bulk_update(touched, PLAN_FIELDS, batch_size=500)
    record_event(
        kind=OnboardingEvent.Kind.START_MOVED,
        enrolment=moved,
        actor=actor,
        old=_as_text(old),
        new=_as_text(now),
        moved=len(change.moved),
    )
    tell_plan_changed(enrolment=moved, what=OnboardingEvent.Kind.START_MOVED, changes=len(change.moved), actor=actor)
    finish_if_done(enrolment=moved)
    return change


def _as_text(dates: dict[str, date | None]) -> dict[str, str | None]:
    return {name: day.isoformat() if day else None for name, day in dates.items()}


def _work_out(
    enrolment: Enrolment, start_date: date, probation_end, late: str | None, spread_days: int | None
) -> tuple[Enrolment, PlanChange, list[StepProgress], dict[UUID, PlannedStep]]:
    """The enrolment as it would be (unsaved), what that means, its rows as they are, and the steps that rules decide on."""
    if enrolment.ended_on is not None:
        raise EnrolmentEnded(enrolment)
    today = timezone.localdate()
    moved = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    is_earlier, old_first = start_date < moved.start_date, moved.first_day
    moved.start_date = start_date
    if probation_end is not UNCHANGED:
        moved.probation_end = probation_end
    if moved.probation_end is not None and moved.probation_end < start_date:
        raise ValueError("The probation period ends before it starts.")
    if is_earlier:
        moved.late, moved.spread_days = late or moved.late, spread_days or moved.spread_days
        if start_date < today:
            moved.planned_at = timezone.now()
    calendar, anchors = calendar_of(moved), anchors_of(moved)
    moved.day_one = day_one(anchors.start, calendar)
    rows = list(moved.progress.filter(in_plan=True).order_by("pk"))
    new = moved_steps(
        [_as_planned(row) for row in rows if _follows_its_rule(row)],
        anchors,
        calendar,
        pauses_of(moved),
        today=today,
        is_earlier=is_earlier,
        late=moved.late,
        spread_days=moved.spread_days,
    )
    by_key = {step.key: step for step in new}
    return moved, plan_change(enrolment, rows, by_key, (old_first, moved.day_one), today), rows, by_key


def _as_planned(row: StepProgress) -> PlannedStep:
    planned = PlannedStep(row.step_key, row.rule, row.due_on, row.is_required, row.assignee)
    return replace(planned, is_left_out=row.waived_at is not None)


def _follows_its_rule(row: StepProgress) -> bool:
    """Open and not set by hand; or left out by the plan itself, for its own reason (once: for none)."""
    if row.completed_at is not None or row.due_by_hand:
        return False
    if row.waived_at is None or row.waiver_reason == BEFORE_THE_START:
        return True
    return row.waived_by_id is None and not row.waiver_reason
