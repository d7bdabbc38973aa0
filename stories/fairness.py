"""How fairly and how fast stories are dealt with, for everybody to see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from base.stamp import remembered

from .models import Submission

FEWEST = 5
PERIOD = timedelta(days=365)
HOUR, DAY = 60 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Fairness:
    """Figures over the last twelve months; None where there are too few stories to say.

    ``seconds`` is the median time from sending to publishing, ``declined`` a whole percentage.
    """

    seconds: float | None
    declined: int | None

    @property
    def time_in_words(self) -> str:
        """``about 2 days``; empty where there are too few."""
        if self.seconds is None:
            return ""
        if self.seconds < HOUR:
            return _("less than an hour")
        if self.seconds < 2 * DAY:
            hours = round(self.seconds / HOUR)
            return ngettext("about %(count)d hour", "about %(count)d hours", hours) % {"count": hours}
        days = round(self.seconds / DAY)
        return ngettext("about %(count)d day", "about %(count)d days", days) % {"count": days}


def fairness_of(channel) -> Fairness:
    """The figures of a channel, in all its languages; worked out once a day and content stamp."""
    day = timezone.localdate().isoformat()
    return remembered(f"fairness:{channel.translation_key}:{day}", lambda: work_out(channel, timezone.now()))


def work_out(channel, now: datetime) -> Fairness:
    """The same, without remembering."""
    rows = Submission.objects.in_channel(channel).with_outcome(since=now - PERIOD)
    times = [(published - sent).total_seconds() for sent, published in rows if sent and published]
    declined = sum(1 for _sent, published in rows if not published)
    return Fairness(
        seconds=median(times) if len(times) >= FEWEST else None,
        declined=round(100 * declined / len(rows)) if len(rows) >= FEWEST else None,
    )
