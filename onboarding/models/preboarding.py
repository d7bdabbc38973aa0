"""The way in before there is a work account, and what can be read there."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import PageBeforeStartQuerySet, PreboardingInvitationQuerySet


class PreboardingInvitation(models.Model):
    """A link of one use, sent to the personal address. Only a hash of it is kept.

    One that waits to be mailed has no link yet: it is made when the mail is.
    """

    class Mail(models.TextChoices):
        WAITING = "waiting", _("is being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="preboarding_invitations")
    # Several wait without one, so it is empty by being none.
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.WAITING)
    sent_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PreboardingInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation before the start")
        verbose_name_plural = _("invitations before the start")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.sent_at:%Y-%m-%d}"


class PageBeforeStart(models.Model):
    """A page that who hasn't started may read, in every language it is there in; no row: it isn't open to them."""

    page_key = models.UUIDField(unique=True)
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = PageBeforeStartQuerySet.as_manager()

    class Meta:
        verbose_name = _("page visible before the start")
        verbose_name_plural = _("pages visible before the start")

    def __str__(self) -> str:
        return str(self.page_key)
