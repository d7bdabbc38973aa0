"""The roles that have something to do on a path and that nobody has: told wherever somebody is put on one.

Nothing stays undone for want of somebody (see ``supporting.CHAINS``); but who takes it over should be a choice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import User

from .models import Supporter
from .outline import Outline, Step
from .plan.audience import Member
from .roles import Who


@dataclass(frozen=True)
class Missing:
    """A role that nobody has; ``does`` is whether it has steps of its own, or only looks at what is handed in."""

    role: str
    does: bool

    @property
    def label(self) -> str:
        """The role in the language that is active."""
        return str(Who(self.role).label)

    @property
    def words(self) -> str:
        """A warning."""
        if self.does:
            words = _("%(role)s: nobody is chosen, and this role has steps to do. Others take them over.")
        else:
            words = _("%(role)s: nobody is chosen, and this role looks at what is handed in. Others take that over.")
        return words % {"role": self.label}


def missing_roles(steps: Iterable[tuple[str, str]], there: Iterable[str]) -> tuple[Missing, ...]:
    """What is missing of who does these steps and who signs them off, ``(assignee, signed_off_by)``; ``there`` are the roles
    that somebody has."""
    steps, there = list(steps), {*there, Who.NEWCOMER.value, ""}
    doing = {assignee for assignee, _signer in steps} - there
    signing = {signer for _assignee, signer in steps} - there
    return tuple(Missing(role, role in doing) for role in Who.values if role in doing | signing)


def steps_for(outline: Outline, member: Member | None) -> list[Step]:
    """The steps of the path that are for ``member``; None for somebody who is in nothing, so only those for everybody."""
    return [
        step
        for step in outline.steps
        if step.audience.is_everybody or (member is not None and step.audience.includes(member))
    ]


def who_is_there(supporters: Iterable[str], manager: User | None) -> set[str]:
    """The roles that somebody has: those that were chosen, and the manager where there is one who works here."""
    own = {Supporter.Role.MANAGER.value} if manager is not None and manager.is_active else set()
    return {str(role) for role in supporters} | own
