"""What editors put first for some words, or leave out."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .query_log import LANGUAGE_CHOICES, LONGEST_QUERY


class PromotionQuerySet(models.QuerySet):
    """Reads over promotions."""

    def running(self, today=None):
        """Those that aren't over."""
        return self.filter(ends_on__gte=today or timezone.localdate())


class Promotion(models.Model):
    """A page (by ``page_key``, in every language) that comes first, or not at all, for some words.

    ``words`` are folded as a query is. They count up to and including the day ``ends_on``.
    """

    class Kind(models.TextChoices):
        """What happens to the page."""

        PROMOTED = "promoted", _("comes first")
        BLOCKED = "blocked", _("is left out")

    class Match(models.TextChoices):
        """For which queries."""

        EXACT = "exact", _("exactly these words")
        ALL_WORDS = "all_words", _("all these words, and others")

    words = models.CharField(_("words"), max_length=LONGEST_QUERY)
    match = models.CharField(_("counts for"), max_length=10, choices=Match, default=Match.EXACT)
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=[("", _("both languages")), *LANGUAGE_CHOICES]
    )
    page_key = models.UUIDField(_("page"))
    kind = models.CharField(_("the page"), max_length=10, choices=Kind, default=Kind.PROMOTED)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("owner")
    )
    ends_on = models.DateField(_("last day"))
    note = models.CharField(_("why"), max_length=250, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = _("page put first")
        verbose_name_plural = _("pages put first")
        default_permissions = ("add", "change", "delete")
        constraints = [
            models.UniqueConstraint(
                fields=["words", "match", "language", "page_key", "kind"], name="search_promotion_once"
            ),
            models.CheckConstraint(condition=~models.Q(words=""), name="search_promotion_has_words"),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def is_running(self) -> bool:
        """Whether it counts today."""
        return self.ends_on >= timezone.localdate()
