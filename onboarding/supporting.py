"""In which roles somebody acts on an enrolment: their own, and those of who isn't there.

A step belongs to a role, not to a person. Where nobody has that role, or who had it left, the next in the chain acts:
the manager for a buddy or mentor, then the HR contact, then all of HR.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.kinds import people_in_words
from people.models import User

from .models import Enrolment, StepProgress, Supporter
from .roles import Who
from .visibility import HR_PERMISSION, named_managers

# More of one role than anybody needs around them.
MOST_IN_ROLE = 5
CHAINS: dict[str, tuple[str, ...]] = {
    Who.BUDDY: (Who.BUDDY, Who.MANAGER, Who.HR),
    Who.MENTOR: (Who.MENTOR, Who.MANAGER, Who.HR),
    Who.MANAGER: (Who.MANAGER, Who.HR),
    Who.HR: (Who.HR,),
}


@dataclass(frozen=True)
class Acting:
    """Who acts in one role of one enrolment, the lead first; nobody in ``colleagues`` means all of HR.

    ``role`` is the one they hold.
    """

    role: str
    colleagues: tuple[User, ...]


def fetched(enrolments: QuerySet) -> QuerySet:
    """With the people that these functions look at."""
    return enrolments.select_related("manager", "user__manager").prefetch_related(
        "user__groups", "supporters__colleague"
    )


def people_of(enrolment: Enrolment) -> dict[str, tuple[User, ...]]:
    """Who has which role today and works here, the lead first; the person's own manager where no other was named. No query.

    Who stands in for somebody comes before them. The enrolment comes from ``fetched``. Nobody walks along with themselves.
    """
    found: dict[str, list[User]] = {role: [] for role in CHAINS}
    rows = [row for row in _rows_today(enrolment) if row.colleague.is_active]
    for row in rows:
        if row.stands_in_for_id is None:
            found[row.role].append(row.colleague)
    manager = enrolment.own_manager
    if not found[Who.MANAGER] and manager is not None and manager.is_active:
        found[Who.MANAGER].append(manager)
    for row in rows:
        if row.stands_in_for_id is not None:
            found[row.role] = _with_stand_in(found[row.role], row)
    return {
        role: tuple(colleague for colleague in colleagues if colleague.pk != enrolment.user_id)
        for role, colleagues in found.items()
    }


def _with_stand_in(colleagues: list[User], row: Supporter) -> list[User]:
    """The stand-in comes before whom they stand in for: it is them who are asked and mailed now."""
    others = [one for one in colleagues if one.pk != row.colleague_id]
    place = next((number for number, one in enumerate(others) if one.pk == row.stands_in_for_id), len(others))
    return [*others[:place], row.colleague, *others[place:]]


def _rows_today(enrolment: Enrolment) -> list[Supporter]:
    today = timezone.localdate()
    return sorted((row for row in enrolment.supporters.all() if row.walks_on(today)), key=lambda row: row.place)


def stand_ins_of(enrolment: Enrolment, role: str) -> dict[int, Supporter]:
    """``{who stands in: the row that says for whom and until when}`` of those who stand in in this role today; no query."""
    rows = _rows_today(enrolment)
    return {row.colleague_id: row for row in rows if row.stands_in_for_id is not None and row.role == role}


def roles_held(viewer: User, enrolment: Enrolment) -> list[str]:
    """The roles that ``viewer`` has here themselves today, without those they stand in for; no query, see ``people_of``."""
    held = {
        row.role for row in _rows_today(enrolment) if row.stands_in_for_id is None and row.colleague_id == viewer.pk
    }
    in_role = [role for role, people in people_of(enrolment).items() if viewer in people]
    return [role for role in in_role if role in held or viewer.pk not in stand_ins_of(enrolment, role)]


def acting_in(enrolment: Enrolment, role: str) -> Acting:
    """Who does what this role does; no query, see ``people_of``."""
    people = people_of(enrolment)
    holder = next((other for other in CHAINS[role] if people[other]), Who.HR)
    return Acting(holder, people[holder])


def roles_of(viewer: User, enrolment: Enrolment) -> list[str]:
    """The roles in which ``viewer`` acts on this enrolment now: their own first, then those they stand in for. No query."""
    people = people_of(enrolment)
    own = [role for role in CHAINS if any(colleague.pk == viewer.pk for colleague in people[role])]
    return own + [role for role in CHAINS if role not in own and acts_as(viewer, enrolment, role)]


def acts_as(viewer: User, enrolment: Enrolment, role: str) -> bool:
    """Whether what this role does waits for ``viewer``; never what the newcomer does.

    No query but that of their permissions, remembered on ``viewer``.
    """
    if role not in CHAINS or viewer.pk == enrolment.user_id or not viewer.is_active:
        return False
    acting = acting_in(enrolment, role)
    if acting.colleagues:
        return any(colleague.pk == viewer.pk for colleague in acting.colleagues)
    return viewer.has_perm(HR_PERMISSION)


def lead_words(enrolment: Enrolment, role: str, reader: User) -> str:
    """Of several in one role: whom mails about its steps go to, as ``reader``, one of them, is told; else nothing. No query."""
    acting = acting_in(enrolment, role)
    colleagues = acting.colleagues
    if len(colleagues) < 2 or reader not in colleagues:
        return ""
    first = colleagues[0]
    stand_in = stand_ins_of(enrolment, acting.role).get(first.pk)
    words = {
        "names": people_in_words([one.get_full_name() for one in colleagues if one != reader]),
        "lead": first.get_full_name(),
        "supporter": stand_in.stands_in_for.get_full_name() if stand_in else "",
    }
    if stand_in and first == reader:
        return (
            _("You stand in for %(supporter)s: mails about these steps come to you. %(names)s can do them as well.")
            % words
        )
    if stand_in:
        return (
            _("%(lead)s stands in for %(supporter)s and gets the mails about these steps. You can do them as well.")
            % words
        )
    if first == reader:
        return _("You are the lead: mails about these steps come to you. %(names)s can do them as well.") % words
    return _("%(lead)s is the lead and gets the mails about these steps. You can do them as well.") % words


def left_to_hr() -> Q:
    """Enrolments with something to do that nobody but all of HR is left for, as a condition on ``Enrolment``.

    Nobody manages them, or nobody of HR was named: ``acting_in`` says of each step whether that matters for it.
    """
    contacts = Supporter.objects.current().filter(enrolment=OuterRef("pk"), role=Who.HR, colleague__is_active=True)
    waiting = StepProgress.objects.filter(enrolment=OuterRef("pk"), in_plan=True, completed_at=None, waived_at=None)
    handed_in = waiting.filter(submitted_at__isnull=False)
    for_hr = Exists(waiting.filter(assignee=Who.HR)) | Exists(handed_in)
    for_others = Exists(waiting.filter(assignee__in=[Who.BUDDY, Who.MENTOR, Who.MANAGER])) | Exists(handed_in)
    own = Q(manager__is_active=True) | Q(manager=None, user__manager__is_active=True)
    without_manager = ~own & ~Exists(named_managers())
    return ~Exists(contacts) & (for_hr | (without_manager & for_others))
