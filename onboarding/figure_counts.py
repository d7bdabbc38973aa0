"""The steps of a path over everybody on it, counted by the database: a path of years has millions of rows of progress."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from uuid import UUID

from django.core.cache import cache
from django.db import connection
from django.db.models import Case, Count, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from people.clock import today_in

from .models import HelpRequest, StepProgress
from .preloading import running_pauses

# What is counted of a step, each a number of people; in this order in the question to the database.
COUNTED = ("people", "others", "done", "due", "late", "waived", "reopened")
A_DAY = timedelta(days=1)
LONG_SECONDS, KEPT_SECONDS = 2, 15 * 60


@dataclass
class StepCount:
    """How many people are what on one step, in the cohort that is looked at; ``others`` have it in another one.

    ``days`` is how many people did it so many days after their first one: ``{days: people}``, below nought before it.
    """

    people: int = 0
    others: int = 0
    done: int = 0
    due: int = 0
    late: int = 0
    waived: int = 0
    reopened: int = 0
    asked: int = 0
    days: Counter[int] = field(default_factory=Counter)


def counts_of_steps(
    path_key: UUID, steps: Collection[UUID], *, cohort: str = "", today: date | None = None
) -> dict[UUID, StepCount]:
    """Each of these steps with its numbers, of everybody or of one cohort; two queries.

    Who is on the path for the second time is one person, who did what they did in either; where they did a step twice,
    the time that took longest counts.
    """
    found = {key: StepCount() for key in steps}
    if not found:
        return found
    sql, values = _by_person(path_key, steps, cohort, today).query.sql_with_params()
    sums = ", ".join(f"SUM(is_{name})" for name in COUNTED)
    with connection.cursor() as cursor:
        # Grouped twice, which the ORM has no words for. What is outside the question it made are names of this file.
        cursor.execute(f"SELECT step_key, days, {sums} FROM ({sql}) person GROUP BY step_key, days", values)  # noqa: S608
        for key, days, *numbers in cursor.fetchall():
            count = found[key if isinstance(key, UUID) else UUID(key)]
            for name, number in zip(COUNTED, numbers, strict=True):
                setattr(count, name, getattr(count, name) + int(number))
            if days is not None:
                # Only who did it has days. SQLite keeps a duration as microseconds.
                length = days if isinstance(days, timedelta) else timedelta(microseconds=days)
                count.days[length // A_DAY] += int(numbers[COUNTED.index("done")])
    asked = HelpRequest.objects.filter(_in_cohort(cohort), enrolment__path_key=path_key, step_key__in=list(found))
    people = asked.order_by().values("step_key").annotate(people=Count("enrolment__user", distinct=True))
    for key, number in people.values_list("step_key", "people"):
        found[key].asked = number
    return found


def kept_counts(
    path_key: UUID, steps: Collection[UUID], *, cohort: str = "", today: date | None = None
) -> tuple[dict[UUID, StepCount], datetime | None]:
    """The same, and when that was counted; None for just now.

    Only what took long to count is kept, for a while: nobody waits that long once more to see another cohort and come back.
    """
    asked = "|".join([str(path_key), cohort, str(today or timezone.localdate()), *sorted(str(key) for key in steps)])
    name = f"onboarding-figures:{hashlib.sha256(asked.encode()).hexdigest()}"
    kept = cache.get(name)
    if kept is not None:
        return kept
    begun, now = monotonic(), timezone.now()
    counts = counts_of_steps(path_key, steps, cohort=cohort, today=today)
    if monotonic() - begun >= LONG_SECONDS:
        cache.set(name, (counts, now), KEPT_SECONDS)
    return counts, None


def late_now(steps: Collection[UUID]) -> Case:
    """For enrolments with their ``own_day``: whether one of these steps is late by then. A pause isn't looked at."""
    rows = StepProgress.objects.filter(
        _open(), enrolment=OuterRef("pk"), step_key__in=list(steps), due_on__lt=OuterRef("own_day")
    )
    # In this order: what is over, which is nearly all of a long history, is not looked into.
    return Case(When(Q(ended_on=None, completed_at=None) & Exists(rows), then=True), default=False)


def _open() -> Q:
    return Q(in_plan=True, completed_at=None, waived_at=None, submitted_at=None)


def _in_cohort(cohort: str) -> Q:
    return Q(enrolment__cohort=cohort) if cohort else Q()


def _by_person(path_key: UUID, steps: Collection[UUID], cohort: str, today: date | None) -> QuerySet:
    """A row for each step and person: what that person is on that step, 1 or 0, and ``days``."""
    own_day = Value(today, DateField()) if today else today_in("enrolment__user__time_zone")
    away = running_pauses(OuterRef("own_day")).filter(enrolment=OuterRef("enrolment"))
    runs = Q(enrolment__ended_on=None, enrolment__completed_at=None)
    late = _open() & Q(due_on__lt=F("own_day")) & runs & ~Exists(away)
    done, inside = Q(completed_at__isnull=False), _in_cohort(cohort)
    is_what = {
        "people": Q(pk__isnull=False),
        "done": done,
        "due": Q(due_on__isnull=False, waived_at=None) & (done | Q(due_on__lt=F("own_day"))),
        # What waited for a colleague to sign it off was done in time.
        "late": Q(due_on__isnull=False, waived_at=None) & (Q(done, handed_in_on__gt=F("due_on")) | late),
        "waived": Q(waived_at__isnull=False, completed_at=None),
        "reopened": Q(attempt__gt=1),
    }
    flags = {f"is_{name}": _any(inside & condition) for name, condition in is_what.items()}
    flags["is_others"] = _any(~inside) if cohort else Value(0)
    rows = StepProgress.objects.filter(enrolment__path_key=path_key, in_plan=True, step_key__in=list(steps))
    dated = rows.alias(
        own_day=own_day,
        handed_in_on=TruncDate(Coalesce("submitted_at", "completed_at")),
        taken=TruncDate("completed_at") - Coalesce("enrolment__day_one", "enrolment__start_date"),
    )
    by_person = dated.order_by().values("step_key", "enrolment__user_id")
    return by_person.annotate(**flags, days=Max(Case(When(inside & done, then=F("taken")))))


def _any(condition: Q) -> Max:
    return Max(Case(When(condition, then=1), default=0))
