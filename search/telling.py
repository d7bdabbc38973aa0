"""Tells editors what search asks of them. Asked again, everybody is told once."""

from datetime import timedelta

from django.utils import timezone

from notifications.services import Telling, notify_many

from .message_kinds import READ_WORDS, holders_of
from .models import Promotion, QueryLog
from .querysets import monday_of

AHEAD = timedelta(days=14)


def tell_worklist(now) -> int:
    """Once a week, where there is something to do; how many colleagues were told."""
    today = timezone.localdate(now)
    if not QueryLog.objects.worklist(today).exists():
        return 0
    week = monday_of(today).isoformat()
    editors = holders_of(READ_WORDS).select_related("quiet_hours")
    tellings = [Telling(recipient=editor, key=week, thread="worklist") for editor in editors]
    return notify_many(kind="search.worklist", tellings=tellings, now=now)


def tell_promotions_end(now) -> int:
    """Each owner, two weeks before what they put first ends; how many were told. What was meant for less isn't told."""
    today = timezone.localdate(now)
    ending = Promotion.objects.running(today).filter(ends_on__lte=today + AHEAD, owner__is_active=True)
    tellings = [
        Telling(
            recipient=row.owner,
            key=f"{row.pk}:{row.ends_on}",
            payload={"promotion": row.pk, "ends_on": row.ends_on.isoformat()},
            thread=f"promotion-{row.pk}",
        )
        for row in ending.select_related("owner__quiet_hours")
        if timezone.localdate(row.created_at) < row.ends_on - AHEAD
    ]
    return notify_many(kind="search.promotion_ends", tellings=tellings, now=now)
