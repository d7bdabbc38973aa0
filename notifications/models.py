"""The outbox and what people chose about it."""

from django.conf import settings
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from .kinds import CADENCES
from .querysets import MessageQuerySet
from .quiet import default_ends, default_starts


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
        SEEN = "seen", _("not sent: seen in the portal first")
        LAPSED = "lapsed", _("not sent: no longer true")
        FAILED = "failed", _("given up")

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    thread = models.CharField(
        max_length=120, blank=True, help_text=_("Messages of one kind and thread are shown together; empty: by itself.")
    )
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("not before"))
    seen_at = models.DateTimeField(_("seen on"), null=True, blank=True)
    mail = models.CharField(max_length=12, choices=Mail.choices, default=Mail.WAITING)
    mail_at = models.DateTimeField(_("mail: last change"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(
        _("reason"), max_length=300, blank=True, help_text=_("Why the mail went wrong the last time; empty: it didn't.")
    )

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
            models.Index(fields=["recipient", "-created_at"], name="notifications_message_list"),
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
    """When one person may be mailed; no row means the hours of ``MAIL_HOURS`` on their working days.

    ``digest_at`` empty is the start of these hours; ``weekly_on`` as ``datetime.weekday()`` numbers days.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField(_("messages from"), default=default_starts)
    ends = models.TimeField(_("until"), default=default_ends)
    weekends = models.BooleanField(_("also on days I don't work"), default=False)
    digest_at = models.TimeField(_("daily and weekly mail at"), null=True, blank=True)
    weekly_on = models.PositiveSmallIntegerField(_("weekly mail on"), choices=list(WEEKDAYS.items()), default=0)

    class Meta:
        verbose_name = _("quiet hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__gt=models.F("starts")), name="notifications_open_before_close"
            ),
            models.CheckConstraint(condition=models.Q(weekly_on__lte=6), name="notifications_weekly_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts}-{self.ends}"


class JobRun(models.Model):
    """When a job with an interval of its own last ran: claimed by one conditional UPDATE, so one worker does it.

    ``ended_at`` is when the run that began last came to a good end: empty while it is busy, and for good where it was cut off.
    One without an interval has a row from its first failure on. ``failures`` counts those in a row; ``error`` is the class of
    the last and the id by which the log has it.
    """

    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, db_default=0)
    error = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name = _("run of a job")
        verbose_name_plural = _("runs of jobs")

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M}"
