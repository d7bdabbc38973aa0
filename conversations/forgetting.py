"""Reactions of somebody who asks to be forgotten."""

from people.forgetting import register

from .models import Reaction


@register
def forget_reactions(person, traces) -> None:
    """Keep that somebody was moved; forget who."""
    Reaction.objects.filter(user=person).update(user=None)
