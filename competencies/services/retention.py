"""Where somebody stood, and what they planned and ticked off, is kept no longer than the organisation confirmed, counted from their last day at work."""

import logging
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from people.holding import on_hold
from people.models import RetentionPeriods, User
from people.retention import confirmed_periods, count_due, current_periods

from ..models import Assessment, Goal, ReadMark

logger = logging.getLogger(__name__)
KIND = "assessments"


# What goes together: all of it is about one person and nobody else.
KEPT = (Assessment, Goal, ReadMark)


def due(model: type[Model], now: datetime, periods: RetentionPeriods | None = None) -> QuerySet:
    """The rows of this model of who left long enough ago; nothing of whom something is kept on purpose.

    Where an account was closed and no last day filled in, it counts from when they last signed in, or it was made.
    """
    limit = (periods or current_periods()).before(KIND, now).date()
    seen = TruncDate(Coalesce("last_login", "date_joined"))
    left = Q(end_date__lte=limit) | Q(end_date=None, is_active=False, seen__lte=limit)
    people = User.objects.annotate(seen=seen).filter(left).exclude(on_hold())
    return model._default_manager.filter(user__in=people.values("pk"))


count_due(KIND, lambda now: sum(due(model, now).count() for model in KEPT))


def retain_assessments(now: datetime) -> int:
    """Delete what is older than it may be, with all scores and evidence in it; returns how many of ``KEPT``.

    Nothing until the periods are confirmed.
    """
    periods = confirmed_periods("assessments")
    if periods is None:
        return 0
    count = sum(due(model, now, periods).delete()[1].get(model._meta.label, 0) for model in KEPT)
    if count:
        logger.info("%s assessments, goals and ticks were kept long enough and are gone.", count)
    return count
