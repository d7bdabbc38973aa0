"""What the index knows of an author who asks to be forgotten."""

from people.forgetting import bylined_models, register

from .models import Promotion, QueryDismissal
from .outbox import enqueue


@register
def index_anew(person, traces) -> None:
    """Read their texts again once the name is gone from them."""
    for model in bylined_models():
        enqueue(model._base_manager.filter(author=person).values_list("pk", flat=True))


@register
def forget_upkeep(person, traces) -> None:
    """What they put first for words goes on without them, and so does what they put aside."""
    Promotion.objects.filter(owner=person).update(owner=None)
    QueryDismissal.objects.filter(dismissed_by=person).update(dismissed_by=None)
