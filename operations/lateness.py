"""From when on something is late: one judgement for ``manage.py doctor``, the status report and its panel."""

from dataclasses import dataclass
from datetime import timedelta

from notifications.job_states import QUIET_FOR


@dataclass(frozen=True)
class Bounds:
    """Older than ``late``: somebody should look. Older than ``missed``: it doesn't work any more."""

    late: timedelta
    missed: timedelta


TASKS = Bounds(timedelta(minutes=5), timedelta(hours=1))
INDEX = Bounds(timedelta(minutes=15), timedelta(hours=1))
# A job of every portal runs each five minutes, so a round does too.
ROUND = Bounds(QUIET_FOR, timedelta(hours=1))
# Each round mails what is due or puts it off to the hour its receiver wants.
MAILS = Bounds(timedelta(hours=1), timedelta(hours=4))
# Counted from when it was told, for each try puts the next one off. A server that greylists takes it the second time.
REFUSED = Bounds(timedelta(hours=1), timedelta(hours=4))
# A night, and the time that a large one takes.
BACKUP = Bounds(timedelta(hours=30), timedelta(days=7))
