"""What was done to keep texts right: checks, delays, who took over from whom, and what was told about it.

All of it hangs on the translation key: a text is one text, whatever its languages.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

REASON_LENGTH = 300
MOST_DELAYS = 2


class Review(models.Model):
    """One thing somebody did, or that happened, to who answers for a text or to when it is checked."""

    class Kind(models.TextChoices):
        CHECKED = "checked", _("still right")
        POSTPONED = "postponed", _("postponed")
        OFFERED = "offered", _("asked a colleague to take over")
        TAKEN_OVER = "taken_over", _("took over")
        DECLINED = "declined", _("did not take over")
        WITHDRAWN = "withdrawn", _("took the question back")
        HANDED_OVER = "handed_over", _("handed over when the owner left")
        DEPUTY_LEFT = "deputy_left", _("the deputy left")
        ORPHANED = "orphaned", _("nobody answers for it since the owner left")

    page_key = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="manual_reviews"
    )
    to = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("why"), max_length=REASON_LENGTH, blank=True)
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField()
    # Of a delay: the day it was for, the day it is for, and whether it is the first or the second since the last check.
    was = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    delay = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("check of a text")
        verbose_name_plural = _("checks of texts")
        ordering = ["-at", "-pk"]
        permissions = [("govern_manuals", "Can see how manuals are kept up and hand them over")]
        constraints = [
            models.UniqueConstraint(
                fields=["page_key", "on"], condition=Q(kind="checked"), name="guidelines_checked_once_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(kind="postponed")
                | Q(delay__gte=1, delay__lte=MOST_DELAYS, until__isnull=False) & ~Q(reason=""),
                name="guidelines_postponed_twice_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.kind}"


class Delegation(models.Model):
    """A colleague is asked to answer for a text from now on; until they say yes, nothing changes."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("taken back")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page_key = models.UUIDField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manuals_offered")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manuals_asked_for")
    note = models.CharField(_("note"), max_length=REASON_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("text that is handed on")
        verbose_name_plural = _("texts that are handed on")
        constraints = [
            models.UniqueConstraint(
                fields=["page_key"], condition=Q(state="open"), name="guidelines_one_colleague_asked_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(by=models.F("to")), name="guidelines_handed_on_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.state}"


class ReviewReminder(models.Model):
    """That somebody was told of a text that is due on a day: so many days before it at most."""

    page_key = models.UUIDField()
    review_by = models.DateField()
    days_before = models.PositiveSmallIntegerField()
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reminder of a check")
        verbose_name_plural = _("reminders of checks")
        constraints = [
            models.UniqueConstraint(
                fields=["page_key", "review_by", "days_before"], name="guidelines_reminded_once_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.review_by} -{self.days_before}"
