"""Figures of a path: how long steps take, which are late, waived, done again or asked about, and how groups compare.

Aggregates only. A group of under ``SMALLEST`` people is hidden, and so is a group that could be worked out by taking the
others from the whole.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate

from django.utils import timezone

from .figure_counts import StepCount, kept_counts, late_now
from .models import Enrolment
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
        return _share(len(self.finished), len(self.people))

    @property
    def late_share(self) -> int:
        """Of a hundred, how many have something late now."""
        return _share(len(self.late), len(self.people))

    @property
    def median_days(self) -> int | None:
        """From day 1 to finished, for the middle one; None where too few finished."""
        return _median(Counter(self.days.values()))


@dataclass
class StepFigures(StepCount):
    """One step over everybody who has it in their plan."""

    step: Step = field(kw_only=True)
    phase: str = field(kw_only=True)

    @property
    def is_shown(self) -> bool:
        """Whether enough people have it, and not so few others that they could be worked out from the whole."""
        return self.people >= SMALLEST and not 0 < self.others < SMALLEST

    @property
    def done_share(self) -> int:
        """Of a hundred, how many did it."""
        return _share(self.done, self.people)

    @property
    def late_share(self) -> int | None:
        """Of a hundred whose day came, how many were or are late; None where it came for too few."""
        return _share(self.late, self.due) if self.due >= SMALLEST else None

    @property
    def median_days(self) -> int | None:
        """From day 1 to done, for the middle one; None where too few did it."""
        return _median(self.days)

    def count(self, name: str) -> int:
        """How many people are one of the things that are counted; nobody where it isn't shown."""
        return getattr(self, name) if self.is_shown else 0


@dataclass
class PathFigures:
    """What is known of one path. ``cohorts`` are compared where there are several."""

    outline: Outline
    everybody: Group
    cohorts: list[Group]
    steps: list[StepFigures]
    # When the steps were counted, where that isn't just now.
    counted_at: datetime | None = None

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
    is_late: bool


def path_figures(outline: Outline, *, cohort: str = "", today: date | None = None) -> PathFigures:
    """The figures of a path, of everybody or of one cohort: three queries for any number of people.

    The enrolments are gone through one by one, for who is in which group; their rows of progress only by the database.
    """
    titles = {phase.number: phase.title for phase in outline.phases}
    keys = [step.key for step in outline.steps]
    counts, counted_at = kept_counts(outline.key, keys, cohort=cohort, today=today)
    steps = [StepFigures(**vars(counts[step.key]), step=step, phase=titles[step.phase]) for step in outline.steps]
    everybody, groups = Group(""), defaultdict(lambda: Group(""))
    for on in _enrolments(outline, today):
        groups[on.cohort].name = on.cohort
        for group in (groups[on.cohort], everybody) if cohort in ("", on.cohort) else (groups[on.cohort],):
            _count_person(group, on)
    everybody.is_shown = everybody.size >= SMALLEST
    cohorts = _hide_small(list(groups.values()))
    if cohort and not groups[cohort].is_shown:
        everybody.is_shown = False
    # What was taken off the path is of interest while somebody has it.
    shown = [row for row in steps if row.people or not row.step.is_removed]
    return PathFigures(outline, everybody, cohorts, shown if everybody.is_shown else [], counted_at)


def _enrolments(outline: Outline, today: date | None) -> Iterator[_On]:
    can_be_late = [step.key for step in outline.steps if not step.reads_is_missing]
    rows = Enrolment.objects.filter(path_key=outline.key).with_pause(today).annotate(has_late=late_now(can_be_late))
    names = ("user_id", "day_one", "start_date", "cohort", "completed_at", "ended_on", "paused_since", "has_late")
    values = rows.order_by("pk").values_list(*names)
    for user, day_one, start, cohort, finished, ended, paused, has_late in values.iterator(chunk_size=5000):
        yield _On(
            user=user,
            first_day=day_one or start,
            cohort=cohort,
            finished=timezone.localdate(finished) if finished else None,
            is_ended=ended is not None,
            is_late=has_late and not paused,
        )


def _count_person(group: Group, on: _On) -> None:
    group.people.add(on.user)
    if on.finished:
        group.finished.add(on.user)
        group.days[on.user] = (on.finished - on.first_day).days
    if on.is_ended and not on.finished:
        group.ended.add(on.user)
    if on.is_late:
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


def _share(part: int, whole: int) -> int:
    return round(part * 100 / whole) if whole else 0


def _median(days: Counter[int]) -> int | None:
    """The day (1 is the first, -1 the one before it) of the middle one of so many days after the first."""
    people = days.total()
    if people < SMALLEST:
        return None
    ordered = sorted(days)
    upto = list(accumulate(days[day] for day in ordered))
    # The middle one, or the two of them.
    middle = [ordered[bisect_right(upto, place)] for place in ((people - 1) // 2, people // 2)]
    day = round(sum(middle) / 2)
    return day + 1 if day >= 0 else day
