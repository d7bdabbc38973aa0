"""The plan of somebody who asks to be forgotten: theirs alone, so nothing of it stays."""

from people.forgetting import register

from .models import Goal


@register
def forget_plan(person, traces) -> None:
    """Delete their goals, and the evidence beside them."""
    Goal.objects.filter(user=person).delete()
