"""The one place where dates of a plan are worked out anew."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from people.calendar import WorkCalendar, calendar_for

from ..models import Enrolment, StepProgress
from ..plan.due import Anchors, PauseSpan, day_one, due_date


def calendar_of(enrolment: Enrolment) -> WorkCalendar:
    """The calendar that this person's dates are reckoned by."""
    return calendar_for(enrolment.user)


def anchors_of(enrolment: Enrolment, *, done: dict[str, date] | None = None) -> Anchors:
    """What this enrolment's dates are counted from. ``done`` is worked out from its rows where it isn't given."""
    enrolled = timezone.localdate(enrolment.created_at) if enrolment.created_at else timezone.localdate()
    if done is None:
        rows = enrolment.progress.done().values_list("step_key", "completed_at")
        done = {str(key): timezone.localdate(moment) for key, moment in rows}
    start = enrolment.start_date
    if enrolment.late == Enrolment.Late.TODAY:
        start = max(start, enrolled)
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
    for row in enrolment.progress.filter(completed_at=None, waived_at=None, due_by_hand=False, in_plan=True):
        due = due_date(row.rule, anchors, calendar, pauses)
        if row.due_on != due:
            row.due_on = due
            changed.append(row)
    StepProgress.objects.bulk_update(changed, ["due_on"], batch_size=500)
    return changed
