"""Meetings that steps ask for."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..meeting_querysets import OfStepQuerySet
from .progress import StepProgress


class Meeting(models.Model):
    """An agreed meeting for a step; ``sequence`` counts its changes, for the calendars it was put in (RFC 5545)."""

    progress = models.OneToOneField(StepProgress, on_delete=models.CASCADE, related_name="meeting")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    place = models.CharField(_("where"), max_length=200, blank=True)
    with_whom = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OfStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")

    def __str__(self) -> str:
        return f"{self.uid} ({self.sequence})"


class CheckInPoint(models.Model):
    """One point of a check-in: for the agenda, or of what was said and agreed. Both sides read all of it.

    The id comes from the form, so that a second click is no second point. ``version`` counts the changes, so that who had
    an older text before them overwrites nothing.
    """

    class Part(models.TextChoices):
        AGENDA = "agenda", _("agenda")
        NOTES = "notes", _("notes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    progress = models.ForeignKey(StepProgress, on_delete=models.CASCADE, related_name="check_in_points")
    part = models.CharField(max_length=6, choices=Part.choices)
    text = models.TextField(_("text"), max_length=2000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    discussed_at = models.DateTimeField(_("discussed on"), null=True, blank=True)

    objects = OfStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("point of a check-in")
        verbose_name_plural = _("points of check-ins")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(part="agenda") | models.Q(part="notes", discussed_at__isnull=True),
                name="onboarding_only_agenda_is_discussed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.progress_id} {self.part}"
