"""Who stands in for a supporter on leave: sees and does what they do, from one day until another, and then no longer.

The supporter keeps the role and everything that belongs to it meanwhile. It ends by its dates alone.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, Supporter
from ..reading import forget_people
from ..supporting import CHAINS, fetched, roles_held
from ..telling.standing_in import tell_stand_in
from ..waiting import forget_waiting
from .naming import NotInRole, write_note
from .recording import record_event
from .taking_over import take_over


class SomebodyStandsIn(Exception):
    """Somebody stands in for this supporter in that time already; ``args[0]`` is the row."""


class OutsideTheRole(Exception):
    """The supporter's own dates in this role end sooner, or begin later; ``args[0]`` is the row."""


@transaction.atomic
def name_stand_in(
    *,
    enrolment: Enrolment,
    supporter: User,
    stand_in: User,
    starts_on: date,
    ends_on: date,
    note: str = "",
    actor: User | None = None,
) -> list[Supporter]:
    """``stand_in`` does what ``supporter`` does on this enrolment, in every role of theirs, from one day until the other.

    Both and the newcomer are told. Named before for these days, nothing changes; returns the rows that were made. Raises
    ``NotInRole``, ``SomebodyStandsIn``, ``OutsideTheRole``, and ValueError for who would stand in for themselves or walk
    along with themselves, and for dates the wrong way round or past.
    """
    if stand_in.pk in (supporter.pk, enrolment.user_id):
        raise ValueError("Somebody else stands in.")
    if ends_on < starts_on or ends_on < timezone.localdate():
        raise ValueError("A stand-in ends after they begin, and not in the past.")
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    with_people = fetched(Enrolment.objects.filter(pk=enrolment.pk, ended_on=None)).first()
    roles = roles_to_stand_in_for(with_people, supporter) if with_people is not None else []
    if not roles:
        raise NotInRole(supporter)
    made = []
    for role in roles:
        values = {"colleague": stand_in, "starts_on": starts_on, "ends_on": ends_on}
        rows = Supporter.objects.filter(enrolment=enrolment, role=role, stands_in_for=supporter)
        if rows.filter(**values).exists():
            continue
        _check(enrolment, role, supporter, rows, starts_on, ends_on)
        row = Supporter.objects.create(enrolment=enrolment, role=role, stands_in_for=supporter, **values)
        _record(row, actor)
        written = write_note(enrolment=enrolment, role=role, text=note, colleague=stand_in, actor=actor)
        note = ""
        tell_stand_in(row=row, has_note=written is not None)
        made.append(row)
    _forget(enrolment, supporter.pk, stand_in.pk)
    return made


def roles_to_stand_in_for(enrolment: Enrolment, supporter: User) -> list[str]:
    """The roles that they hold today or will, as rows or as the person's own manager; ``enrolment`` comes from ``fetched``."""
    today = timezone.localdate()
    rows = [row for row in enrolment.supporters.all() if row.stands_in_for_id is None and not row.is_over_on(today)]
    held = {row.role for row in rows if row.colleague_id == supporter.pk} | set(roles_held(supporter, enrolment))
    return [role for role in CHAINS if role in held]


def _check(enrolment: Enrolment, role: str, supporter: User, rows, starts_on: date, ends_on: date) -> None:
    there = rows.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()
    if there is not None:
        raise SomebodyStandsIn(there)
    own = Supporter.objects.holders().filter(enrolment=enrolment, role=role, colleague=supporter).first()
    if own is not None and not (own.walks_on(starts_on) and own.walks_on(ends_on)):
        raise OutsideTheRole(own)


@transaction.atomic
def end_stand_in(*, row: Supporter, actor: User | None = None) -> bool:
    """The stand-in is done: from today on they are a stranger, and what was open with them goes on. Over already: False."""
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=row.enrolment_id)
    row = Supporter.objects.stand_ins().not_over().filter(pk=row.pk).first()
    if row is None:
        return False
    yesterday = timezone.localdate() - timedelta(days=1)
    if row.starts_on > yesterday:
        row.delete()
    else:
        row.ends_on = yesterday
        row.save(update_fields=["ends_on"])
    _record(row, actor, ends_on=yesterday)
    take_over(enrolment=enrolment, role=row.role, earlier=[row.colleague_id], actor=actor)
    _forget(enrolment, row.colleague_id, row.stands_in_for_id)
    return True


def _record(row: Supporter, actor: User | None, ends_on: date | None = None) -> None:
    last = (ends_on or row.ends_on).isoformat()
    record_event(
        kind=OnboardingEvent.Kind.STOOD_IN,
        enrolment=row.enrolment,
        actor=actor,
        role=row.role,
        stands_in_for=row.stands_in_for_id,
        dates=[[row.colleague_id, row.starts_on.isoformat() if ends_on is None else None, last]],
    )


def _forget(enrolment: Enrolment, *people: int) -> None:
    transaction.on_commit(lambda: forget_people(enrolment))
    transaction.on_commit(lambda: forget_waiting(*people))


def stand_ins_around(user: User):
    """Those who stand in for this supporter on running enrolments, now or later; the soonest first."""
    rows = Supporter.objects.stand_ins().not_over().filter(stands_in_for=user, enrolment__ended_on=None)
    return rows.select_related("colleague", "enrolment__user").order_by("starts_on", "pk")


def held_by(user: User) -> list[Enrolment]:
    """The running enrolments on which this colleague has a role of their own, so may name a stand-in; four queries."""
    own = Q(manager=user) | Q(manager=None, user__manager=user)
    named = Q(pk__in=Supporter.objects.holders().not_over().filter(colleague=user).values("enrolment"))
    found = Enrolment.objects.not_ended().filter(own | named).exclude(user=user)
    enrolments = fetched(found.distinct()).order_by("user__first_name", "user__last_name", "pk")
    return [enrolment for enrolment in enrolments if roles_to_stand_in_for(enrolment, user)]
