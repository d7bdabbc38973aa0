"""What asks for a reminder by now, read from the database in pieces: as plain values, for there are many."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_
from types import SimpleNamespace
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from people.calendar import WorkCalendar, calendar_of_week
from people.clock import today_for, today_in
from people.models import User

from ..models import Enrolment, OnboardingEvent, Pause, StepProgress
from ..preloading import running_pauses
from ..reminders import Stage, last_due, stage_on
from ..walking_along import hr_colleagues

# So many enrolments are asked for at once.
PEOPLE = 500
Kind = OnboardingEvent.Kind


@dataclass(frozen=True)
class Due:
    """One step that may ask for a reminder, as plain values: there are many."""

    pk: int
    due_on: date
    reminded: int
    attempt: int
    step_key: UUID
    assignee: str
    enrolment_id: int
    path_key: UUID
    planned_at: datetime
    working_days: tuple[int, ...]
    time_zone: str
    asked_from: datetime | None
    resumed_on: date | None

    @property
    def thread(self) -> str:
        """Messages about one person's steps are shown as one."""
        return f"onboarding-{self.enrolment_id}"

    def key(self, stage: Stage) -> str:
        """The occurrence, for the outbox."""
        # Waived and asked for again, an attempt goes on.
        again = f":{timezone.localdate(self.asked_from):%Y%m%d}" if self.asked_from else ""
        return f"{self.enrolment_id}:{self.step_key}:{self.attempt}:{stage:d}{again}"


class Run:
    """What one run asks once: how each kind of week works out, and who is of HR where something is left to them."""

    def __init__(self, now: datetime):
        self.now = now
        self.calendars: dict[tuple[int, ...], WorkCalendar] = {}

    @cached_property
    def hr(self) -> list[User]:
        return hr_colleagues()

    def calendar(self, working_days: Iterable[int]) -> WorkCalendar:
        key = tuple(working_days)
        if key not in self.calendars:
            self.calendars[key] = calendar_of_week(key)
        return self.calendars[key]

    def today(self, person) -> date:
        """The day it is where this person is; ``person`` has a ``time_zone``."""
        return today_for(person, self.now)

    def stage(self, due: Due, unlocked_on: date | None = None) -> Stage:
        """The stage that a step has reached on the person's own day; ``unlocked_on``: the steps before it were done then.

        Reminding counts from when the step is asked for. The signal comes only after a reminder that it is late.
        """
        asked_on = timezone.localdate(max(due.planned_at, due.asked_from or due.planned_at))
        since = max(asked_on, due.resumed_on or date.min, unlocked_on or date.min)
        stage = stage_on(self.today(due), due.due_on, self.calendar(due.working_days), since)
        return min(stage, Stage.LAST) if due.reminded < Stage.LATE else stage


def weeks_at_work(run: Run) -> Iterator[Q]:
    """For each working week and time zone that people on a path have: which of their steps a stage has come for.

    Nothing for those who are off today.
    """
    # On a path that is finished, supporters may still have steps to do.
    people = Enrolment.objects.not_ended().filter(user__is_active=True).order_by()
    for working_days, zone in people.values_list("user__working_days", "user__time_zone").distinct():
        calendar, today = run.calendar(working_days), run.today(SimpleNamespace(time_zone=zone))
        if not calendar.is_working_day(today):
            continue
        reached = (Q(reminded=stage, due_on__lte=last_due(today, calendar, stage)) for stage in list(Stage)[:-1])
        yield Q(enrolment__user__working_days=working_days, enrolment__user__time_zone=zone) & reduce(or_, reached)


def under_way() -> Iterator[list[int]]:
    """The keys of the enrolments that are under way, so many at a time."""
    last, enrolments = 0, Enrolment.objects.under_way().order_by("pk")
    while last is not None:
        people = list(enrolments.filter(pk__gt=last).values_list("pk", flat=True)[:PEOPLE])
        yield people
        last = people[-1] if len(people) == PEOPLE else None


def due_rows(reached: Q, now: datetime) -> QuerySet:
    """The open steps that a stage has come for (see ``weeks_at_work``), without those of who is away or left."""
    rows = StepProgress.objects.open().filter(reached, submitted_at=None, enrolment__user__is_active=True)
    away = running_pauses(OuterRef("own_day")).filter(enrolment=OuterRef("enrolment"))
    return rows.alias(own_day=today_in("enrolment__user__time_zone", now)).exclude(Exists(away))


def values_of(rows: QuerySet) -> QuerySet:
    """What a ``Due`` holds, of each of these rows of ``due_rows``."""
    # A pause that is entered ahead says nothing yet.
    back = Pause.objects.filter(enrolment=OuterRef("enrolment"), ends_on__lte=OuterRef("own_day")).order_by("-ends_on")
    return rows.annotate(resumed_on=Subquery(back.values("ends_on")[:1])).values_list(
        "pk",
        "due_on",
        "reminded",
        "attempt",
        "step_key",
        "assignee",
        "enrolment_id",
        "enrolment__path_key",
        "enrolment__planned_at",
        "enrolment__user__working_days",
        "enrolment__user__time_zone",
        "asked_from",
        "resumed_on",
    )


def as_due(rows: list[tuple]) -> list[Due]:
    """The rows of ``values_of``, without those of who has no plan."""
    return [Due(*row[:9], tuple(row[9]), *row[10:]) for row in rows if row[8] is not None]


def late_reminders(dues: list[Due]) -> dict[int, list[datetime]]:
    """When there were reminders after the day of these steps, by the id of the row; one query, none for no steps.

    Only those since the step is asked for; where there were none, its id is missing.
    """
    found: dict[int, list[datetime]] = defaultdict(list)
    by_step = {(due.enrolment_id, due.step_key): due for due in dues}
    if not by_step:
        return found
    events = OnboardingEvent.objects.filter(
        kind=Kind.REMINDED, enrolment__in={key for key, _ in by_step}, step_key__in={key for _, key in by_step}
    )
    for *key, at, data in events.order_by().values_list("enrolment_id", "step_key", "at", "data"):
        due = by_step.get(tuple(key))
        is_of_now = due and data.get("attempt", due.attempt) == due.attempt and at >= (due.asked_from or due.planned_at)
        if is_of_now and Stage(data["stage"]).is_late:
            found[due.pk].append(at)
    return found
