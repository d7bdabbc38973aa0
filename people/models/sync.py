"""Each time colleagues were taken over from a file of HR: what came of it, without a name in it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ColleaguesSync(models.Model):
    """One reading of a file with colleagues. Who joined or left stands in the history of the accounts, not here."""

    class State(models.TextChoices):
        DONE = "done", _("done")
        NOTHING = "nothing", _("nothing to do")
        BRAKED = "braked", _("stopped: too many changes")
        ASKED = "asked", _("waits for a second administrator")
        UNREADABLE = "unreadable", _("the file can't be read")
        MISSING = "missing", _("there is no file")
        OLD = "old", _("the file wasn't renewed")

    at = models.DateTimeField(_("when"), default=timezone.now)
    state = models.CharField(_("outcome"), max_length=12, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Nobody where the clock or the server did it."),
    )
    counts = models.JSONField(
        _("how many"), default=dict, help_text=_("By kind of change, as people.syncing.plan names.")
    )
    problems = models.JSONField(
        _("mistakes"), default=list, help_text=_("[line, column, what is wrong]: nothing of what stood there.")
    )
    seal = models.CharField(_("what was seen"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("colleagues from a file")
        verbose_name_plural = _("colleagues from a file")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="people_sync_newest")]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M} {self.get_state_display()}"
