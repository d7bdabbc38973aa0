"""What was open with somebody who walks along no longer goes to who does now; what they did keeps their name."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from notifications.services import Telling, notify, notify_many
from people.models import User

from ..models import Enrolment, HelpRequest, Meeting, Supporter
from ..roles import Who
from ..supporting import fetched, people_of
from ..waiting import forget_waiting
from ..walking_along import hr_colleagues, who_does
from .doing import EnrolmentEnded, StepNotOnPath
from .meeting import agree_meeting

LEFT = "onboarding.supporter_left"


@transaction.atomic
def take_over(*, enrolment: Enrolment, role: str, earlier: Iterable[int], actor: User | None = None) -> None:
    """Hand on what waits for the colleagues with these ids, who had ``role`` and walk along no longer.

    Their unanswered questions and the meetings to come go to who does now what the role does (see ``supporting.CHAINS``).
    Steps belong to the role and need nothing. Who has another role on the same path keeps what was sent to them.
    """
    with_people = fetched(Enrolment.objects.filter(pk=enrolment.pk)).get()
    around = {colleague.pk for colleagues in people_of(with_people).values() for colleague in colleagues}
    replaced = {with_people.own_manager_id} if role == Who.MANAGER else set()
    gone = (set(earlier) | replaced) - around - {None}
    transaction.on_commit(lambda: forget_waiting(*gone, *around))
    if not gone:
        return
    successor = who_does(with_people, role)
    _hand_on_questions(with_people, gone, successor)
    _hand_on_meetings(with_people, gone, successor, actor)


def _hand_on_questions(enrolment: Enrolment, gone: set[int], successor: User | None) -> None:
    for field, kind in (("recipient", "onboarding.question"), ("passed_on_to", "onboarding.question_late")):
        to = successor if field == "recipient" else who_does(enrolment, Who.MANAGER)
        for question in HelpRequest.objects.unanswered().filter(enrolment=enrolment, **{f"{field}__in": gone}):
            setattr(question, field, to)
            question.save(update_fields=[field])
            if to is not None:
                notify(recipient=to, kind=kind, key=str(question.pk), payload={"question": question.pk})


def _hand_on_meetings(enrolment: Enrolment, gone: set[int], successor: User | None, actor: User | None) -> None:
    meetings = Meeting.objects.filter(
        progress__enrolment=enrolment, with_whom__in=gone, cancelled_at=None, starts_at__gt=timezone.now()
    )
    for meeting in meetings.select_related("progress"):
        try:
            agree_meeting(
                enrolment=enrolment,
                step_key=meeting.progress.step_key,
                starts_at=meeting.starts_at,
                minutes=meeting.minutes,
                place=meeting.place,
                with_whom=successor,
                actor=actor or enrolment.user,
            )
        except (EnrolmentEnded, StepNotOnPath):
            # Off the path or over: there is nothing to meet for.
            continue


def hand_on_when_over(now: datetime) -> int:
    """What is open with those whose last day in a role was before today goes on; returns of how many that was.

    They are strangers from that day on by their dates alone. Done before, there is nothing left to hand on.
    """
    over = Supporter.objects.filter(ends_on__lt=timezone.localdate(now), enrolment__ended_on=None)
    asked = HelpRequest.objects.unanswered().filter(enrolment=OuterRef("enrolment"))
    meetings = Meeting.objects.filter(
        progress__enrolment=OuterRef("enrolment"), with_whom=OuterRef("colleague"), cancelled_at=None, starts_at__gt=now
    )
    left = over.filter(
        Exists(asked.filter(Q(recipient=OuterRef("colleague")) | Q(passed_on_to=OuterRef("colleague"))))
        | Exists(meetings)
    )
    handed_on = 0
    for row in left.select_related("enrolment").order_by("pk"):
        take_over(enrolment=row.enrolment, role=row.role, earlier=[row.colleague_id])
        handed_on += 1
    return handed_on


def tell_supporters_left(now: datetime) -> int:
    """Tell HR once of each colleague who left while they walked along; returns how many messages that were.

    Until somebody else is named, the next in the chain does what they did.
    """
    left = (
        Supporter.objects.holders()
        .not_over()
        .filter(colleague__is_active=False, enrolment__ended_on=None, enrolment__completed_at=None)
        .exclude(enrolment__user__is_active=False)
    )
    rows = list(left.values_list("pk", flat=True))
    if not rows:
        return 0
    hr = hr_colleagues()
    tellings = [Telling(colleague, str(pk), {"supporter": pk}) for pk in rows for colleague in hr]
    return notify_many(kind=LEFT, tellings=tellings, now=now)
