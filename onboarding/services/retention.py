"""What is kept no longer than it has to be: the periods of ``ONBOARDING_KEEP_DAYS``, applied every night."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent
from .erasing import count_answers, erase_answers, erase_enrolment, make_events_nobodys
from .recording import record_event

logger = logging.getLogger(__name__)
ANSWERS, RECORD, WITHDRAWN = "answers", "record", "withdrawn"


@dataclass
class Retained:
    """What a run did, or would do: per kind of data the enrolments (ids) and how much of what."""

    enrolments: dict[str, list[int]] = field(default_factory=dict)
    gone: dict[str, Counter] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Over how many enrolments it went, by kind."""
        return sum(len(ids) for ids in self.enrolments.values())


def due(kind: str, now: datetime) -> QuerySet:
    """The enrolments whose time is up for this kind of data; those on hold are passed over."""
    limit = timezone.localdate(now) - timedelta(days=settings.ONBOARDING_KEEP_DAYS[kind])
    # Ended after it was finished: over since it was ended.
    over = Coalesce("ended_on", TruncDate("completed_at"), output_field=DateField())
    enrolments = Enrolment.objects.filter(on_legal_hold=False).annotate(over=over).filter(over__lte=limit)
    withdrawn = Q(end_reason=Enrolment.Reason.WITHDRAWN, ended_on__isnull=False)
    match kind:
        case "withdrawn":
            return enrolments.filter(withdrawn)
        case "answers":
            return enrolments.filter(anonymised_at=None).exclude(withdrawn)
    events = OnboardingEvent.objects.filter(enrolment=OuterRef("pk")).exclude(kind=OnboardingEvent.Kind.ANONYMISED)
    return enrolments.filter(Exists(events)).exclude(withdrawn)


def retain_onboarding(*, now: datetime | None = None, dry_run: bool = False) -> Retained:
    """Let go of what is older than it may be; with ``dry_run`` only say what would go.

    One transaction for each enrolment, so that a run that is cut off goes on where it was. Doing it again does nothing
    more.
    """
    now = now or timezone.now()
    found = Retained()
    for kind in (WITHDRAWN, RECORD, ANSWERS):
        ids = list(due(kind, now).order_by("pk").values_list("pk", flat=True))
        gone = Counter()
        done = []
        for pk in ids:
            went = _count(kind, pk) if dry_run else _let_go(kind, pk, now)
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
    if kind == RECORD:
        return events
    return count_answers(enrolment) + (events + Counter(enrolments=1) if kind == WITHDRAWN else Counter())


@transaction.atomic
def _let_go(kind: str, pk: int, now: datetime) -> Counter | None:
    """None where it was put on hold, or done by another worker, since it was listed."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).filter(pk__in=due(kind, now)).filter(pk=pk).first()
    if enrolment is None:
        return None
    path_key = enrolment.path_key
    if kind == ANSWERS:
        gone = erase_answers(enrolment=enrolment)
        enrolment.anonymised_at = now
        enrolment.save(update_fields=["anonymised_at"])
        record_event(kind=OnboardingEvent.Kind.ANONYMISED, enrolment=enrolment, at=now, what=kind, counts=dict(gone))
        return gone
    if kind == WITHDRAWN:
        gone = erase_enrolment(enrolment=enrolment)
    else:
        gone = Counter(events=make_events_nobodys(enrolment=enrolment))
    record_event(kind=OnboardingEvent.Kind.ANONYMISED, path_key=path_key, at=now, what=kind, counts=dict(gone))
    return gone


@transaction.atomic
def set_legal_hold(*, enrolment: Enrolment, is_held: bool, actor: User | None = None) -> bool:
    """Keep everything of this enrolment whatever its age, or no longer. Returns whether that changes anything."""
    changed = Enrolment.objects.filter(pk=enrolment.pk).exclude(on_legal_hold=is_held).update(on_legal_hold=is_held)
    if changed:
        kind = OnboardingEvent.Kind.HELD if is_held else OnboardingEvent.Kind.RELEASED
        record_event(kind=kind, enrolment=enrolment, actor=actor)
    return bool(changed)


def retain(now: datetime) -> int:
    """What the clock calls; how many enrolments it touched."""
    return retain_onboarding(now=now).total
