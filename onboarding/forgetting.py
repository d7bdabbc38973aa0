"""How far somebody who asks to be forgotten was, and whom they helped."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.forgetting import register
from people.holding import register_hold

from .models import Enrolment, PreboardingInvitation, Supporter
from .reading import forget_people
from .services.erasing import erase_enrolment


@register
def forget_onboarding(person, traces) -> None:
    """Delete their paths with all that is in them, and take them from the people around others.

    What happened stays as nobody's, so that totals stay right. What they did for others keeps pointing to the empty
    account; what they typed for others is theirs to read on.
    """
    for supporter in Supporter.objects.filter(Q(colleague=person) | Q(stands_in_for=person)).select_related(
        "enrolment"
    ):
        forget_people(supporter.enrolment)
        supporter.delete()
    PreboardingInvitation.objects.filter(user=person).delete()
    for enrolment in Enrolment.objects.filter(user=person):
        erase_enrolment(enrolment=enrolment)


register_hold(
    "onboarding",
    people=lambda: Enrolment.objects.filter(on_legal_hold=True).values("user"),
    words=_(
        "Their onboarding is kept on purpose, for a dispute or an inquiry. HR takes that away first: Enrolments > the "
        "enrolment > No longer keep everything."
    ),
)
