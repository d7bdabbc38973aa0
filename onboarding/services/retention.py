"""What is kept no longer than it has to be: the periods the organisation confirmed, applied every night."""

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from people.models import RetentionPeriods, User
from people.retention import confirmed_periods, count_due, current_periods

from ..models import CheckInPoint, Enrolment, OnboardingEvent
from .erasing import (
    count_answers_of,
    count_check_ins_of,
    erase_answers_of,
    erase_check_ins_of,
    erase_enrolments,
    make_events_nobodys_of,
)
from .recording import record_event

logger = logging.getLogger(__name__)
# So many enrolments at once: few enough that who waits for one of them hardly notices.
BATCH = 200
ANSWERS, CHECK_INS, RECORD, WITHDRAWN = "answers", "check_ins", "record", "withdrawn"


@dataclass
class Retained:
    """What a run did, or would do: per kind of data the enrolments (ids) and how much of what."""

    enrolments: dict[str, list[int]] = field(default_factory=dict)
    gone: dict[str, Counter] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Over how many enrolments it went, by kind."""
        return sum(len(ids) for ids in self.enrolments.values())


def due(kind: str, now: datetime, periods: RetentionPeriods | None = None) -> QuerySet:
    """The enrolments whose time is up for this kind of data; those on hold are passed over."""
    limit = (periods or current_periods()).before(kind, now).date()
    # Ended after it was finished: over since it was ended.
    over = Coalesce("ended_on", TruncDate("completed_at"), output_field=DateField())
    enrolments = Enrolment.objects.filter(on_legal_hold=False).annotate(over=over).filter(over__isnull=False)
    withdrawn = Q(end_reason=Enrolment.Reason.WITHDRAWN, ended_on__isnull=False)
    if kind == WITHDRAWN:
        return enrolments.filter(withdrawn, over__lte=limit)
    if kind == CHECK_INS:
        return _of_leavers(enrolments.exclude(withdrawn), limit)
    enrolments = enrolments.filter(over__lte=limit).exclude(withdrawn)
    if kind == ANSWERS:
        return enrolments.filter(anonymised_at=None)
    events = OnboardingEvent.objects.filter(enrolment=OuterRef("pk")).exclude(kind=OnboardingEvent.Kind.ANONYMISED)
    return enrolments.filter(Exists(events))


def _of_leavers(enrolments: QuerySet, limit: date) -> QuerySet:
    """Those with a check-in whose newcomer left by that day.

    Where an account was closed and no last day filled in, it counts from what is known: the later of the path's end and
    when they last signed in.
    """
    seen = Greatest("over", Coalesce(TruncDate("user__last_login"), "over"))
    points = CheckInPoint.objects.filter(progress__enrolment=OuterRef("pk"))
    left = Q(user__end_date__lte=limit) | Q(user__end_date=None, user__is_active=False, seen__lte=limit)
    return enrolments.annotate(seen=seen).filter(left).filter(Exists(points))


for _kind in (ANSWERS, CHECK_INS, RECORD, WITHDRAWN):
    count_due(_kind, lambda now, kind=_kind: due(kind, now).count())


def retain_onboarding(*, now: datetime | None = None, dry_run: bool = False) -> Retained:
    """Let go of what is older than it may be; with ``dry_run`` only say what would go.

    Nothing goes while nobody confirmed the periods. One transaction for each ``BATCH`` of enrolments, so that a run that is
    cut off goes on where it was, and a first run over years of history comes to its end. Doing it again does nothing more.
    """
    now = now or timezone.now()
    found = Retained()
    periods = current_periods() if dry_run else confirmed_periods("onboarding")
    if periods is None:
        return found
    for kind in (WITHDRAWN, RECORD, ANSWERS, CHECK_INS):
        ids = list(due(kind, now, periods).order_by("pk").values_list("pk", flat=True))
        gone: Counter = Counter()
        done: list[int] = []
        for start in range(0, len(ids), BATCH):
            chunk = ids[start : start + BATCH]
            went = _counts(kind, chunk) if dry_run else _let_go(kind, chunk, now, periods)
            done += went
            gone += sum(went.values(), Counter())
        found.enrolments[kind], found.gone[kind] = done, gone
    if found.total and not dry_run:
        logger.info("Onboarding let go of what was kept long enough: %s.", {k: dict(v) for k, v in found.gone.items()})
    return found


def _counts(kind: str, enrolments: Collection[int]) -> dict[int, Counter]:
    """What would go of each of these enrolments."""
    if kind == CHECK_INS:
        return count_check_ins_of(enrolments)
    if kind == ANSWERS:
        return count_answers_of(enrolments)
    events = dict.fromkeys(enrolments, 0)
    rows = OnboardingEvent.objects.filter(enrolment__in=enrolments).order_by().values("enrolment")
    events |= dict(rows.annotate(events=Count("pk")).values_list("enrolment", "events"))
    if kind == RECORD:
        return {pk: Counter(events=number) for pk, number in events.items()}
    answers, check_ins = count_answers_of(enrolments), count_check_ins_of(enrolments)
    return {pk: answers[pk] + check_ins[pk] + Counter(events=events[pk], enrolments=1) for pk in enrolments}


@transaction.atomic
def _let_go(kind: str, chunk: Collection[int], now: datetime, periods: RetentionPeriods) -> dict[int, Counter]:
    """What went of each; without what was put on hold, or done by another worker, since it was listed."""
    listed = due(kind, now, periods).filter(pk__in=chunk).values("pk")
    # The hold once more on the locked rows themselves: where this waited, the list is of before. In the order of their
    # keys, as everybody who locks several does.
    unheld = Enrolment.objects.select_for_update(of=("self",)).filter(on_legal_hold=False)
    paths = dict(unheld.filter(pk__in=listed).order_by("pk").values_list("pk", "path_key"))
    enrolments = list(paths)
    if kind == ANSWERS:
        gone = erase_answers_of(enrolments=enrolments)
        Enrolment.objects.filter(pk__in=enrolments).update(anonymised_at=now)
    elif kind == CHECK_INS:
        gone = erase_check_ins_of(enrolments=enrolments)
    elif kind == WITHDRAWN:
        gone = erase_enrolments(enrolments=enrolments)
    else:
        gone = {pk: Counter(events=number) for pk, number in make_events_nobodys_of(enrolments=enrolments).items()}
    OnboardingEvent.objects.bulk_create(
        OnboardingEvent(
            kind=OnboardingEvent.Kind.ANONYMISED,
            enrolment_id=pk if kind in (ANSWERS, CHECK_INS) else None,
            path_key=path_key,
            at=now,
            data={"what": kind, "counts": dict(gone[pk])},
        )
        for pk, path_key in paths.items()
    )
    return gone


@transaction.atomic
def set_legal_hold(*, enrolment: Enrolment, is_held: bool, actor: User | None = None) -> bool:
    """Keep everything of this enrolment whatever its age, or no longer. Returns whether that changes anything.

    Meanwhile the person can't be forgotten, and their messages stay. Forgetting locks their row first: so does this.
    """
    User.objects.select_for_update(of=("self",)).filter(pk=enrolment.user_id).first()
    changed = Enrolment.objects.filter(pk=enrolment.pk).exclude(on_legal_hold=is_held).update(on_legal_hold=is_held)
    if changed:
        kind = OnboardingEvent.Kind.HELD if is_held else OnboardingEvent.Kind.RELEASED
        record_event(kind=kind, enrolment=enrolment, actor=actor)
    return bool(changed)


def retain(now: datetime) -> int:
    """What the clock calls; how many enrolments it touched."""
    return retain_onboarding(now=now).total
