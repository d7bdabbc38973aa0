"""Messages and choices of somebody who asks to be forgotten."""

from people.forgetting import register

from .models import Message, Preference, QuietHours


@register
def forget_messages(person, traces) -> None:
    """Throw them away: they are about nobody any more."""
    for model, field in ((Message, "recipient"), (Preference, "user"), (QuietHours, "user")):
        model.objects.filter(**{field: person}).delete()
