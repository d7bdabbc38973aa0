"""The clock's part in reminding: whose step asks for a reminder by now, told once.

A run asks which stage a step has reached and tells only that one, so after any outage nobody hears twice or gets what is
past. A batch is claimed, told and marked in one transaction: a worker that is killed leaves no half of it, and two at once
never have the same row.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from notifications.services import Telling, notify_many
from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress
from ..outline import Outline, Step
from ..querysets import PROGRESS_FIELDS, Progress
from ..reading_outlines import running_path
from ..reminders import Stage
from ..roles import Who
from ..standing import Standing
from ..supporting import fetched
from ..walking_along import told_for
from .due_steps import Due, Run, as_due, due_rows, late_reminders, under_way, values_of, weeks_at_work

BATCH = 500
A_WEEK = timedelta(weeks=1)
# So many kinds of week are asked for at once: SQLite takes no deeper condition than a thousand.
WEEKS_AT_ONCE = 100
Kind = OnboardingEvent.Kind


def send_reminders(now: datetime) -> int:
    """Tell everybody what asks for a reminder by ``now``; returns how many steps that were. For the clock.

    It goes by who is under way, not by what is open and late: that would be most of all with who stopped, years ago. What
    it holds in memory doesn't grow with the number of enrolments.
    """
    run, told = Run(now), 0
    weeks = list(weeks_at_work(run))
    for start in range(0, len(weeks), WEEKS_AT_ONCE):
        due = due_rows(reduce(or_, weeks[start : start + WEEKS_AT_ONCE]), now)
        for people in under_way():
            rows = list(values_of(due.filter(enrolment__in=people)).order_by("due_on", "pk"))
            told += sum(_remind(as_due(rows[first : first + BATCH]), run) for first in range(0, len(rows), BATCH))
        left, last = values_of(due.left_at_the_end()).order_by("pk"), 0
        while last is not None:
            rows = list(left.filter(pk__gt=last)[:BATCH])
            told += _remind(as_due(rows), run) if rows else 0
            last = rows[-1][0] if len(rows) == BATCH else None
    return told


@transaction.atomic
def _remind(candidates: list[Due], run: Run) -> int:
    stages = _stages([due for due in candidates if run.stage(due) > due.reminded], run)
    reached = [due for due in candidates if due.pk in stages]
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
    enrolments = enrolments.select_related("user__quiet_hours", "user__manager__quiet_hours", "manager__quiet_hours")
    return {enrolment.pk: enrolment for enrolment in enrolments.prefetch_related("supporters__colleague__quiet_hours")}


def _stages(dues: list[Due], run: Run) -> dict[int, Stage]:
    """What to tell of now, and its stage, by the id of the row.

    Without what nobody can do now (off the path, being updated, or waiting for other steps) and what could be done only
    lately; and without a signal before the last reminder had its week.
    """
    paths = {key: running_path(key) for key in {due.path_key for due in dues}}
    done = _done_before(dues, paths)
    found = {}
    for due in dues:
        path, before = paths[due.path_key], done[due.enrolment_id]
        if _can_be_done(due, path, before):
            stage = run.stage(due, _unlocked_on(path.step(due.step_key), before))
            if stage > due.reminded:
                found[due.pk] = stage
    signals = [due for due in dues if found.get(due.pk) == Stage.ESCALATED]
    for pk, moments in late_reminders(signals).items():
        if timezone.localdate(run.now) - timezone.localdate(max(moments)) < A_WEEK:
            del found[pk]
    return found


def _unlocked_on(step: Step, done: dict[UUID, Progress]) -> date | None:
    """When the steps before this one were done or waived; None where that isn't known, or nothing comes before it."""
    rows = [done[key] for key in step.prerequisites if key in done]
    days = [timezone.localdate(at) for row in rows if (at := row.completed_at or row.waived_at)]
    return (max if step.needs_all else min)(days, default=None)


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


def _tell(dues: list[Due], stage: Stage, enrolments: dict[int, Enrolment], run: Run) -> None:
    tellings = [
        Telling(colleague, due.key(stage), _payload(due, stage), due.thread)
        for due in dues
        for colleague in _doers(due, enrolments, run)
    ]
    notify_many(kind="onboarding.reminder", tellings=tellings, now=run.now)
    _record(Kind.REMINDED, dues, stage, run.now)


def _escalate(dues: list[Due], enrolments: dict[int, Enrolment], run: Run) -> None:
    """Tell who looks after the person, and whoever does the step that they were told."""
    signals, seen, reminders = [], [], late_reminders(dues)
    for due in dues:
        doers = _doers(due, enrolments, run)
        told = _above(enrolments[due.enrolment_id], doers, run)
        payload = {**_payload(due, Stage.ESCALATED), "reminders": len(reminders[due.pk])}
        signals += [Telling(colleague, due.key(Stage.ESCALATED), payload, due.thread) for colleague in told]
        if told:
            payload = {**payload, "told": [colleague.pk for colleague in told[:3]]}
            seen += [Telling(colleague, due.key(Stage.ESCALATED), payload, due.thread) for colleague in doers]
    notify_many(kind="onboarding.escalated", tellings=signals, now=run.now)
    notify_many(kind="onboarding.escalation_seen", tellings=seen, now=run.now)
    _record(Kind.ESCALATED, dues, Stage.ESCALATED, run.now)


def _doers(due: Due, enrolments: dict[int, Enrolment], run: Run) -> tuple[User, ...]:
    enrolment = enrolments[due.enrolment_id]
    # All of HR is asked for only where it comes to that.
    return told_for(enrolment, due.assignee, []) or told_for(enrolment, due.assignee, run.hr)


def _above(enrolment: Enrolment, doers: tuple[User, ...], run: Run) -> list[User]:
    """The manager; HR where there is none, or where it is the manager's own step."""
    doing = {colleague.pk for colleague in doers}
    for role in (Who.MANAGER, Who.HR):
        people = told_for(enrolment, role, run.hr)
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
            data={"stage": int(stage), "due_on": due.due_on.isoformat(), "attempt": due.attempt},
        )
        for due in dues
    )
