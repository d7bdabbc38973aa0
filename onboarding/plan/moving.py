"""The open steps of a plan when what they count from changes. Pure: rows in, rules and dates out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from people.calendar import WorkCalendar

from .due import Anchors, PauseSpan, due_date
from .making import PlannedStep, catch_up, is_behind, original_rule


def moved_steps(
    steps: Iterable[PlannedStep],
    anchors: Anchors,
    calendar: WorkCalendar,
    pauses: Iterable[PauseSpan],
    *,
    today: date,
    is_earlier: bool,
    late: str,
    spread_days: int,
) -> list[PlannedStep]:
    """The same open steps as ``anchors`` now say.

    What was given another rule because its day had passed gets its own back where that day is to come; what was left out
    comes back then as well. Where the start moves to an ``is_earlier`` day, what has passed by that is caught up with as at
    a late enrolment.
    """
    pauses, later, behind = tuple(pauses), [], []
    for step in steps:
        own = original_rule(step.rule)
        due = due_date(own, anchors, calendar, pauses)
        now = PlannedStep(step.key, own, due, step.is_required, step.assignee)
        kept = due_date(step.rule, anchors, calendar, pauses)
        if not is_behind(now, today):
            # What was opened again after its day keeps its new one, also where its own rule is never caught up with.
            has_other = step.rule != own and own.get("from") in ("fixed", "step")
            is_past = due is None or due < today
            later.append(replace(now, rule=step.rule, due_on=kept) if has_other and is_past else now)
        elif step.is_left_out:
            later.append(step)
        elif is_earlier:
            behind.append(now)
        else:
            later.append(replace(now, rule=step.rule, due_on=kept))
    return later + catch_up(
        behind,
        anchors,
        calendar,
        pauses,
        late=late,
        spread_days=spread_days,
        today=today,
        count_from={"from": "date", "date": today.isoformat()},
    )
