"""What the index knows of an author who asks to be forgotten."""

from people.forgetting import bylined_models, register

from .outbox import enqueue


@register
def index_anew(person, traces) -> None:
    """Read their texts again once the name is gone from them."""
    for model in bylined_models():
        enqueue(model._base_manager.filter(author=person).values_list("pk", flat=True))
