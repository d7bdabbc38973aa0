"""Which words are asked how often, and whether they find something: sums of a week, never a question of a person."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import QueryLogQuerySet, Trouble

LONGEST_QUERY = 100
LANGUAGE_CHOICES = settings.LANGUAGES


class QueryLog(models.Model):
    """One query in one language in one week (``week`` is its Monday), counted.

    No person, no session, no moment: a row says the same whoever asked. ``rank_sum`` is the sum of the places that were
    clicked, from 1.
    """

    query = models.CharField(_("words"), max_length=LONGEST_QUERY)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES)
    week = models.DateField(_("week"))
    asked = models.PositiveIntegerField(_("times asked"), default=0)
    without_result = models.PositiveIntegerField(_("times without result"), default=0)
    weak = models.PositiveIntegerField(_("times weak"), default=0)
    clicked = models.PositiveIntegerField(_("times clicked"), default=0)
    rank_sum = models.PositiveBigIntegerField(default=0)
    last_total = models.PositiveIntegerField(_("results the last time"), default=0)

    objects = QueryLogQuerySet.as_manager()

    class Meta:
        verbose_name = _("words that were searched for")
        verbose_name_plural = _("words that were searched for")
        default_permissions = ()
        permissions = [("read_querylog", "Can read which words find nothing")]
        constraints = [
            models.UniqueConstraint(fields=["query", "language", "week"], name="search_query_once_a_week"),
            models.CheckConstraint(
                condition=models.Q(without_result__lte=models.F("asked"))
                & models.Q(weak__lte=models.F("asked") - models.F("without_result"))
                & models.Q(clicked__lte=models.F("asked") - models.F("without_result"))
                & models.Q(rank_sum__gte=models.F("clicked")),
                name="search_query_sums_add_up",
            ),
        ]
        indexes = [models.Index(fields=["week", "asked"], name="search_query_by_week")]

    def __str__(self) -> str:
        return f"{self.query} ({self.language}, {self.week})"

    @property
    def trouble_in_words(self) -> str:
        """What is the matter, of a row of ``of_last_weeks``; empty where nothing is."""
        return str(Trouble(self.trouble).label) if self.trouble else ""

    @property
    def average_place(self) -> float | None:
        """The place that was opened on average, of a row of ``of_last_weeks``."""
        return round(self.ranks / self.times_clicked, 1) if self.times_clicked else None


class QueryDismissal(models.Model):
    """An editor says that nothing has to be done about these words; holds for some weeks."""

    query = models.CharField(_("words"), max_length=LONGEST_QUERY)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGE_CHOICES)
    dismissed_on = models.DateField(_("since"))
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("words that nothing has to be done about")
        verbose_name_plural = _("words that nothing has to be done about")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["query", "language"], name="search_dismissed_once")]

    def __str__(self) -> str:
        return f"{self.query} ({self.language})"
