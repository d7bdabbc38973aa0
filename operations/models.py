"""Records of running the portal."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from .audit.models import AuditEntry  # noqa: F401
from .querysets import BackupRunQuerySet


class BackupRun(models.Model):
    """One backup, written when it ended: a backup never holds the record of itself, and one that was killed leaves none."""

    class State(models.TextChoices):
        GOOD = "good", _("good")
        FAILED = "failed", _("failed")

    state = models.CharField(_("outcome"), max_length=6, choices=State.choices)
    started_at = models.DateTimeField(_("begun on"))
    finished_at = models.DateTimeField(_("ended on"))
    place = models.CharField(
        _("file"), max_length=500, blank=True, help_text=_("Where it is; empty: it came to nothing.")
    )
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    files = models.PositiveIntegerField(_("uploaded files in it"), default=0)
    missing_files = models.PositiveIntegerField(
        _("files that were gone"),
        default=0,
        help_text=_("The database points to them, and they weren't there to copy."),
    )
    encrypted = models.BooleanField(_("encrypted"), default=False)
    error = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it failed; empty: it didn't."))

    objects = BackupRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-started_at", "-pk"]
        indexes = [models.Index(fields=["state", "-started_at"], name="operations_backup_last")]
        permissions = [("read_status", "Can see how the portal runs")]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.state}"

    @property
    def duration(self) -> timedelta:
        """How long it took."""
        return self.finished_at - self.started_at
