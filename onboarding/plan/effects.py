"""What changes of a path do to one plan. Pure: rows in, new rules and dates out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from people.calendar import WorkCalendar

from ..models import ChangeSet, Enrolment, StepProgress
from ..outline import Outline, Step
from ..periods import date_of_day
from .audience import Member
from .due import Anchors, PauseSpan, due_date
from .making import PlannedStep, original_rule, rule_of
from .structure import is_widened


@dataclass(frozen=True)
class PlanNow:
    """One plan with everything its dates are worked out from."""

    enrolment: Enrolment
    rows: Mapping[UUID, StepProgress]
    member: Member
    anchors: Anchors
    calendar: WorkCalendar
    pauses: tuple[PauseSpan, ...] = ()


@dataclass(frozen=True)
class ChangedStep:
    """A step that stays in the plan under another rule, for somebody else, or required or not."""

    step: PlannedStep
    title: str
    old_due: date | None


@dataclass(frozen=True)
class Effect:
    """What becomes of one plan: ``added`` and ``removed`` are ``(planned step, title)`` and ``(key, title)``."""

    added: tuple[tuple[PlannedStep, str], ...] = ()
    removed: tuple[tuple[UUID, str], ...] = ()
    changed: tuple[ChangedStep, ...] = ()

    @property
    def size(self) -> int:
        """How many steps it touches."""
        return len(self.added) + len(self.removed) + len(self.changed)


def effect_on(
    plan: PlanNow, changes: list[dict], outline: Outline, *, choice: str, grace_days: int, today: date
) -> Effect:
    """What ``changes`` (see ``plan.structure``) do to this plan.

    ``outline`` is the path with all that plans may hold. What is done or waived keeps its date. A step that was taken off
    leaves the plan, done or not: what was done of it stays in its row. A step that is everybody's now is added for who doesn't have it. An added step,
    or one whose new date has passed, is due no sooner than ``grace_days`` working days from ``today``; fixed dates are what
    they are. The same changes again do nothing.
    """
    added, removed, changed = [], [], []
    for change in changes:
        key, step = UUID(change["step"]), outline.step(UUID(change["step"]))
        row = plan.rows.get(key)
        planned = row is not None and row.in_plan
        if choice == ChangeSet.Choice.NEW:
            continue
        if choice == ChangeSet.Choice.NOT_PAST and _is_past(plan, outline, step, change, today):
            continue
        if change["kind"] == "removed":
            if planned:
                removed.append((key, change["title"]))
        elif step is None or step.is_removed:
            continue
        elif change["kind"] == "added" or (not planned and is_widened(change["before"], change["after"])):
            if not planned and step.audience.includes(plan.member):
                added.append((_planned(plan, step, grace_days, today, always=True), step.title))
        elif planned and row.completed_at is None and row.waived_at is None:
            new = _planned(plan, step, grace_days, today, always=False)
            if _follows(row, change):
                differs = original_rule(row.rule) != original_rule(new.rule)
                new = new if differs else PlannedStep(key, row.rule, row.due_on, step.is_required, step.assignee)
            else:
                new = PlannedStep(key, row.rule, row.due_on, step.is_required, step.assignee)
            before = (row.rule, row.due_on, row.is_required, row.assignee)
            if before != (new.rule, new.due_on, new.is_required, new.assignee):
                changed.append(ChangedStep(new, step.title, row.due_on))
    return Effect(tuple(added), tuple(removed), tuple(changed))


def _follows(row: StepProgress, change: dict) -> bool:
    """Whether the date still follows the rule of the path: not one set by hand, nor of what was handed in."""
    return not row.due_by_hand and row.submitted_at is None and change["before"]["rule"] != change["after"]["rule"]


def _planned(plan: PlanNow, step: Step, grace_days: int, today: date, *, always: bool) -> PlannedStep:
    rule = rule_of(step)
    due = due_date(rule, plan.anchors, plan.calendar, plan.pauses)
    later = {"from": "date", "date": today.isoformat(), "unit": "working", "count": grace_days + 1}
    soonest = due_date(later, plan.anchors, plan.calendar, plan.pauses)
    too_soon = due is not None and due < (soonest if always else today)
    if too_soon and rule.get("from") not in ("fixed", "step"):
        rule, due = {**later, "instead_of": rule}, soonest
    return PlannedStep(step.key, rule, due, step.is_required, step.assignee)


def _is_past(plan: PlanNow, outline: Outline, step: Step | None, change: dict, today: date) -> bool:
    """Whether the person is past the phase: its steps in their plan are done, or, without any, its days are over."""
    number = step.phase if step else change["before"]["phase"]
    if number > len(outline.phases):
        return False
    phase = outline.phases[number - 1]
    rows = [
        row
        for row in (plan.rows.get(other.key) for other in phase.steps)
        if row is not None and row.in_plan and row.is_required
    ]
    if rows:
        return all(row.completed_at or row.waived_at for row in rows)
    return date_of_day(plan.enrolment.first_day, phase.last_day) < today
