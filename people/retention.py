"""How long what is about a person is kept: the periods as they stand, and how much would go by them.

The periods are the organisation's to decide (``RetentionPeriods``); until it confirmed them, nothing goes by itself. An
app that keeps something for such a period says in a module ``personal_data`` or ``jobs`` how much would go, with
``count_due``.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from .models import RetentionPeriods, User

logger = logging.getLogger(__name__)
CONFIRMED = "people.confirm_periods"
_counters: dict[str, Callable[[datetime], int]] = {}


def count_due(kind: str, count: Callable[[datetime], int]) -> None:
    """Have ``count(now)`` say how much of this kind (``RetentionPeriods.KINDS``) is past its period."""
    _counters[kind] = count


def due_counts(now: datetime) -> dict[str, int]:
    """How much of each kind would go now, in the order of the periods; a few counts."""
    return {kind: _counters[kind](now) for kind in RetentionPeriods.KINDS if kind in _counters}


def current_periods() -> RetentionPeriods:
    """The periods as they stand; the proposal where nobody looked at them yet. One query, writes nothing."""
    return RetentionPeriods.objects.first() or RetentionPeriods()


def confirmed_periods(what: str) -> RetentionPeriods | None:
    """The periods, or None, with a line in the log, while they aren't confirmed; ``what`` would have been let go of."""
    periods = current_periods()
    if periods.is_confirmed:
        return periods
    logger.warning("Nothing was let go of (%s): the retention periods aren't confirmed yet.", what)
    return None


@transaction.atomic
def save_periods(*, periods: RetentionPeriods, are_confirmed: bool, by: User | None) -> RetentionPeriods:
    """Keep these periods: confirmed by ``by`` now, or as a proposal that nothing goes by.

    Periods that stand as they were confirmed before stay confirmed, whoever saves them.
    """
    stored = RetentionPeriods.objects.select_for_update().filter(pk=periods.pk).first()
    if are_confirmed:
        periods.confirmed_at, periods.confirmed_by = timezone.now(), by
    elif stored is None or stored.values != periods.values:
        periods.confirmed_at = periods.confirmed_by = None
    else:
        periods.confirmed_at, periods.confirmed_by = stored.confirmed_at, stored.confirmed_by
    periods.save()
    if are_confirmed:
        log(instance=periods, action=CONFIRMED, user=by, data=periods.values)
    return periods
