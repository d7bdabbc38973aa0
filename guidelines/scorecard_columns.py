"""What readers' feedback adds to the scorecard of manuals."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .feedback_querysets import FEWEST_VOTES
from .models import Feedback
from .scorecards import Column, Figure, Text, register

# A manual that nobody finds useful weighs as much as a few overdue texts.
WORST = 5


def useful_figures(texts: Iterable[Text]) -> dict[UUID, Figure]:
    """The share of votes that found a manual's texts useful; one query.

    Of each text the newest version with enough votes to be shown beside it: fewer could be told apart by subtraction.
    """
    groups = (
        Feedback.objects.order_by("edition")
        .values("page_key", "edition")
        .annotate(total=Count("pk"), useful=Count("pk", filter=Q(is_useful=True)))
        .filter(total__gte=FEWEST_VOTES)
    )
    # The last one stays.
    newest = {row["page_key"]: row for row in groups}
    total, useful = Counter(), Counter()
    for text in texts:
        if (row := newest.get(text.key)) is not None:
            total[text.manual] += row["total"]
            useful[text.manual] += row["useful"]
    return {
        manual: Figure(
            _("%(percent)s%% of %(count)s") % {"percent": useful[manual] * 100 // count, "count": count},
            harm=WORST * (count - useful[manual]) / count,
        )
        for manual, count in total.items()
    }


register(Column("useful", gettext_lazy("Found useful"), useful_figures))
