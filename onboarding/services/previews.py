"""What would become of a plan, as plain data for pages and tests. Nothing here writes.

A preview says what there is to know before something is done; the function that does it works out the same and keeps to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from people.calendar import WorkCalendar

from ..models import Enrolment, Meeting, StepProgress
from ..outline import Outline, Step
from ..plan.audience import Member
from ..plan.due import Anchors, day_one
from ..plan.making import PlannedStep, make_plan
from ..reading_outlines import path_outline, running_path
from ..roles import Who


@dataclass(frozen=True)
class DateChange:
    """One step of a plan with its date now and then; the same date twice where it stays.

    ``is_told``: a reminder of it went out already, and doesn't again. ``is_late``: the new date has passed already.
    """

    step_key: UUID
    title: str
    assignee: str
    old: date | None
    new: date | None
    is_told: bool = False
    is_late: bool = False
    is_left_out: bool = False
    comes_back: bool = False


@dataclass(frozen=True)
class AgreedMeeting:
    """A meeting that was agreed on and stays when it is, until somebody moves it."""

    step_key: UUID
    title: str
    starts_at: datetime


@dataclass(frozen=True)
class PlanChange:
    """What a change does to one plan: what moves, and what stays and is for a person to look at.

    ``first_day`` is day 1 as ``(old, new)``; ``done`` how many steps are done or waived and keep their date.
    """

    enrolment_id: int
    first_day: tuple[date, date]
    moved: tuple[DateChange, ...] = ()
    by_hand: tuple[DateChange, ...] = ()
    fixed: tuple[DateChange, ...] = ()
    meetings: tuple[AgreedMeeting, ...] = ()
    done: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether no date would change."""
        return not self.moved and self.first_day[0] == self.first_day[1]

    @property
    def late(self) -> tuple[DateChange, ...]:
        """What would be late at once."""
        return tuple(change for change in self.moved if change.is_late and not change.is_left_out)

    @property
    def told(self) -> tuple[DateChange, ...]:
        """What people were reminded of already."""
        return tuple(change for change in self.moved if change.is_told)


@dataclass(frozen=True)
class PreviewedStep:
    """One step of a plan that isn't made yet; ``is_spread``: its own date had passed, so it got another one."""

    step: Step
    due_on: date | None
    assignee: str
    is_required: bool
    is_left_out: bool
    is_spread: bool


@dataclass(frozen=True)
class PlanPreview:
    """The plan that somebody would get: day 1, the steps in the order of the path, and roles that nobody has."""

    first_day: date
    steps: tuple[PreviewedStep, ...]
    missing_roles: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there would be nothing to do."""
        return not self.steps


def preview_enrolment(
    outline: Outline,
    *,
    member: Member,
    calendar: WorkCalendar,
    start_date: date,
    today: date | None = None,
    probation_end: date | None = None,
    late: str = Enrolment.Late.SPREAD,
    spread_days: int = 10,
    roles: Iterable[str] = (),
) -> PlanPreview:
    """The dated plan that somebody put on the path ``today`` would get; nobody has to exist for it.

    ``member`` says who they would be (see ``plan.audience``), ``calendar`` when they work, ``roles`` which supporters they
    would have. ``outline`` may be that of a draft.
    """
    today = today or timezone.localdate()
    start = max(start_date, today) if late == Enrolment.Late.TODAY else start_date
    anchors = Anchors(start, today, probation_end)
    planned = make_plan(outline, member, anchors, calendar, late=late, spread_days=spread_days)
    needed = {step.assignee for step in planned if not step.is_left_out} - {Who.NEWCOMER, *roles}
    return PlanPreview(
        first_day=day_one(start, calendar),
        steps=tuple(_previewed(outline, step) for step in planned),
        missing_roles=tuple(role for role in Who.values if role in needed),
    )


def _previewed(outline: Outline, planned: PlannedStep) -> PreviewedStep:
    return PreviewedStep(
        step=outline.step(planned.key),
        due_on=planned.due_on,
        assignee=planned.assignee,
        is_required=planned.is_required,
        is_left_out=planned.is_left_out,
        is_spread="instead_of" in planned.rule,
    )


class Titles:
    """The titles of the steps of one enrolment, in one language; a step that is off the path has none."""

    def __init__(self, enrolment: Enrolment, language: str = settings.LANGUAGE_CODE):
        outline = path_outline(enrolment.user, enrolment.path_key, language) or running_path(enrolment.path_key)
        self.by_key = {step.key: step.title for step in outline.steps} if outline else {}

    def of(self, key: UUID) -> str:
        """The title, or nothing."""
        return self.by_key.get(key, "")


def plan_change(
    enrolment: Enrolment,
    rows: Iterable[StepProgress],
    new: dict[UUID, PlannedStep],
    first_day: tuple[date, date],
    today: date,
) -> PlanChange:
    """What it would mean for this plan to have these dates: ``new`` has the steps whose rule decides, by key,
    ``first_day`` day 1 before and after."""
    titles = Titles(enrolment)
    moved, by_hand, fixed, done = [], [], [], 0
    for row in rows:
        if not row.in_plan:
            continue
        then = new.get(row.step_key)
        if then is None and (row.completed_at or row.waived_at):
            done += 1
            continue
        due_on = then.due_on if then else row.due_on
        left_out = then is not None and then.is_left_out
        change = DateChange(
            step_key=row.step_key,
            title=titles.of(row.step_key),
            assignee=row.assignee,
            old=row.due_on,
            new=due_on,
            is_told=row.reminded > 0,
            is_late=due_on is not None and due_on < today,
            is_left_out=left_out and row.waived_at is None,
            comes_back=row.waived_at is not None and not left_out,
        )
        if row.due_by_hand:
            by_hand.append(change)
        elif row.rule.get("from") == "fixed":
            fixed.append(change)
        elif change.old != change.new or change.is_left_out or change.comes_back:
            moved.append(change)
    return PlanChange(
        enrolment_id=enrolment.pk,
        first_day=first_day,
        moved=tuple(moved),
        by_hand=tuple(by_hand),
        fixed=tuple(fixed),
        meetings=tuple(agreed_meetings(enrolment, titles)),
        done=done,
    )


def agreed_meetings(enrolment: Enrolment, titles: Titles | None = None) -> list[AgreedMeeting]:
    """Meetings to come that this enrolment has."""
    titles = titles or Titles(enrolment)
    meetings = Meeting.objects.filter(
        progress__enrolment=enrolment, cancelled_at=None, starts_at__gte=timezone.now()
    ).order_by("starts_at")
    return [
        AgreedMeeting(key, titles.of(key), starts_at)
        for key, starts_at in meetings.values_list("progress__step_key", "starts_at")
    ]
