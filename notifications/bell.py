"""How many messages are new: read together with the colleague of the session, so that no page asks for it by itself."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from people.sessions import read_with_session

from .models import Message

ATTRIBUTE = "unseen_messages"


def unseen_of(user) -> int:
    """How many messages this person hasn't seen."""
    count = getattr(user, ATTRIBUTE, None)
    return Message.objects.of(user).unseen().count() if count is None else count


def count_anew(user) -> None:
    """Forget what was read with the session: messages were seen during this request."""
    vars(getattr(user, "_wrapped", user)).pop(ATTRIBUTE, None)


def _unseen() -> Coalesce:
    mine = Message.objects.filter(recipient=OuterRef("pk")).unseen().order_by()
    counted = mine.values("recipient").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


read_with_session(ATTRIBUTE, _unseen)
