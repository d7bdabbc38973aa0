"""Who a question goes to, and who signs off what was handed in."""

from people.models import User

from .models import Enrolment
from .roles import Who
from .supporting import acts_as, fetched, people_of
from .visibility import HR_PERMISSION
from .walking_along import hr_colleagues, who_does


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


def signer_of(enrolment: Enrolment, role: str) -> User | None:
    """Who signs off what asks for this role now; see ``walking_along.who_does``."""
    return who_does(enrolment, role)


def may_sign_off(viewer: User, enrolment: Enrolment, role: str) -> bool:
    """Whether this colleague may sign off: one it waits for, or HR on their behalf; never the person. Three queries."""
    if viewer.pk == enrolment.user_id or not role:
        return False
    if viewer.has_perm(HR_PERMISSION):
        return True
    return acts_as(viewer, fetched(Enrolment.objects.filter(pk=enrolment.pk)).get(), role)
