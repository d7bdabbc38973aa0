"""The steps of somebody's path in the order they read them: by date, or by phase. No query is made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from .outline import Step
from .periods import due_words
from .roles import Who
from .standing import Standing, StepState
from .waivers import reason_in_words


@dataclass(frozen=True)
class Row:
    """One step as its owner sees it. ``due`` says when it is due, ``who`` the name it waits for or who does it."""

    step: Step
    state: str
    due: str = ""
    is_late: bool = False
    completed_at: datetime | None = None
    submitted_at: datetime | None = None
    waits_for: tuple[Step, ...] = ()
    one_is_enough: bool = False
    waiver_reason: str = ""
    who: str = ""
    is_again: bool = False


@dataclass
class Group:
    """Some steps under one heading; ``is_folded`` ones are opened by a click."""

    key: str
    title: str
    hint: str = ""
    rows: list[Row] = field(default_factory=list)
    is_folded: bool = False


def row_of(standing: Standing, step: Step, names: Mapping[str, str], today: date | None = None) -> Row:
    """The row of one of the person's own steps."""
    today = today or standing.today
    progress = standing.row(step)
    due = _due_on(standing, step)
    return Row(
        step=step,
        state=standing.state_of(step),
        due=due_words(due, today) if due else "",
        is_late=standing.is_overdue(step, today),
        completed_at=progress.completed_at,
        submitted_at=progress.submitted_at,
        waits_for=_numbered(standing, standing.waits_for(step)) if standing.is_open(step) else (),
        one_is_enough=not step.needs_all,
        waiver_reason=reason_in_words(progress.waiver_reason),
        who=_name(step.signed_off_by, names),
        is_again=progress.attempt > 1 and standing.is_open(step),
    )


def _due_on(standing: Standing, step: Step) -> date | None:
    """When it is still to be done; None where nothing is due."""
    is_due = standing.is_running or (standing.is_still_asked(step) and not (standing.is_paused or standing.is_ended))
    return standing.due_on(step) if is_due and standing.is_open(step) else None


def _numbered(standing: Standing, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """These steps with the numbers the person knows them by."""
    return tuple(standing.outline.step(step.key) or step for step in steps)


def _name(role: str, names: Mapping[str, str]) -> str:
    """Who has the role, by name where anybody does."""
    return names.get(role) or (str(Who(role).label) if role else _("HR"))


def phase_rows(standing: Standing, names: Mapping[str, str]) -> list[dict]:
    """``Standing.phase_rows``, each with its ``steps`` as rows."""
    today = standing.today
    phases = standing.phase_rows(today)
    for phase in phases:
        phase["steps"] = [row_of(standing, step, names, today) for step in phase["phase"].steps]
    return phases


def rows_of_others(standing: Standing, names: Mapping[str, str]) -> list[Row]:
    """The steps that supporters do for this person, what is open first."""
    today = standing.today
    rows = []
    for step in standing.by_others:
        progress = standing.row(step)
        if progress.waived_at and not progress.completed_at:
            continue
        due = _due_on(standing, step)
        # Whether a colleague is late is between them and the portal.
        words = due_words(due, today) if due and due >= today else ""
        done = progress.completed_at
        state = StepState.DONE if done else StepState.TODO
        rows.append(Row(step=step, state=state, due=words, completed_at=done, who=_name(progress.assignee, names)))
    return sorted(rows, key=lambda row: row.completed_at is not None)


def path_groups(standing: Standing, names: Mapping[str, str]) -> list[Group]:
    """The person's own steps by when they are due; every step stands in one group, empty groups are left out."""
    today = standing.today
    week_end = today + timedelta(days=6 - today.weekday())
    groups = {
        "late": Group("late", _("Planned for earlier"), _("No problem. Do them when it suits you, or ask for help.")),
        "week": Group("week", _("This week")),
        "later": Group("later", _("Later")),
        "undated": Group("undated", _("Without a date"), _("Do these whenever you like.")),
        "paused": Group("paused", _("When you are back")),
        "open": Group("open", _("Not done")),
        "more": Group("more", _("You may still do these"), _("You don't have to.")),
        "submitted": Group("submitted", _("Waiting to be signed off")),
        "waived": Group("waived", _("You need not do these")),
        "done": Group("done", _("Done"), is_folded=True),
    }
    for step in standing.outline.steps:
        groups[_group_of(standing, step, today, week_end)].rows.append(row_of(standing, step, names, today))
    # What is due first comes first; steps of one day keep the order of the path.
    for key in ("late", "week", "later"):
        groups[key].rows.sort(key=lambda row: standing.due_on(row.step))
    groups["done"].rows.sort(key=lambda row: row.completed_at, reverse=True)
    groups["done"].is_folded = not standing.is_finished
    return [group for group in groups.values() if group.rows]


def _group_of(standing: Standing, step: Step, today: date, week_end: date) -> str:
    state = standing.state_of(step)
    if state in (StepState.DONE, StepState.WAIVED, StepState.SUBMITTED):
        return state
    if standing.is_ended:
        return "open"
    if standing.is_finished and not standing.is_still_asked(step):
        return "more"
    if standing.is_paused:
        return "paused"
    due = standing.due_on(step)
    if due is None:
        return "undated"
    if due < today:
        return "late"
    return "week" if due <= week_end else "later"
