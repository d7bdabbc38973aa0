"""Who walks along: one colleague for each role, all that something goes to, who gets a question, and who signs off."""

from collections.abc import Iterable

from people.models import User

from .models import Enrolment
from .roles import Who
from .supporting import CHAINS, acting_in, acts_as, fetched, people_of
from .visibility import HR_PERMISSION

# The group of people.roles.
HR = "HR"


def hr_colleagues() -> list[User]:
    """Everybody of HR who works here, in a fixed order; one query."""
    return list(User.objects.active().filter(groups__name=HR).select_related("quiet_hours").order_by("pk"))


def who_does(enrolment: Enrolment, role: str) -> User | None:
    """Who does now what this role (``Who``) does: the one who has it, or the next in ``supporting.CHAINS``.

    The first of HR where nobody is left; None where there is no HR either. Five queries at most; for a list take
    ``who_does_many``.
    """
    return who_does_many([enrolment]).get((enrolment.pk, role))


def who_does_many(enrolments: Iterable[Enrolment]) -> dict[tuple[int, str], User]:
    """``{(enrolment id, role): colleague}`` for every role, a role that nobody has left out; as many queries for any number."""
    hr = hr_colleagues()
    found = {}
    for enrolment in fetched(Enrolment.objects.filter(pk__in=[enrolment.pk for enrolment in enrolments])):
        found[enrolment.pk, Who.NEWCOMER.value] = enrolment.user
        for role in CHAINS:
            if colleagues := colleagues_for(enrolment, role, hr):
                found[enrolment.pk, role] = colleagues[0]
    return {(pk, str(role)): colleague for (pk, role), colleague in found.items()}


def colleagues_for(enrolment: Enrolment, role: str, hr: list[User]) -> tuple[User, ...]:
    """Everybody who does what waits for this role, the lead first; no query. ``enrolment`` comes from ``supporting.fetched``.

    Several buddies all have it on their list; ``hr`` (``hr_colleagues()``) where it is left to them.
    """
    if role == Who.NEWCOMER:
        return (enrolment.user,) if enrolment.user.is_active else ()
    colleagues = acting_in(enrolment, role).colleagues or hr
    return tuple(colleague for colleague in colleagues if colleague.pk != enrolment.user_id)


def told_for(enrolment: Enrolment, role: str, hr: list[User]) -> tuple[User, ...]:
    """Who is mailed about what waits for this role: of several the lead; all of HR where it is left to them. As ``colleagues_for``."""
    colleagues = colleagues_for(enrolment, role, [])
    return colleagues[:1] or colleagues_for(enrolment, role, hr)


def first_in_role(enrolment: Enrolment, roles: list[str], *, besides: tuple[int | None, ...] = ()) -> User | None:
    """The first colleague in these roles (see ``Who``) who works here, nobody of ``besides`` and never the person.

    Somebody of HR stands in for an HR contact; None for nobody. Four queries at most.
    """
    people = people_of(fetched(Enrolment.objects.filter(pk=enrolment.pk)).get())
    found = [colleague for role in roles for colleague in people[role]]
    if Who.HR in roles and not any(colleague.pk not in besides for colleague in found):
        found += hr_colleagues()
    left_out = (enrolment.user_id, *besides)
    return next((colleague for colleague in found if colleague.pk not in left_out), None)


def may_sign_off(viewer: User, enrolment: Enrolment, role: str) -> bool:
    """Whether this colleague may sign off: one it waits for, or HR on their behalf; never the person. Three queries."""
    if viewer.pk == enrolment.user_id or not role:
        return False
    if viewer.has_perm(HR_PERMISSION):
        return True
    return acts_as(viewer, fetched(Enrolment.objects.filter(pk=enrolment.pk)).get(), role)
