"""Another manager of their own: a proposal that HR accepts, so that nobody's onboarding changes hands unseen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from notifications.services import Telling, notify_many
from people.models import User

from ..models import Enrolment, OnboardingEvent, StepProgress, Supporter
from ..reading import forget_people
from ..roles import Who
from ..telling.plans import tell_role
from ..walking_along import hr_colleagues
from .fitting_stand_ins import fit_stand_ins
from .naming import write_note
from .recording import record_event
from .taking_over import take_over

CHANGED = "onboarding.manager_changed"


@dataclass(frozen=True)
class ProposedManager:
    """Another manager of their own: ``open_steps`` would be theirs to do, ``done_steps`` keep the name of the old one."""

    old: User
    new: User | None
    open_steps: int
    done_steps: int


def propose_manager(enrolment: Enrolment) -> ProposedManager | None:
    """Their own manager by now, where that is another one than this plan knows; None where HR said that the old one stays.

    Also on a finished path, where the manager may have something to do yet. One query without anything to propose, six with.
    """
    known, now = enrolment.manager_id, enrolment.user.manager_id
    if enrolment.ended_on is not None or known is None or known == now:
        return None
    declined = enrolment.events.filter(data__has_key="declined_manager").order_by("-at", "-pk").first()
    if declined is not None and declined.data["declined_manager"] == (now or 0):
        return None
    rows = enrolment.progress.filter(assignee=Who.MANAGER)
    return ProposedManager(
        old=enrolment.manager,
        new=enrolment.user.manager,
        open_steps=StepProgress.objects.open().filter(pk__in=rows.values("pk")).count(),
        done_steps=rows.filter(completed_by=known).count(),
    )


@transaction.atomic
def accept_manager(*, enrolment: Enrolment, note: str = "", actor: User | None = None) -> bool:
    """The person's own manager by now follows this enrolment. Returns whether that changes anything.

    Steps belong to the role, so what is open is theirs to do; what is done keeps its name. Unanswered questions and meetings
    to come go along, the new manager and the person are told, and a ``note`` is kept for the new one.
    """
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user__manager").get(pk=enrolment.pk)
    old, new = enrolment.manager_id, enrolment.user.manager
    if enrolment.ended_on is not None or old is None or old == enrolment.user.manager_id:
        return False
    enrolment.manager = new
    enrolment.save(update_fields=["manager"])
    after = [new.pk] if new else []
    event = record_event(
        kind=OnboardingEvent.Kind.ROLE_CHANGED, enrolment=enrolment, actor=actor, old=[old], new=after, role=Who.MANAGER
    )
    written = write_note(enrolment=enrolment, role=Who.MANAGER, text=note, colleague=new, actor=actor)
    if new is not None:
        tell_role(
            enrolment=enrolment,
            role=Who.MANAGER,
            colleague=new,
            occurrence=str(event.pk),
            has_note=written is not None,
        )
    named = list(
        Supporter.objects.holders().filter(enrolment=enrolment, role=Who.MANAGER).values_list("colleague", flat=True)
    )
    gone = fit_stand_ins(enrolment=enrolment, role=Who.MANAGER, holders=[*named, *after])
    take_over(enrolment=enrolment, role=Who.MANAGER, earlier=[old, *gone], actor=actor)
    transaction.on_commit(lambda: forget_people(enrolment))
    return True


@transaction.atomic
def decline_manager(*, enrolment: Enrolment, actor: User | None = None) -> bool:
    """The old one stays; not proposed again until the person gets yet another. Returns whether that changes anything."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("user").get(pk=enrolment.pk)
    if propose_manager(enrolment) is None:
        return False
    declined = {"declined_manager": enrolment.user.manager_id or 0}
    record_event(kind=OnboardingEvent.Kind.DECLINED, enrolment=enrolment, actor=actor, why="manager", **declined)
    return True


def tell_managers_changed(now: datetime) -> int:
    """Tell HR once of each new manager of somebody on a path, which is theirs to accept; returns how many messages that were."""
    changed = Enrolment.objects.filter(ended_on=None, manager__isnull=False).exclude(user__is_active=False)
    changed = changed.exclude(manager=F("user__manager"))
    rows = list(changed.select_related("user").order_by("pk"))
    waiting = [row for row in rows if propose_manager(row) is not None]
    if not waiting:
        return 0
    hr = hr_colleagues()
    tellings = [
        Telling(colleague, f"{row.pk}:{row.user.manager_id}", {"enrolment": row.pk, "manager": row.user.manager_id})
        for row in waiting
        for colleague in hr
    ]
    return notify_many(kind=CHANGED, tellings=tellings, now=now)
