"""The plan of one person: the steps of the path that are for them, each with its rule and its date."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from people.calendar import WorkCalendar

from ..models import Enrolment
from ..outline import Outline, Step
from .audience import Member
from .due import Anchors, PauseSpan, due_date


@dataclass(frozen=True)
class PlannedStep:
    """One step as it would be in somebody's plan. ``is_left_out``: waived from the start (see ``Enrolment.Late``)."""

    key: UUID
    rule: dict
    due_on: date | None
    is_required: bool
    assignee: str
    is_left_out: bool = False


def rule_of(step: Step) -> dict:
    """The rule to store for a step; "by the end of its phase" becomes the day it means now."""
    return dict(step.rule)


def make_plan(
    outline: Outline,
    member: Member,
    anchors: Anchors,
    calendar: WorkCalendar,
    *,
    pauses: Iterable[PauseSpan] = (),
    late: str = Enrolment.Late.SPREAD,
    spread_days: int = 10,
) -> list[PlannedStep]:
    """The plan, in the order of the path.

    What would have been due before ``anchors.enrolled`` is, as ``late`` says, spread evenly over ``spread_days`` working
    days from then on (its rule then counts from the enrolment), or left out where it belongs before the start. For
    ``Late.TODAY`` the caller makes the anchors start on the day of enrolment. Steps of supporters are spread as well.
    """
    pauses = tuple(pauses)
    planned = []
    for step in outline.steps:
        if step.audience.includes(member):
            rule = rule_of(step)
            due = due_date(rule, anchors, calendar, pauses)
            planned.append(PlannedStep(step.key, rule, due, step.is_required, step.assignee))
    return catch_up(
        planned,
        anchors,
        calendar,
        pauses,
        late=late,
        spread_days=spread_days,
        today=anchors.enrolled,
        count_from={"from": "enrolment"},
    )


def catch_up(
    planned: Iterable[PlannedStep],
    anchors: Anchors,
    calendar: WorkCalendar,
    pauses: Iterable[PauseSpan],
    *,
    late: str,
    spread_days: int,
    today: date,
    count_from: dict,
) -> list[PlannedStep]:
    """The same steps, with what was due before ``today`` spread over so many working days, or left out.

    ``count_from`` is the part of the new rules that says where they count from: today. Fixed dates, and those after
    another step, are what they are.
    """
    planned, pauses = list(planned), tuple(pauses)
    overdue = [step for step in planned if is_behind(step, today)]
    left_out = {step.key for step in overdue if late == Enrolment.Late.SKIP and step.due_on < anchors.start}
    to_spread = [step for step in overdue if step.key not in left_out]
    rules = {
        # The first of three over ten days is due on day 4, the last on day 10.
        step.key: {
            **count_from,
            "unit": "working",
            "count": -(-spread_days * number // len(to_spread)),
            "instead_of": original_rule(step.rule),
        }
        for number, step in enumerate(to_spread, start=1)
    }
    return [
        replace(step, rule=rules[step.key], due_on=due_date(rules[step.key], anchors, calendar, pauses))
        if step.key in rules
        else replace(step, is_left_out=step.key in left_out)
        for step in planned
    ]


def is_behind(step: PlannedStep, today: date) -> bool:
    """Whether its rule gives a day that has passed, and another day may be given to it."""
    return step.due_on is not None and step.due_on < today and step.rule.get("from") not in ("fixed", "step")


def original_rule(rule: dict) -> dict:
    """The rule of the path, also where another one was put in its place."""
    return rule.get("instead_of", rule)
