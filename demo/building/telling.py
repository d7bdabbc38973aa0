"""What the demo's people were told: on the bell, never by mail."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from notifications.models import Message

# So many of each colleague's messages are still new on the bell; what is older was seen.
UNSEEN = 3


@contextmanager
def told_by_bell() -> Iterator[None]:
    """Messages made in this block are for the bell alone: nobody gets mail about what the demo says happened last week."""
    before = set(Message.objects.values_list("pk", flat=True))
    yield
    told = Message.objects.exclude(pk__in=before)
    told.update(mail=Message.Mail.NOT_WANTED)
    _see_older(told)


def _see_older(messages) -> None:
    by_person: dict[int, list[int]] = {}
    for pk, person in messages.order_by("-created_at", "-pk").values_list("pk", "recipient"):
        by_person.setdefault(person, []).append(pk)
    older = [pk for keys in by_person.values() for pk in keys[UNSEEN:]]
    Message.objects.filter(pk__in=older).update(seen_at=timezone.now())
