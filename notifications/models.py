"""The outbox and what people chose about it."""

from datetime import time

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .kinds import CADENCES
from .querysets import MessageQuerySet


class Message(models.Model):
    """One thing to tell one person, once: the row is both the bell's entry and the mail's.

    ``key`` names the occurrence ("story 12 approved at revision 40"), so telling it again is a no-op whoever asks.
    """

    class Mail(models.TextChoices):
        WAITING = "waiting", _("waiting")
        # Written before the mail server is spoken to: a process that dies after this may have sent it, so nobody
        # tries again. Never twice matters more than surely once; the bell has it anyway.
        HANDED_OVER = "handed_over", _("handed to the mail server")
        SENT = "sent", _("sent")
        NOT_WANTED = "not_wanted", _("not by mail")
        LAPSED = "lapsed", _("no longer true")
        FAILED = "failed", _("given up")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("not before"))
    seen_at = models.DateTimeField(_("seen on"), null=True, blank=True)
    mail = models.CharField(max_length=12, choices=Mail.choices, default=Mail.WAITING)
    mail_at = models.DateTimeField(_("mail: last change"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "kind", "key"], name="notifications_message_once_per_key")
        ]
        indexes = [
            models.Index(fields=["mail", "due_at"], name="notifications_message_due"),
            models.Index(fields=["recipient", "seen_at"], name="notifications_message_bell"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.key}"


class Preference(models.Model):
    """How one person wants one kind of message by mail; no row means the kind's own default."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_preferences")
    kind = models.CharField(max_length=60)
    cadence = models.CharField(max_length=8, choices=CADENCES)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notifications_preference_one_per_kind")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind}: {self.cadence}"


class QuietHours(models.Model):
    """When one person may be mailed; no row means 07:00 to 19:00 on their working days."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField(_("messages from"), default=time(7, 0))
    ends = models.TimeField(_("until"), default=time(19, 0))
    weekends = models.BooleanField(_("also on days I don't work"), default=False)

    class Meta:
        verbose_name = _("quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="notifications_open_before_close"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts}-{self.ends}"
