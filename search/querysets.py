"""Reads over the log of words."""

from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

# Fewer could be one colleague's own words.
LEAST_TIMES = 3
WEEKS_BACK = 4
DISMISSED_WEEKS = 13


class Trouble(models.TextChoices):
    """What is the matter with words that are asked."""

    NOTHING = "nothing", _("finds nothing")
    WEAK = "weak", _("finds little that fits")
    NO_CLICK = "no_click", _("nothing is opened")


def monday_of(day: date) -> date:
    """The first day of the ISO week that ``day`` is in."""
    return day - timedelta(days=day.weekday())


class QueryLogQuerySet(models.QuerySet):
    """Reads; none gives words asked fewer than ``LEAST_TIMES`` times."""

    def of_last_weeks(self, today: date):
        """One row for each query and language of the last four weeks and this one, asked often enough to be shown.

        Each is the row of its last week, with the sums ``times``, ``times_without``, ``times_weak``, ``times_clicked`` and
        ``ranks`` over these weeks, ``trouble`` (empty: none) and ``is_dismissed``.
        """
        start = monday_of(today) - timedelta(weeks=WEEKS_BACK)
        rows = self.model.objects.filter(week__gte=start, week__lte=today)
        same = rows.filter(query=OuterRef("query"), language=OuterRef("language")).order_by()
        dismissals = apps.get_model("search", "QueryDismissal").objects.filter(
            query=OuterRef("query"),
            language=OuterRef("language"),
            dismissed_on__gt=today - timedelta(weeks=DISMISSED_WEEKS),
        )
        return (
            self.filter(week__gte=start, week__lte=today)
            .exclude(Exists(same.filter(week__gt=OuterRef("week"))))
            .annotate(
                times=_sum(same, "asked"),
                times_without=_sum(same, "without_result"),
                times_weak=_sum(same, "weak"),
                times_clicked=_sum(same, "clicked"),
                ranks=_sum(same, "rank_sum"),
                is_dismissed=Exists(dismissals),
            )
            .filter(times__gte=LEAST_TIMES)
            .annotate(
                trouble=Case(
                    When(last_total=0, then=Value(Trouble.NOTHING.value)),
                    When(times_clicked__gt=0, then=Value("")),
                    # The sums of this week alone: what was mended since shows itself there.
                    When(weak__gt=0, then=Value(Trouble.WEAK.value)),
                    default=Value(Trouble.NO_CLICK.value),
                    output_field=models.CharField(),
                )
            )
        )

    def worklist(self, today: date):
        """Those that somebody should look at, the most asked first."""
        return self.of_last_weeks(today).filter(is_dismissed=False).exclude(trouble="").order_by("-times", "query")

    def never_shown(self, today: date):
        """Rows that were asked too seldom to be shown, and are too old to become so."""
        start = monday_of(today) - timedelta(weeks=WEEKS_BACK)
        return self.filter(Q(week__lt=start) & Q(asked__lt=LEAST_TIMES))


def _sum(rows, name: str):
    total = rows.values("query", "language").annotate(total=Sum(F(name))).values("total")
    return Coalesce(Subquery(total, output_field=IntegerField()), 0)
