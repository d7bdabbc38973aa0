"""The one place where dates of a plan are worked out anew."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.calendar import WorkCalendar, calendar_for

from ..models import Enrolment, StepProgress
from ..plan.due import Anchors, PauseSpan, day_one, due_date
from ..plan.making import PlannedStep, original_rule
from .previews import PlanChange, plan_change

# The rows whose date is worked out: open, and not set by hand.
FOLLOWS_ITS_RULE = Q(completed_at=None, waived_at=None, due_by_hand=False, in_plan=True)
# What is asked once more after its day gets so many working days.
DAYS_ANEW = 5


def calendar_of(enrolment: Enrolment) -> WorkCalendar:
    """The calendar that this person's dates are reckoned by."""
    return calendar_for(enrolment.user)


def anchors_of(enrolment: Enrolment, *, done: dict[str, date] | None = None) -> Anchors:
    """What this enrolment's dates are counted from. ``done`` is worked out from its rows where it isn't given."""
    enrolled, laid_out = (
        timezone.localdate(moment) if moment else timezone.localdate()
        for moment in (enrolment.created_at, enrolment.planned_at)
    )
    if done is None:
        rows = enrolment.progress.done().values_list("step_key", "completed_at")
        done = {str(key): timezone.localdate(moment) for key, moment in rows}
    start = enrolment.start_date
    if enrolment.late == Enrolment.Late.TODAY:
        # The day on which HR said so: that of the plan, or of the change of the start date that made it anew.
        start = max(start, laid_out)
    return Anchors(start, enrolled, enrolment.probation_end, done)


def pauses_of(enrolment: Enrolment) -> list[PauseSpan]:
    """When this enrolment was or is paused."""
    return [PauseSpan(first, end) for first, end in enrolment.pauses.values_list("starts_on", "ends_on")]


@transaction.atomic
def reschedule(*, enrolment: Enrolment) -> list[StepProgress]:
    """Bring every open date of this plan in line with its rule; returns the rows whose date changed.

    Steps that are done or waived keep their date, and so does a date set by hand. Doing it again changes nothing.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    calendar = calendar_of(enrolment)
    anchors, pauses = anchors_of(enrolment), pauses_of(enrolment)
    first = day_one(anchors.start, calendar)
    if enrolment.day_one != first:
        enrolment.day_one = first
        enrolment.save(update_fields=["day_one"])
    changed = []
    for row in enrolment.progress.filter(FOLLOWS_ITS_RULE):
        due = due_date(row.rule, anchors, calendar, pauses)
        if row.due_on != due:
            row.due_on = due
            changed.append(row)
    StepProgress.objects.bulk_update(changed, ["due_on"], batch_size=500)
    return changed


def reschedule_after(*, enrolment: Enrolment, step_key: UUID) -> None:
    """``reschedule`` where a date is counted from this step, which was done or opened again just now."""
    if enrolment.progress.filter(rule__step=str(step_key)).exists():
        reschedule(enrolment=enrolment)


def ask_anew(*, enrolment: Enrolment, row: StepProgress) -> None:
    """This open step is asked for from now on: reminding begins anew, and where its day has passed it gets another one.

    That is so many working days on; the rule it had is kept as ``instead_of``, so that working out the dates again doesn't
    pull it back. A day set by hand stays. What may be done on a finished path is open, and asked of nobody. Changes
    ``row`` and doesn't save it.
    """
    is_asked = enrolment.completed_at is None or row.is_required
    row.asked_from, row.reminded = timezone.now() if is_asked else None, 0
    today = timezone.localdate()
    if row.due_by_hand or row.due_on is None or row.due_on >= today:
        return
    calendar, anchors, pauses = calendar_of(enrolment), anchors_of(enrolment), pauses_of(enrolment)
    due = due_date(row.rule, anchors, calendar, pauses)
    if due is None or due < today:
        row.rule = {
            "from": "date",
            "date": today.isoformat(),
            "unit": "working",
            # Day 1 is today.
            "count": DAYS_ANEW + 1,
            "instead_of": original_rule(row.rule),
        }
        due = due_date(row.rule, anchors, calendar, pauses)
    row.due_on = due


def preview_dates(
    enrolment: Enrolment,
    *,
    pauses: Iterable[PauseSpan] | None = None,
    calendar: WorkCalendar | None = None,
) -> PlanChange:
    """What ``reschedule`` would do with these pauses and this calendar (None: as they are). Writes nothing."""
    enrolment = Enrolment.objects.select_related("user").get(pk=enrolment.pk)
    calendar = calendar or calendar_of(enrolment)
    pauses = pauses_of(enrolment) if pauses is None else list(pauses)
    anchors = anchors_of(enrolment)
    rows = list(enrolment.progress.filter(in_plan=True).order_by("pk"))
    new = {
        row.step_key: PlannedStep(
            row.step_key, row.rule, due_date(row.rule, anchors, calendar, pauses), row.is_required, row.assignee
        )
        for row in rows
        if not (row.completed_at or row.waived_at or row.due_by_hand)
    }
    first_day = enrolment.first_day, day_one(anchors.start, calendar)
    return plan_change(enrolment, rows, new, first_day, timezone.localdate())
