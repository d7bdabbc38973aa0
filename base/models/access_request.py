"""Somebody who may not read a page asked for it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessRequest(models.Model):
    """One question for access: at most one a day for a person and a page, in whichever language."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("not sent yet")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="+"
    )
    page_key = models.UUIDField(_("page"), help_text=_("translation_key of the page."))
    day = models.DateField(_("day"), default=timezone.localdate)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    outcome = models.CharField(_("state"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)

    class Meta:
        verbose_name = _("question for access")
        verbose_name_plural = _("questions for access")
        constraints = [
            models.UniqueConstraint(fields=["user", "page_key", "day"], name="base_accessrequest_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"
