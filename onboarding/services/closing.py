"""Dates of everybody after the calendar changed: closing days, holidays, the days somebody works.

Read and written in chunks, each a few queries and a transaction of its own, so that neither memory nor locks grow with the
number of people.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from people.calendar import WorkCalendar, calendar_of_week, closing_days
from people.models import ClosingDays, User

from ..models import Enrolment, OnboardingEvent, Pause, StepProgress
from ..plan.due import Anchors, PauseSpan, day_one, due_date
from ..telling.plans import tell_plan_changed
from .recording import record_event
from .scheduling import FOLLOWS_ITS_RULE, anchors_of

CHUNK = 500
# So many people are shown by name in a preview.
SHOWN = 50


@dataclass(frozen=True)
class MovedPlan:
    """Whose plan would change: how many dates move, and the first of them as ``(old, new)``."""

    enrolment_id: int
    name: str
    dates: int
    first: tuple[date | None, date | None]


@dataclass(frozen=True)
class ClosingPreview:
    """What other closing days would do: to how many people, to how many dates, and the first of them by name."""

    people: int = 0
    dates: int = 0
    plans: tuple[MovedPlan, ...] = ()


@dataclass
class _Loaded:
    """One plan with what its dates come from."""

    enrolment: Enrolment
    rows: list[StepProgress]
    anchors: Anchors
    pauses: list[PauseSpan]

    def dates(self, calendar: WorkCalendar) -> tuple[date, list[tuple[StepProgress, date | None]]]:
        """Day 1, and the rows that would get another date, with that date."""
        found = [(row, due_date(row.rule, self.anchors, calendar, self.pauses)) for row in self.rows]
        return day_one(self.anchors.start, calendar), [(row, due) for row, due in found if row.due_on != due]


def preview_closing(*, closed: Iterable[tuple[date, date]]) -> ClosingPreview:
    """What it would do if these were all the closing days, as ``(first, last)``. Writes nothing."""
    closed, people, dates, plans = tuple(closed), 0, 0, []
    for chunk in _chunks():
        for loaded in _load(chunk):
            _first, moved = loaded.dates(calendar_of_week(loaded.enrolment.user.working_days, closed=closed))
            if moved:
                people, dates = people + 1, dates + len(moved)
                if len(plans) < SHOWN:
                    row, due = moved[0]
                    name = loaded.enrolment.user.get_full_name()
                    plans.append(MovedPlan(loaded.enrolment.pk, name, len(moved), (row.due_on, due)))
    return ClosingPreview(people, dates, tuple(plans))


def closed_with(closing: ClosingDays) -> tuple[tuple[date, date], ...]:
    """All closing days, with these in the place of what they were (or added to them): for a preview."""
    others = ClosingDays.objects.exclude(pk=closing.pk).values_list("first_day", "last_day")
    return (*others, (closing.first_day, closing.last_day))


def closed_without(closing: ClosingDays) -> tuple[tuple[date, date], ...]:
    """All closing days but these: for a preview."""
    return tuple(ClosingDays.objects.exclude(pk=closing.pk).values_list("first_day", "last_day"))


def save_closing_days(*, closing: ClosingDays, actor: User | None = None) -> int:
    """Keep these closing days and move the dates that fall in them; returns how many people's. Raises ValidationError."""
    closing.full_clean()
    closing.save()
    return bring_dates_in_line(actor=actor)


def remove_closing_days(*, closing: ClosingDays, actor: User | None = None) -> int:
    """Take these closing days away and move the dates that fell in them; returns how many people's."""
    closing.delete()
    return bring_dates_in_line(actor=actor)


def keep_dates_in_line(now: datetime) -> int:
    """As ``bring_dates_in_line``, by the clock: somebody works other days now, or a country has another holiday."""
    return bring_dates_in_line()


def bring_dates_in_line(*, actor: User | None = None) -> int:
    """Bring the open dates of everybody who is under way in line with their rules; returns how many people's moved.

    They and who walks along are told once. Dates that are in line stay: doing it again does nothing.
    """
    return sum(_bring_in_line(chunk, actor) for chunk in _chunks())


@transaction.atomic
def _bring_in_line(chunk: list[int], actor: User | None) -> int:
    # In the order of their keys, as everybody who locks several does.
    list(Enrolment.objects.select_for_update().filter(pk__in=chunk).order_by("pk").values_list("pk", flat=True))
    rows, enrolments, moved_plans, closed = [], [], [], closing_days()
    for loaded in _load(chunk):
        enrolment = loaded.enrolment
        first, moved = loaded.dates(calendar_of_week(enrolment.user.working_days, closed=closed))
        if enrolment.day_one != first:
            enrolment.day_one = first
            enrolments.append(enrolment)
        for row, due in moved:
            row.due_on = due
            rows.append(row)
        if moved:
            moved_plans.append((enrolment, len(moved)))
    StepProgress.objects.bulk_update(rows, ["due_on"], batch_size=500)
    Enrolment.objects.bulk_update(enrolments, ["day_one"], batch_size=500)
    for enrolment, number in moved_plans:
        record_event(
            kind=OnboardingEvent.Kind.RESCHEDULED, enrolment=enrolment, actor=actor, why="calendar", moved=number
        )
        tell_plan_changed(enrolment=enrolment, what=OnboardingEvent.Kind.CHANGED, changes=number, actor=actor)
    return len(moved_plans)


def _chunks() -> Iterator[list[int]]:
    """The keys of the planned enrolments that are under way, so many at a time."""
    last = 0
    under_way = Enrolment.objects.under_way().filter(planned_at__isnull=False).order_by("pk")
    while chunk := list(under_way.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield chunk
        last = chunk[-1]


def _load(chunk: list[int]) -> list[_Loaded]:
    """The plans of a chunk, in four queries."""
    enrolments = Enrolment.objects.under_way().filter(pk__in=chunk).select_related("user__manager").order_by("pk")
    rows, done, pauses = defaultdict(list), defaultdict(dict), defaultdict(list)
    for row in StepProgress.objects.filter(FOLLOWS_ITS_RULE, enrolment__in=chunk).order_by("pk"):
        rows[row.enrolment_id].append(row)
    completed = StepProgress.objects.done().filter(enrolment__in=chunk)
    for pk, key, moment in completed.values_list("enrolment_id", "step_key", "completed_at"):
        done[pk][str(key)] = timezone.localdate(moment)
    spans = Pause.objects.filter(enrolment__in=chunk).values_list("enrolment_id", "starts_on", "ends_on")
    for pk, first, end in spans:
        pauses[pk].append(PauseSpan(first, end))
    return [
        _Loaded(enrolment, rows[enrolment.pk], anchors_of(enrolment, done=done[enrolment.pk]), pauses[enrolment.pk])
        for enrolment in enrolments
    ]
