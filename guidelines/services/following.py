"""Following a manual, and no longer."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Following


@transaction.atomic
def follow_manual(*, user: User, manual_key: UUID) -> bool:
    """From now on ``user`` hears of large changes of this manual and its chapters; again changes nothing.

    Returns whether it is new. Whether they may see the manual is for the caller to know.
    """
    _row, created = Following.objects.get_or_create(
        user=user, manual_key=manual_key, defaults={"followed_at": timezone.now()}
    )
    return created


def unfollow_manual(*, user: User, manual_key: UUID) -> bool:
    """Hear no more of it; returns whether they followed it."""
    deleted, _rows = Following.objects.filter(user=user, manual_key=manual_key).delete()
    return bool(deleted)
