"""Whether a step was useful, and the pulse at 30, 60 and 90 days. What is anonymous is kept without a person."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from base.typed import storable
from notifications.services import notify
from people.models import User

from ..models import Enrolment, PulseAnswer, PulseInvitation, StepFeedback, StepProgress
from ..preloading import running_pauses

PULSE_DAYS = (30, 60, 90)
# Who was away, or whose portal was, is still asked so many days later; not months.
PULSE_WINDOW = 14


class NotDoneYet(Exception):
    """Only who did a step can say whether it was useful."""


@transaction.atomic
def say_useful(
    *, enrolment: Enrolment, step_key: UUID, is_useful: bool, comment: str = "", by_name: bool = False
) -> bool:
    """Say once whether a step was useful, by name or not; said before, nothing changes (False).

    Without a name nothing but the month goes with it, and that it was said is kept by the month too: a moment would tell
    which answer was whose. Raises ``NotDoneYet``.
    """
    row = StepProgress.objects.select_for_update().filter(enrolment=enrolment, step_key=step_key).first()
    if row is None or (row.completed_at is None and row.submitted_at is None):
        raise NotDoneYet(step_key)
    if row.asked_useful_at is not None:
        return False
    month = this_month()
    StepFeedback.objects.create(
        step_key=step_key,
        enrolment=enrolment if by_name else None,
        is_useful=is_useful,
        comment=storable(comment).strip()[:1000],
        month=month,
    )
    row.asked_useful_at = timezone.make_aware(datetime(month.year, month.month, 1))
    row.save(update_fields=["asked_useful_at"])
    return True


def this_month() -> date:
    """Its first day."""
    return timezone.localdate().replace(day=1)


def invite_to_pulses(now: datetime) -> int:
    """Ask everybody who is 30, 60 or 90 days with us; once each, whatever paths they walk, and never several at once."""
    today = timezone.localdate(now)
    asked = 0
    first = _first_since_start().filter(user__is_active=True, user__is_preboarder=False)
    for day in PULSE_DAYS:
        before = PulseInvitation.objects.filter(
            enrolment__user=OuterRef("user"), enrolment__start_date__gte=OuterRef("here_since"), day=day
        )
        rows = (
            first.filter(
                # Day 1 is the first day itself.
                here_from__lte=today - timedelta(days=day - 1),
                here_from__gt=today - timedelta(days=day - 1 + PULSE_WINDOW),
            )
            .exclude(Exists(before))
            .exclude(Exists(running_pauses(today).filter(enrolment=OuterRef("pk"))))
        )
        for enrolment in rows.select_related("user").order_by("pk").iterator():
            asked += _invite(enrolment, enrolment.user, day, today)
    return asked


def _first_since_start() -> QuerySet:
    """Of everybody the first running path since they started, each with ``here_since`` and ``here_from``.

    ``here_since`` is the start date of the person, or of their first path where that isn't known; ``here_from`` their
    first day at work. Who changes roles, or was here before there were paths, started long ago.
    """
    own = Enrolment.objects.filter(user=OuterRef("user")).order_by("start_date", "pk")
    with_start = Enrolment.objects.not_ended().annotate(
        here_since=Coalesce("user__start_date", Subquery(own.values("start_date")[:1]))
    )
    running = own.filter(ended_on=None, start_date__gte=OuterRef("here_since"))
    return with_start.filter(pk=Subquery(running.values("pk")[:1])).annotate(
        # A start date may be a day off.
        here_from=Case(When(start_date=F("here_since"), then=F("day_one")), default=F("here_since"))
    )


@transaction.atomic
def _invite(enrolment: Enrolment, person: User, day: int, today: date) -> bool:
    invitation, created = PulseInvitation.objects.get_or_create(
        enrolment=enrolment, day=day, defaults={"asked_on": today}
    )
    if created:
        payload = {"invitation": invitation.pk}
        notify(recipient=person, kind="onboarding.pulse", key=str(invitation.pk), payload=payload)
    return created


@transaction.atomic
def answer_pulse(*, invitation: PulseInvitation, welcome: int, clear: int, able: int, comment: str = "") -> bool:
    """Answer a pulse, without a name; answered before, nothing changes (False). Scores are 1 to 5."""
    invitation = (
        PulseInvitation.objects.select_for_update(of=("self",)).select_related("enrolment").get(pk=invitation.pk)
    )
    if invitation.answered_on is not None:
        return False
    PulseAnswer.objects.create(
        path_key=invitation.enrolment.path_key,
        day=invitation.day,
        month=this_month(),
        welcome=welcome,
        clear=clear,
        able=able,
        comment=storable(comment).strip()[:1000],
    )
    invitation.answered_on = this_month()
    invitation.save(update_fields=["answered_on"])
    return True
