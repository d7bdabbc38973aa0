"""Figures of a path: how long steps take, which are late, waived, done again or asked about, and how groups compare.

Aggregates only. A group of under ``SMALLEST`` people is hidden, and so is a group that could be worked out by taking the
others from the whole.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from .models import Enrolment, HelpRequest, StepProgress
from .outline import Outline, Step

SMALLEST = 5


@dataclass
class Group:
    """Some people on a path: everybody, or a cohort. Where it isn't ``is_shown``, its numbers are nobody's business."""

    name: str
    people: set[int] = field(default_factory=set)
    finished: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    # Per person, how many days after their first one.
    days: dict[int, int] = field(default_factory=dict)
    is_shown: bool = True

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.people)

    @property
    def finished_share(self) -> int:
        """Of a hundred, how many finished."""
        return _share(self.finished, self.people)

    @property
    def late_share(self) -> int:
        """Of a hundred, how many have something late now."""
        return _share(self.late, self.people)

    @property
    def median_days(self) -> int | None:
        """From day 1 to finished, for the middle one; None where too few finished."""
        return _median(self.days)


@dataclass
class StepFigures:
    """One step over everybody who has it in their plan."""

    step: Step
    phase: str
    people: set[int] = field(default_factory=set)
    # Who has it in another cohort than the one that is looked at.
    others: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)
    due: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    waived: set[int] = field(default_factory=set)
    reopened: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    # Per person, how many days after their first one; below nought before it.
    days: dict[int, int] = field(default_factory=dict)

    @property
    def is_shown(self) -> bool:
        """Whether enough people have it, and not so few others that they could be worked out from the whole."""
        return len(self.people) >= SMALLEST and not 0 < len(self.others) < SMALLEST

    @property
    def done_share(self) -> int:
        """Of a hundred, how many did it."""
        return _share(self.done, self.people)

    @property
    def late_share(self) -> int | None:
        """Of a hundred whose day came, how many were or are late; None where it came for too few."""
        return _share(self.late, self.due) if len(self.due) >= SMALLEST else None

    @property
    def median_days(self) -> int | None:
        """From day 1 to done, for the middle one; None where too few did it."""
        return _median(self.days)

    def count(self, name: str) -> int:
        """How many people are in one of the sets; nobody where it isn't shown."""
        return len(getattr(self, name)) if self.is_shown else 0


@dataclass
class PathFigures:
    """What is known of one path. ``cohorts`` are compared where there are several."""

    outline: Outline
    everybody: Group
    cohorts: list[Group]
    steps: list[StepFigures]

    def most(self, name: str) -> list[tuple[Step, int]]:
        """The five steps with the most people ``waived``, ``reopened`` or ``asked``, with their number."""
        found = [(row.step, row.count(name)) for row in self.steps if row.count(name)]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].number))[:5]


@dataclass(frozen=True)
class _On:
    """What is needed of one enrolment."""

    user: int
    first_day: date
    cohort: str
    finished: date | None
    is_ended: bool
    can_be_late: bool
    today: date


def path_figures(outline: Outline, *, cohort: str = "", today: date | None = None) -> PathFigures:
    """The figures of a path, of everybody or of one cohort: three queries for any number of people."""
    enrolments = _enrolments(outline.key, today)
    titles = {phase.number: phase.title for phase in outline.phases}
    steps = {step.key: StepFigures(step, titles[step.phase]) for step in outline.steps}
    counted = {pk: on for pk, on in enrolments.items() if cohort in ("", on.cohort)}
    late = _count_steps(outline.key, steps, counted, enrolments)
    everybody, groups = Group(""), defaultdict(lambda: Group(""))
    for pk, on in enrolments.items():
        groups[on.cohort].name = on.cohort
        for group in (groups[on.cohort], everybody) if cohort in ("", on.cohort) else (groups[on.cohort],):
            _count_person(group, on, is_late=pk in late)
    everybody.is_shown = everybody.size >= SMALLEST
    cohorts = _hide_small(list(groups.values()))
    if cohort and not groups[cohort].is_shown:
        everybody.is_shown = False
    # What was taken off the path is of interest while somebody has it.
    shown = [row for row in steps.values() if row.people or not row.step.is_removed]
    return PathFigures(outline, everybody, cohorts, shown if everybody.is_shown else [])


def _enrolments(path_key: UUID, today: date | None) -> dict[int, _On]:
    rows = Enrolment.objects.filter(path_key=path_key).with_pause(today).annotate(today=F("own_day")).order_by("pk")
    names = ("pk", "user_id", "day_one", "start_date", "cohort", "completed_at", "ended_on", "paused_since", "today")
    return {
        pk: _On(
            user=user,
            first_day=day_one or start,
            cohort=cohort,
            finished=timezone.localdate(finished) if finished else None,
            is_ended=ended is not None,
            can_be_late=not (finished or ended or paused),
            today=own_day,
        )
        for pk, user, day_one, start, cohort, finished, ended, paused, own_day in rows.values_list(*names)
    }


def _count_steps(path_key: UUID, steps: dict[UUID, StepFigures], counted: dict, everybody: dict) -> set:
    """Fill the figures of the steps with the ``counted`` enrolments; returns all enrolments with something late now."""
    names = ("enrolment_id", "step_key", "due_on", "submitted_at", "completed_at", "waived_at", "attempt")
    rows = StepProgress.objects.filter(enrolment__path_key=path_key, in_plan=True)
    late_now = set()
    for pk, key, due, submitted, completed, waived, attempt in rows.values_list(*names).iterator(chunk_size=5000):
        on, figures = everybody.get(pk), steps.get(key)
        if on is None or figures is None:
            continue
        done = timezone.localdate(completed) if completed else None
        open_and_late = due and due < on.today and not (done or waived or submitted) and on.can_be_late
        if open_and_late and not figures.step.reads_is_missing:
            late_now.add(pk)
        if pk not in counted:
            figures.others.add(on.user)
            continue
        figures.people.add(on.user)
        if done:
            figures.done.add(on.user)
            figures.days[on.user] = (done - on.first_day).days
        if due and (done or due < on.today) and not waived:
            figures.due.add(on.user)
            # What waited for a colleague to sign it off was done in time.
            handed_in = timezone.localdate(submitted) if submitted else done
            if open_and_late or (done and handed_in > due):
                figures.late.add(on.user)
        if waived and not done:
            figures.waived.add(on.user)
        if attempt > 1:
            figures.reopened.add(on.user)
    for pk, key in HelpRequest.objects.filter(step_key__in=list(steps)).values_list("enrolment_id", "step_key"):
        if pk in counted:
            steps[key].asked.add(counted[pk].user)
    return late_now


def _count_person(group: Group, on: _On, *, is_late: bool) -> None:
    group.people.add(on.user)
    if on.finished:
        group.finished.add(on.user)
        group.days[on.user] = (on.finished - on.first_day).days
    if on.is_ended and not on.finished:
        group.ended.add(on.user)
    if is_late:
        group.late.add(on.user)


def _hide_small(groups: list[Group]) -> list[Group]:
    """Hide groups of too few, and one more where what is hidden could be worked out from the whole."""
    groups.sort(key=lambda group: group.name.casefold())
    hidden = set()
    for group in groups:
        group.is_shown = group.size >= SMALLEST
        if not group.is_shown:
            hidden |= group.people
    shown = [group for group in groups if group.is_shown]
    if 0 < len(hidden) < SMALLEST and shown:
        min(shown, key=lambda group: group.size).is_shown = False
    return groups


def _share(part: set, whole: set) -> int:
    return round(len(part) * 100 / len(whole)) if whole else 0


def _median(days: dict[int, int]) -> int | None:
    """The day (1 is the first, -1 the one before it) of the middle one of so many days after the first."""
    if len(days) < SMALLEST:
        return None
    middle = round(median(days.values()))
    return middle + 1 if middle >= 0 else middle
