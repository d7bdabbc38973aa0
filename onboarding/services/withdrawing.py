"""Who doesn't come after all: closed at once, and erased some weeks later."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from notifications.models import Message
from people.closing import end_access
from people.forgetting import forget_person
from people.models import RetentionPeriods, User
from people.retention import confirmed_periods, current_periods

from ..models import Enrolment, OnboardingEvent
from .leaving import CannotReopen, end_enrolment, reopen_enrolment
from .preboarding import NotBeforeStart
from .recording import record_event

logger = logging.getLogger(__name__)
Kind, Reason = OnboardingEvent.Kind, Enrolment.Reason


@transaction.atomic
def withdraw_preboarder(*, user: User, no_show: bool = False, actor: User | None = None) -> bool:
    """This person doesn't come, or didn't (``no_show``): sessions and links end, nothing is sent any more, every path ends.

    Returns whether that changes anything. Raises ``NotBeforeStart`` for who has a work account: HR closes that.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_preboarder:
        raise NotBeforeStart(user)
    if not user.is_active:
        return False
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_access([user])
    now = timezone.now()
    for enrolment in Enrolment.objects.of(user).not_ended().order_by("pk"):
        end_enrolment(enrolment=enrolment, reason=Reason.WITHDRAWN, actor=actor)
        record_event(kind=Kind.WITHDRAWN, enrolment=enrolment, actor=actor, no_show=no_show)
    waiting = Message.objects.of(user).filter(mail=Message.Mail.WAITING)
    waiting.update(mail=Message.Mail.LAPSED, mail_at=now)
    return True


@transaction.atomic
def take_back_withdrawal(*, user: User, actor: User | None = None) -> bool:
    """They come after all: the account opens, their paths go on. Returns whether that changes anything.

    No link is sent: HR does that when the dates are right. Raises ``NotBeforeStart`` for who was erased or has started.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_preboarder or user.forgotten_at is not None:
        raise NotBeforeStart(user)
    if user.is_active:
        return False
    user.is_active = True
    user.save(update_fields=["is_active"])
    for enrolment in Enrolment.objects.of(user).filter(end_reason=Reason.WITHDRAWN).order_by("pk"):
        try:
            reopen_enrolment(enrolment=enrolment, actor=actor)
        except CannotReopen:
            logger.info("Enrolment %s could not be opened again.", enrolment.pk)
    return True


def to_erase(now: datetime, periods: RetentionPeriods) -> QuerySet:
    """Who didn't come so long ago that nothing of them may be kept; not while one of their paths is on hold."""
    limit = periods.before("withdrawn", now).date()
    kept = Enrolment.objects.filter(user=OuterRef("pk")).filter(
        Q(on_legal_hold=True) | Q(ended_on__isnull=True) | Q(ended_on__gt=limit)
    )
    closed = User.objects.filter(is_preboarder=True, is_active=False, forgotten_at=None)
    return closed.filter(~Exists(kept))


def erase_withdrawn(now: datetime, *, dry_run: bool = False) -> list[int]:
    """Erase who didn't come, when their period is up: name, address, answers and files. Returns whose ids.

    Nobody while the periods aren't confirmed. One transaction each, so that a run that is cut off goes on where it was;
    with ``dry_run`` nothing is changed.
    """
    periods = current_periods() if dry_run else confirmed_periods("accounts of who didn't come")
    if periods is None:
        return []
    found = list(to_erase(now, periods).order_by("pk").values_list("pk", flat=True))
    if dry_run:
        return found
    done = []
    for pk in found:
        with transaction.atomic():
            user = to_erase(now, periods).select_for_update(of=("self",)).filter(pk=pk).first()
            if user is not None:
                close_and_forget(user)
                done.append(pk)
    if done:
        logger.info("Accounts of who didn't come were erased: %s.", done)
    return done


def close_and_forget(user: User) -> None:
    """Leave an empty place where the account was, that is no preboarder's any more."""
    Message.objects.of(user).delete()
    forget_person(person=user, by=None)
    User.objects.filter(pk=user.pk).update(is_preboarder=False)


def erase(now: datetime) -> int:
    """What the clock calls; how many were erased."""
    return len(erase_withdrawn(now))
