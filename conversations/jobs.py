"""What the clock does to questions."""

import logging
from datetime import datetime, time

from django.db import transaction
from django.db.models import F

from notifications.jobs import register_job
from people.holding import on_hold
from people.retention import confirmed_periods, count_due, current_periods

from .models import Question

logger = logging.getLogger(__name__)
KIND = "questions"


def _due(now: datetime, periods=None):
    before = (periods or current_periods()).before(KIND, now)
    return Question.objects.outlived(before).exclude(on_hold("asker"))


count_due(KIND, lambda now: _due(now).count())


@transaction.atomic
def retain_questions(now: datetime) -> int:
    """Delete questions that were kept long enough; published ones lose who asked, in what words, and stay. Returns how many.

    Nothing until the periods are confirmed.
    """
    periods = confirmed_periods(KIND)
    if periods is None:
        return 0
    due = _due(now, periods)
    count = due.filter(is_public=True).update(asker=None, text=F("public_text"))
    count += due.filter(is_public=False).delete()[1].get(Question._meta.label, 0)
    if count:
        logger.info("%s questions were kept long enough.", count)
    return count


register_job("questions retention", retain_questions, at=time(2, 20))
