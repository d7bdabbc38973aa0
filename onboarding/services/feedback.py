"""Whether a step was useful, and the pulse at 30, 60 and 90 days. What is anonymous is kept without a person."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

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
        comment=comment.replace("\0", "").strip()[:1000],
        month=month,
    )
    row.asked_useful_at = timezone.make_aware(datetime(month.year, month.month, 1))
    row.save(update_fields=["asked_useful_at"])
    return True


def this_month() -> date:
    """Its first day."""
    return timezone.localdate().replace(day=1)


def invite_to_pulses(now: datetime) -> int:
    """Ask everybody who is 30, 60 or 90 days on their way; once each, and never several at once."""
    today = timezone.localdate(now)
    asked = 0
    for day in PULSE_DAYS:
        rows = (
            Enrolment.objects.not_ended()
            .filter(
                # Day 1 is the first day itself.
                day_one__lte=today - timedelta(days=day - 1),
                day_one__gt=today - timedelta(days=day - 1 + PULSE_WINDOW),
                user__is_active=True,
                user__is_preboarder=False,
            )
            .exclude(pulses__day=day)
            .exclude(Exists(running_pauses(today).filter(enrolment=OuterRef("pk"))))
        )
        for enrolment in rows.select_related("user").order_by("pk").iterator():
            asked += _invite(enrolment, enrolment.user, day, today)
    return asked


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
        comment=comment.replace("\0", "").strip()[:1000],
    )
    invitation.answered_on = this_month()
    invitation.save(update_fields=["answered_on"])
    return True
