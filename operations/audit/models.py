"""One entry of the log of permissions and exports."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Somebody changed who may do what, or took something along.

    Holds numbers of people, never their names or addresses: a name is looked up when it is shown, and gone when its owner
    is forgotten. ``before`` and ``after`` are lists of words: names of roles and permissions, numbers of colleagues.
    """

    class Action(models.TextChoices):
        ROLES = "roles", _("Roles of a colleague")
        SUPERUSER = "superuser", _("Superuser")
        ACCOUNT = "account", _("May sign in")
        GROUP = "group", _("What a role may do")
        PAGES = "pages", _("What a role may do with pages")
        FILES = "files", _("What a role may do with files")
        LEADS = "leads", _("Who leads a team")
        WHO_READS = "who_reads", _("Who may read a page")
        WHO_SEES = "who_sees", _("Who may see a collection of files")
        EXPORT = "export", _("Export")

    at = models.DateTimeField(_("when"), auto_now_add=True)
    action = models.CharField(_("what"), max_length=12, choices=Action.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the server did it, by a command or by what is due by the clock."),
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    about = models.CharField(_("about"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=list)
    after = models.JSONField(_("after"), default=list)
    request_id = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("entry of the log of permissions")
        verbose_name_plural = _("entries of the log of permissions")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at"], name="operations_audit_newest")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
