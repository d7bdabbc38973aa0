"""Reports on a story or one of its photos."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from base.models import PortalImage

from .pages import StoryPage


class StoryReport(models.Model):
    """One colleague's worry. The author never learns whose."""

    class Reason(models.TextChoices):
        ABUSE = "abuse", _("It hurts somebody")
        PRIVACY = "privacy", _("It shows something private")
        WRONG = "wrong", _("It isn't true")
        OTHER = "other", _("Something else")

    class Outcome(models.TextChoices):
        OPEN = "", _("not yet looked at")
        UPHELD = "upheld", _("you were right")
        REJECTED = "rejected", _("it stays")

    story = models.ForeignKey(StoryPage, on_delete=models.CASCADE, related_name="reports")
    image = models.ForeignKey(PortalImage, null=True, blank=True, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="story_reports")
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices)
    comment = models.TextField(_("what is the matter"), blank=True, max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    outcome_comment = models.TextField(blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["story", "reporter"],
                condition=models.Q(outcome="", image__isnull=True),
                name="stories_report_one_open_per_story",
            ),
            models.UniqueConstraint(
                fields=["story", "image", "reporter"],
                condition=models.Q(outcome="", image__isnull=False),
                name="stories_report_one_open_per_photo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.reason}"
