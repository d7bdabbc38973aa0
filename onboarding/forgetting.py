"""How far somebody who asks to be forgotten was, and whom they helped."""

from people.forgetting import register

from .models import Enrolment, Supporter
from .reading import forget_people


@register
def forget_onboarding(person, traces) -> None:
    """Delete their paths with their progress, and take them from the people around others."""
    for supporter in Supporter.objects.filter(colleague=person).select_related("enrolment"):
        forget_people(supporter.enrolment)
        supporter.delete()
    Enrolment.objects.filter(user=person).delete()
