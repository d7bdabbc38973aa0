"""What somebody put on their own path."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..own_step_querysets import OwnStepQuerySet
from .enrolments import Enrolment


class OwnStep(models.Model):
    """A page that somebody put on their own path, to read for a competency; theirs alone, and counted nowhere.

    ``page_key`` is the ``translation_key`` of the page, ``anchor`` that of a tip in it, or empty.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="own_steps")
    page_key = models.UUIDField()
    anchor = models.CharField(max_length=200, blank=True)
    competency_key = models.UUIDField()
    added_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)

    objects = OwnStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of one’s own")
        verbose_name_plural = _("steps of one’s own")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "page_key", "anchor"], name="onboarding_own_step_once_per_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.page_key} {self.anchor}"
