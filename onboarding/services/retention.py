"""What is kept no longer than it has to be: the periods the organisation confirmed, applied every night."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone

from people.models import RetentionPeriods, User
from people.retention import confirmed_periods, count_due, current_periods

from ..models import CheckInPoint, Enrolment, OnboardingEvent
from .erasing import (
    count_answers,
    count_check_ins,
    erase_answers,
    erase_check_ins,
    erase_enrolment,
    make_events_nobodys,
)
from .recording import record_event

logger = logging.getLogger(__name__)
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

    Nothing goes while nobody confirmed the periods. One transaction for each enrolment, so that a run that is cut off goes
    on where it was. Doing it again does nothing more.
    """
    now = now or timezone.now()
    found = Retained()
    periods = current_periods() if dry_run else confirmed_periods("onboarding")
    if periods is None:
        return found
    for kind in (WITHDRAWN, RECORD, ANSWERS, CHECK_INS):
        ids = list(due(kind, now, periods).order_by("pk").values_list("pk", flat=True))
        gone = Counter()
        done = []
        for pk in ids:
            went = _count(kind, pk) if dry_run else _let_go(kind, pk, now, periods)
            if went is not None:
                done.append(pk)
                gone += went
        found.enrolments[kind], found.gone[kind] = done, gone
    if found.total and not dry_run:
        logger.info("Onboarding let go of what was kept long enough: %s.", {k: dict(v) for k, v in found.gone.items()})
    return found


def _count(kind: str, pk: int) -> Counter:
    enrolment = Enrolment.objects.get(pk=pk)
    events = Counter(events=OnboardingEvent.objects.filter(enrolment=enrolment).count())
    match kind:
        case "record":
            return events
        case "check_ins":
            return count_check_ins(enrolment)
        case "answers":
            return count_answers(enrolment)
    return count_answers(enrolment) + count_check_ins(enrolment) + events + Counter(enrolments=1)


@transaction.atomic
def _let_go(kind: str, pk: int, now: datetime, periods: RetentionPeriods) -> Counter | None:
    """None where it was put on hold, or done by another worker, since it was listed."""
    listed = due(kind, now, periods).filter(pk=pk).values("pk")
    # The hold once more on the locked row itself: where this waited, the list is of before.
    unheld = Enrolment.objects.select_for_update(of=("self",)).filter(on_legal_hold=False)
    enrolment = unheld.filter(pk__in=listed).first()
    if enrolment is None:
        return None
    path_key = enrolment.path_key
    if kind == ANSWERS:
        gone = erase_answers(enrolment=enrolment)
        enrolment.anonymised_at = now
        enrolment.save(update_fields=["anonymised_at"])
    elif kind == CHECK_INS:
        gone = erase_check_ins(enrolment=enrolment)
    elif kind == WITHDRAWN:
        gone = erase_enrolment(enrolment=enrolment)
    else:
        gone = Counter(events=make_events_nobodys(enrolment=enrolment))
    whose = {"enrolment": enrolment} if kind in (ANSWERS, CHECK_INS) else {"path_key": path_key}
    record_event(kind=OnboardingEvent.Kind.ANONYMISED, at=now, what=kind, counts=dict(gone), **whose)
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
