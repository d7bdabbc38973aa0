"""Who walks along on an enrolment: in which role, one of them as the lead, from and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from base.typed import storable
from people.models import User

from ..models import Enrolment, HandOverNote, OnboardingEvent, Supporter
from ..reading import forget_people
from ..supporting import MOST_IN_ROLE
from ..telling.plans import tell_role
from .fitting_stand_ins import fit_stand_ins
from .recording import record_event
from .taking_over import take_over


class How(models.TextChoices):
    """What naming somebody means for those who have the role already."""

    REPLACE = "replace", _("in the place of who has this role now")
    BESIDE = "beside", _("beside who has this role now")
    LEAD = "lead", _("beside who has this role now, as the lead")
    STOP = "stop", _("no longer")


class TooMany(Exception):
    """There are ``MOST_IN_ROLE`` colleagues in this role already."""


class NotInRole(Exception):
    """The colleague doesn't have this role, so can't leave it."""


@dataclass(frozen=True)
class Place:
    """A colleague in a role, with their first and their last day in it; open where there is none."""

    colleague: User
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def dates(self) -> tuple[date | None, date | None]:
        """First and last day."""
        return self.starts_on, self.ends_on


@transaction.atomic
def set_supporters(
    *,
    enrolment: Enrolment,
    role: str,
    places: Sequence[Place],
    note: str = "",
    note_to: User | None = None,
    actor: User | None = None,
) -> bool:
    """These colleagues and no others have this role, the first as the lead. Returns whether that changes anything.

    Who had it before sees nothing of the path any more, and what was open with them goes on; see ``take_over``. A ``note`` is
    kept for ``note_to``, one of them, where something changes. ValueError
    for who would walk along with themselves, for the same one twice and for dates the wrong way round.
    """
    _check(enrolment, places)
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    rows = Supporter.objects.holders().filter(enrolment=enrolment, role=role)
    before = {row.colleague_id: (row.starts_on, row.ends_on) for row in rows.lead_first()}
    after = {place.colleague.pk: place.dates for place in places}
    if list(before.items()) == list(after.items()):
        return False
    rows.update(is_lead=False)
    rows.exclude(colleague__in=after).delete()
    for number, place in enumerate(places):
        values = {"starts_on": place.starts_on, "ends_on": place.ends_on, "is_lead": number == 0}
        rows.update_or_create(
            colleague=place.colleague, defaults=values, create_defaults={**values, "enrolment": enrolment, "role": role}
        )
    event = record_event(
        kind=OnboardingEvent.Kind.ROLE_CHANGED,
        enrolment=enrolment,
        actor=actor,
        old=list(before),
        new=list(after),
        role=role,
        **_dates_in_record(places),
    )
    written = write_note(enrolment=enrolment, role=role, text=note, colleague=note_to, actor=actor) is not None
    _tell(enrolment, role, places, before, str(event.pk), note_to if written else None)
    gone = fit_stand_ins(enrolment=enrolment, role=role, holders=after or _own_manager(enrolment, role))
    take_over(enrolment=enrolment, role=role, earlier=[*before, *gone], actor=actor)
    transaction.on_commit(lambda: forget_people(enrolment))
    return True


def _own_manager(enrolment: Enrolment, role: str) -> list[int]:
    """Who has the role of manager where nobody was named."""
    own = enrolment.own_manager_id if role == Supporter.Role.MANAGER else None
    return [own] if own else []


def _check(enrolment: Enrolment, places: Sequence[Place]) -> None:
    if any(place.colleague.pk == enrolment.user_id for place in places):
        raise ValueError("Nobody is their own supporter.")
    if len({place.colleague.pk for place in places}) < len(places):
        raise ValueError("Nobody has a role twice.")
    if any(place.starts_on and place.ends_on and place.ends_on < place.starts_on for place in places):
        raise ValueError("A role ends after it starts.")


def _dates_in_record(places: Iterable[Place]) -> dict:
    """``{"dates": [[colleague, first day, last day], ...]}`` of those with dates; nothing where nobody has any."""
    dated = [
        [place.colleague.pk, *(day.isoformat() if day else None for day in place.dates)]
        for place in places
        if any(place.dates)
    ]
    return {"dates": dated} if dated else {}


def _tell(
    enrolment: Enrolment,
    role: str,
    places: Sequence[Place],
    before: dict[int, tuple],
    occurrence: str,
    has_note: User | None,
) -> None:
    """Tell who is new, who leads from now on and whose dates are others; the person only of who is new."""
    lead_before = next(iter(before), None)
    for number, place in enumerate(places):
        pk = place.colleague.pk
        is_new = pk not in before
        leads_now = number == 0 and len(places) > 1 and pk != lead_before
        if is_new or leads_now or before[pk] != place.dates:
            # Who is put on a path just now reads there who walks along.
            under_way = enrolment.planned_at is not None
            tell_role(
                enrolment=enrolment,
                role=role,
                colleague=place.colleague,
                occurrence=occurrence,
                to_person=is_new and under_way,
                has_note=place.colleague == has_note,
            )


def write_note(
    *, enrolment: Enrolment, role: str, text: str, colleague: User | None, actor: User | None
) -> HandOverNote | None:
    """Keep what is written to who takes a role over; None without words, or nobody to read them."""
    text = storable(text).strip()
    if not text or colleague is None:
        return None
    return HandOverNote.objects.create(enrolment=enrolment, role=role, text=text, colleague=colleague, written_by=actor)


@transaction.atomic
def set_supporter(*, enrolment: Enrolment, role: str, colleague: User | None, actor: User | None = None) -> bool:
    """Make ``colleague`` the one who has this role; None for nobody. See ``set_supporters``."""
    places = [Place(colleague)] if colleague else []
    return set_supporters(enrolment=enrolment, role=role, places=places, actor=actor)


@transaction.atomic
def name_supporter(
    *,
    enrolment: Enrolment,
    role: str,
    colleague: User | None,
    how: str = How.REPLACE,
    starts_on: date | None = None,
    ends_on: date | None = None,
    note: str = "",
    actor: User | None = None,
) -> bool:
    """Give ``colleague`` this role, in the place of or beside who has it (``How``), or take it from them.

    None for nobody, in the place of everybody. Beside a manager whom nobody named on the path, that one stays and leads.
    Who has the role already gets these dates. Raises ``TooMany``, ``NotInRole``, and as ``set_supporters``.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("manager", "user__manager")
        .get(pk=enrolment.pk)
    )
    there = _places(enrolment, role)
    if colleague is None or how == How.REPLACE:
        places = [Place(colleague, starts_on, ends_on)] if colleague else []
    elif how == How.STOP:
        places = [place for place in there if place.colleague.pk != colleague.pk]
        if len(places) == len(there):
            raise NotInRole(colleague)
    else:
        named = Place(colleague, starts_on, ends_on)
        places = [named if place.colleague.pk == colleague.pk else place for place in there]
        if named not in places:
            places.append(named)
        if how == How.LEAD:
            places.sort(key=lambda place: place.colleague.pk != colleague.pk)
        if len(places) > max(MOST_IN_ROLE, len(there)):
            raise TooMany(role)
    note_to = colleague if how != How.STOP else None
    return set_supporters(enrolment=enrolment, role=role, places=places, note=note, note_to=note_to, actor=actor)


def _places(enrolment: Enrolment, role: str) -> list[Place]:
    """Who has the role, the lead first; those whose time is over are left out."""
    rows = Supporter.objects.holders().filter(enrolment=enrolment, role=role).not_over().lead_first()
    places = [Place(row.colleague, row.starts_on, row.ends_on) for row in rows.select_related("colleague")]
    own = enrolment.own_manager
    if role == Supporter.Role.MANAGER and not places and own is not None and own.is_active:
        return [Place(own)]
    return places


def set_buddy(*, enrolment: Enrolment, colleague: User | None, actor: User | None = None) -> None:
    """Make ``colleague`` the one buddy of this enrolment; see ``set_supporter``."""
    set_supporter(enrolment=enrolment, role=Supporter.Role.BUDDY, colleague=colleague, actor=actor)


def name_all(*, enrolment: Enrolment, people: dict[str, User | Sequence[User]], actor: User | None = None) -> None:
    """Name everybody around somebody who is put on a path: per role one colleague, or several with the lead first."""
    for role, colleagues in people.items():
        named = [colleagues] if isinstance(colleagues, User) else colleagues
        set_supporters(enrolment=enrolment, role=role, places=[Place(one) for one in named], actor=actor)
