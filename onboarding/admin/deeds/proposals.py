"""What the portal proposes, accepted or declined as a whole, for one or many; to choose of one there is ``fitting``."""

from functools import partial

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from ...models import Enrolment
from ...proposed_managers import MANAGER
from ...proposed_steps import STEPS
from ...services.changing_manager import accept_manager, decline_manager, propose_manager
from ...services.fitting import accept_steps, propose_steps
from ..deed import Deed, DeedForm, add_deed
from .refusing import in_words


class WholeForm(DeedForm):
    """All that a kind proposes; nothing to fill in."""

    kind = None

    @cached_property
    def proposed(self) -> dict[int, list[str]]:
        """What is proposed now, by enrolment."""
        return self.kind.find(Enrolment.objects.filter(pk__in=[each.pk for each in self.enrolments]), self.reader)

    def change_words(self, enrolment: Enrolment) -> str:
        """The same for one, to stand in the preview."""
        return ", ".join(self.proposed.get(enrolment.pk, ()))


class StepsForm(WholeForm):
    """Of steps."""

    kind = STEPS


class ManagerForm(WholeForm):
    """Of another manager."""

    kind = MANAGER


def proposes_steps(enrolment: Enrolment) -> bool:
    """Whether steps wait to be decided on."""
    proposal = propose_steps(enrolment=enrolment)
    return enrolment.ended_on is None and bool(proposal.add or proposal.remove)


def proposes_manager(enrolment: Enrolment) -> bool:
    """Whether another manager waits to be decided on."""
    return propose_manager(enrolment) is not None


def accept_all_steps(enrolment: Enrolment, data: dict, actor) -> None:
    """Add and take off whatever is proposed."""
    proposal = propose_steps(enrolment=enrolment)
    add, remove = ([step.key for step in steps] for steps in (proposal.add, proposal.remove))
    accept_steps(enrolment=enrolment, add=add, remove=remove, actor=actor)


def decline_all_steps(enrolment: Enrolment, data: dict, actor) -> None:
    """Leave the plan as it is."""
    proposal = propose_steps(enrolment=enrolment)
    accept_steps(enrolment=enrolment, decline=[step.key for step in (*proposal.add, *proposal.remove)], actor=actor)


with_many = partial(Deed, with_one=False, with_many=True, back_to="enrolments:proposals")

add_deed(
    with_many(
        slug=STEPS.accept,
        label=gettext_lazy("Accept the proposed steps"),
        do=in_words(accept_all_steps),
        done=gettext_lazy("The plan fits."),
        form=StepsForm,
        intro=gettext_lazy("What is proposed is added to the plans, or taken off."),
        applies=proposes_steps,
        icon="check",
    )
)
add_deed(
    with_many(
        slug=STEPS.decline,
        label=gettext_lazy("Decline the proposed steps"),
        do=in_words(decline_all_steps),
        done=gettext_lazy("The plan stays as it is."),
        form=StepsForm,
        intro=gettext_lazy(
            "The plans stay as they are. It isn't proposed again while step and colleague stay what they are."
        ),
        applies=proposes_steps,
        icon="cross",
    )
)
add_deed(
    with_many(
        slug=MANAGER.accept,
        label=gettext_lazy("Accept the new managers"),
        do=in_words(lambda e, data, by: accept_manager(enrolment=e, actor=by)),
        done=gettext_lazy("The plan fits."),
        form=ManagerForm,
        intro=gettext_lazy("The new manager follows the path; what is open goes along, what is done keeps its name."),
        applies=proposes_manager,
        icon="check",
    )
)
add_deed(
    with_many(
        slug=MANAGER.decline,
        label=gettext_lazy("Keep the managers of before"),
        do=in_words(lambda e, data, by: decline_manager(enrolment=e, actor=by)),
        done=gettext_lazy("The plan stays as it is."),
        form=ManagerForm,
        intro=gettext_lazy("The manager of before stays on the path, until the colleague gets yet another."),
        applies=proposes_manager,
        icon="cross",
    )
)
