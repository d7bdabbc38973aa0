"""What readers say of a manual or chapter, and who follows one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..feedback_querysets import FeedbackQuerySet, FollowingQuerySet

COMMENT_LENGTH = 1000


class Feedback(models.Model):
    """Whether a version of a text was useful to one person, with or without words for its owner.

    ``edition`` is that of ``PageChange``: after a large change everybody is asked anew. ``user`` is there to answer to; the
    owner sees who only with ``with_name``. Who is forgotten leaves it behind without a name.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        PLANNED = "planned", _("planned")
        DONE = "done", _("done")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="manual_feedback"
    )
    page_key = models.UUIDField()
    edition = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    is_useful = models.BooleanField(_("useful"))
    comment = models.TextField(_("comment"), max_length=COMMENT_LENGTH, blank=True)
    with_name = models.BooleanField(_("with name"), default=False)
    given_at = models.DateTimeField(_("given on"))
    status = models.CharField(max_length=7, choices=Status.choices, default=Status.OPEN)
    answer = models.TextField(_("answer"), max_length=COMMENT_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Goes up with every change, so that nobody answers what they didn't read.
    version = models.PositiveIntegerField(default=1)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback on a manual")
        verbose_name_plural = _("feedback on manuals")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["page_key", "edition", "user"], name="guidelines_feedback_once_per_version")
        ]
        indexes = [
            models.Index(
                fields=["status", "page_key"], condition=~models.Q(comment=""), name="guidelines_feedback_of_owner"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.edition}: {self.is_useful}"


class Following(models.Model):
    """That somebody follows a manual with all its chapters; nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manuals_followed")
    manual_key = models.UUIDField(db_index=True)
    followed_at = models.DateTimeField(_("followed since"))

    objects = FollowingQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower of a manual")
        constraints = [models.UniqueConstraint(fields=["user", "manual_key"], name="guidelines_following_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.manual_key}"
