"""Writes of conversations: reacting, and taking it back."""

from django.db import transaction

from .models import Reaction
from .targets import target_for


@transaction.atomic
def add_reaction(*, user, page, kind: str) -> bool:
    """``user`` reacts to ``page``, which they may see; again changes nothing. Returns whether it is new.

    Raises ValueError for a kind that isn't there, LookupError for a page type or a person without reactions.
    """
    if kind not in Reaction.Kind.values:
        raise ValueError(kind)
    target = target_for(type(page))
    if target is None or not target.may_react(page, user):
        raise LookupError(page.pk)
    _reaction, created = Reaction.objects.get_or_create(user=user, translation_key=page.translation_key, kind=kind)
    if created:
        target.reacted(page, user)
    return created


def remove_reaction(*, user, page, kind: str) -> bool:
    """Take a reaction back; one that isn't there changes nothing. Returns whether it was there."""
    deleted, _rows = Reaction.objects.filter(user=user, translation_key=page.translation_key, kind=kind).delete()
    return bool(deleted)
