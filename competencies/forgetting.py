"""Where somebody stood, when they ask to be forgotten."""

from people.forgetting import register

from . import forgetting_plan  # noqa: F401 - says how a plan is forgotten
from .models import Assessment, Rating, ReadMark, Sharing


@register
def forget_assessments(person, traces) -> None:
    """Their own go as a whole. What they scored of others stays those others', without the words."""
    Assessment.objects.filter(user=person).delete()
    ReadMark.objects.filter(user=person).delete()
    Rating.objects.filter(sharing__assessor=person, by=Rating.By.ASSESSOR).update(example="")
    Sharing.objects.filter(assessor=person, submitted_at__isnull=True).delete()
