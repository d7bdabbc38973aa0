"""The clock's part in reminding: whose step asks for a reminder by now, told once.

A run asks which stage a step has reached and tells only that one, so after any outage nobody hears twice or gets what is
past. A batch is claimed, told and marked in one transaction: a worker that is killed leaves no half of it, and two at once
never have the same row.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, reduce
from operator import or_
from types import SimpleNamespace
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from notifications.quiet import zone_of
from notifications.services import Telling, notify_many
from people.calendar import WorkCalendar, calendar_of_week
from people.models import User

from ..models import Enrolment, OnboardingEvent, Pause, StepProgress
from ..outline import Outline
from ..preloading import running_pauses
from ..querysets import PROGRESS_FIELDS, Progress
from ..reading_outlines import whole_path
from ..reminders import Stage, last_due, stage_on
from ..roles import Who
from ..standing import Standing
from ..supporting import fetched
from ..walking_along import colleagues_for, hr_colleagues

BATCH = 500
# So many kinds of week are asked for at once: SQLite takes no deeper condition than a thousand.
WEEKS_AT_ONCE = 100
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
    resumed_on: date | None

    @property
    def thread(self) -> str:
        """Messages about one person's steps are shown as one."""
        return f"onboarding-{self.enrolment_id}"

    def key(self, stage: Stage) -> str:
        """The occurrence, for the outbox."""
        return f"{self.enrolment_id}:{self.step_key}:{self.attempt}:{stage:d}"


def send_reminders(now: datetime) -> int:
    """Tell everybody what asks for a reminder by ``now``; returns how many steps that were. For the clock.

    What it holds in memory doesn't grow with the number of enrolments.
    """
    run, told = _Run(now), 0
    weeks = list(_weeks_at_work(run))
    for start in range(0, len(weeks), WEEKS_AT_ONCE):
        due = _due(reduce(or_, weeks[start : start + WEEKS_AT_ONCE]), timezone.localdate(now))
        days = list(due.order_by("due_on").values_list("due_on", flat=True).distinct())
        for day in days:
            last = 0
            while rows := list(_values(due.filter(due_on=day, pk__gt=last).order_by("pk"))[:BATCH]):
                last = rows[-1][0]
                told += _remind(_as_due(rows), run)
    return told


class _Run:
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
        return timezone.localdate(self.now, zone_of(person))

    def stage(self, due: Due) -> Stage:
        """The stage that a step has reached on the person's own day."""
        since = max(timezone.localdate(due.planned_at), due.resumed_on or date.min)
        return stage_on(self.today(due), due.due_on, self.calendar(due.working_days), since)


def _weeks_at_work(run: _Run) -> Iterator[Q]:
    """For each working week and time zone that people on a path have: which of their steps a stage has come for.

    Nothing for those who are off today.
    """
    people = Enrolment.objects.under_way().filter(user__is_active=True).order_by()
    for working_days, zone in people.values_list("user__working_days", "user__time_zone").distinct():
        calendar, today = run.calendar(working_days), run.today(SimpleNamespace(time_zone=zone))
        if not calendar.is_working_day(today):
            continue
        reached = (Q(reminded=stage, due_on__lte=last_due(today, calendar, stage)) for stage in list(Stage)[:-1])
        yield Q(enrolment__user__working_days=working_days, enrolment__user__time_zone=zone) & reduce(or_, reached)


def _due(reached: Q, today: date) -> QuerySet:
    rows = StepProgress.objects.open().filter(reached, submitted_at=None, enrolment__user__is_active=True)
    return rows.exclude(Exists(running_pauses(today).filter(enrolment=OuterRef("enrolment"))))


def _values(rows: QuerySet) -> QuerySet:
    back = Pause.objects.filter(enrolment=OuterRef("enrolment"), ends_on__isnull=False).order_by("-ends_on")
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
        "resumed_on",
    )


def _as_due(rows: list[tuple]) -> list[Due]:
    return [Due(*row[:9], tuple(row[9]), *row[10:]) for row in rows if row[8] is not None]


@transaction.atomic
def _remind(candidates: list[Due], run: _Run) -> int:
    stages = {due.pk: run.stage(due) for due in candidates}
    reached = _not_held_up([due for due in candidates if stages[due.pk] > due.reminded])
    # What another worker has, or somebody did just now, is left alone.
    rows = StepProgress.objects.filter(completed_at=None, waived_at=None, submitted_at=None)
    locked = rows.filter(pk__in=[due.pk for due in reached]).select_for_update(skip_locked=True).order_by("pk")
    free = dict(locked.values_list("pk", "reminded"))
    mine = [due for due in reached if free.get(due.pk) == due.reminded]
    if not mine:
        return 0
    by_stage: dict[Stage, list[Due]] = defaultdict(list)
    for due in mine:
        by_stage[stages[due.pk]].append(due)
    for stage, dues in by_stage.items():
        StepProgress.objects.filter(pk__in=[due.pk for due in dues]).update(reminded=stage)
    enrolments = _people_of(mine)
    for stage, dues in by_stage.items():
        if stage == Stage.ESCALATED:
            _escalate(dues, enrolments, run)
        else:
            _tell(dues, stage, enrolments, run)
    return len(mine)


def _people_of(dues: list[Due]) -> dict[int, Enrolment]:
    enrolments = fetched(Enrolment.objects.filter(pk__in={due.enrolment_id for due in dues}))
    # When somebody may be mailed is asked of everybody.
    enrolments = enrolments.select_related("user__quiet_hours", "user__manager__quiet_hours")
    return {enrolment.pk: enrolment for enrolment in enrolments.prefetch_related("supporters__colleague__quiet_hours")}


def _not_held_up(dues: list[Due]) -> list[Due]:
    """Without what nobody can do now: off the path, being updated, or waiting for other steps."""
    paths = {key: whole_path(key) for key in {due.path_key for due in dues}}
    done = _done_before(dues, paths)
    return [due for due in dues if _can_be_done(due, paths[due.path_key], done[due.enrolment_id])]


def _can_be_done(due: Due, path: Outline | None, done: dict[UUID, Progress]) -> bool:
    step = path.step(due.step_key) if path else None
    if step is None or step.reads_is_missing:
        return False
    return not step.prerequisites or not Standing(Enrolment(planned_at=due.planned_at), path, done).waits_for(step)


def _done_before(dues: list[Due], paths: dict[UUID, Outline | None]) -> dict[int, dict[UUID, Progress]]:
    """Per enrolment what became of the steps that others have to wait for; one query, none where nothing waits."""
    found: dict[int, dict[UUID, Progress]] = defaultdict(dict)
    waiting = [(due, step) for due in dues if (step := _step(due, paths)) and step.prerequisites]
    if waiting:
        keys = {key for _due, step in waiting for key in step.prerequisites}
        rows = StepProgress.objects.filter(enrolment__in={due.enrolment_id for due, _ in waiting}, step_key__in=keys)
        for enrolment_id, key, *values in rows.values_list("enrolment_id", "step_key", *PROGRESS_FIELDS):
            found[enrolment_id][key] = Progress(*values)
    return found


def _step(due: Due, paths: dict[UUID, Outline | None]):
    path = paths[due.path_key]
    return path.step(due.step_key) if path else None


def _tell(dues: list[Due], stage: Stage, enrolments: dict[int, Enrolment], run: _Run) -> None:
    tellings = [
        Telling(colleague, due.key(stage), _payload(due, stage), due.thread)
        for due in dues
        for colleague in _doers(due, enrolments, run)
    ]
    notify_many(kind="onboarding.reminder", tellings=tellings, now=run.now)
    _record(Kind.REMINDED, dues, stage, run.now)


def _escalate(dues: list[Due], enrolments: dict[int, Enrolment], run: _Run) -> None:
    """Tell who looks after the person, and whoever does the step that they were told."""
    signals, seen = [], []
    for due in dues:
        doers = _doers(due, enrolments, run)
        told = _above(enrolments[due.enrolment_id], doers, run)
        payload = _payload(due, Stage.ESCALATED)
        signals += [Telling(colleague, due.key(Stage.ESCALATED), payload, due.thread) for colleague in told]
        if told:
            payload = {**payload, "told": [colleague.pk for colleague in told[:3]]}
            seen += [Telling(colleague, due.key(Stage.ESCALATED), payload, due.thread) for colleague in doers]
    notify_many(kind="onboarding.escalated", tellings=signals, now=run.now)
    notify_many(kind="onboarding.escalation_seen", tellings=seen, now=run.now)
    _record(Kind.ESCALATED, dues, Stage.ESCALATED, run.now)


def _doers(due: Due, enrolments: dict[int, Enrolment], run: _Run) -> tuple[User, ...]:
    enrolment = enrolments[due.enrolment_id]
    # All of HR is asked for only where it comes to that.
    return colleagues_for(enrolment, due.assignee, []) or colleagues_for(enrolment, due.assignee, run.hr)


def _above(enrolment: Enrolment, doers: tuple[User, ...], run: _Run) -> list[User]:
    """The manager; HR where there is none, or where it is the manager's own step."""
    doing = {colleague.pk for colleague in doers}
    for role in (Who.MANAGER, Who.HR):
        people = colleagues_for(enrolment, role, run.hr)
        if others := [colleague for colleague in people if colleague.pk not in doing]:
            return others
    return []


def _payload(due: Due, stage: Stage) -> dict:
    return {"progress": due.pk, "attempt": due.attempt, "stage": int(stage)}


def _record(kind: str, dues: list[Due], stage: Stage, now: datetime) -> None:
    OnboardingEvent.objects.bulk_create(
        OnboardingEvent(
            enrolment_id=due.enrolment_id,
            path_key=due.path_key,
            step_key=due.step_key,
            kind=kind,
            at=now,
            data={"stage": int(stage), "due_on": due.due_on.isoformat()},
        )
        for due in dues
    )
