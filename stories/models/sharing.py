"""What of a story may be seen outside."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from .pages import StoryPage


def new_token() -> str:
    """An address nobody guesses."""
    return secrets.token_urlsafe(16)


class PublicSnapshot(models.Model):
    """A read-only copy for outside: words and pictures of its own, made once, gone when withdrawn."""

    story = models.ForeignKey(StoryPage, null=True, on_delete=models.SET_NULL, related_name="snapshots")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(_("Markdown, cleaned again when shown"))
    author_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("public copy")
        constraints = [
            models.UniqueConstraint(
                fields=["story"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="stories_snapshot_one_live_per_story",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SnapshotPhoto(models.Model):
    """A picture of a public copy: a file of its own, without link to the original."""

    snapshot = models.ForeignKey(PublicSnapshot, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="shared/")
    alt_text = models.CharField(max_length=255, blank=True)
    caption = models.CharField(max_length=255, blank=True)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort_order", "pk"]

    def __str__(self) -> str:
        return self.alt_text


class ShareCount(models.Model):
    """How often a story was shared on, per network: totals only, nobody's name."""

    story = models.ForeignKey(StoryPage, on_delete=models.CASCADE, related_name="share_counts")
    network = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["story", "network"], name="stories_sharecount_once_per_network")]

    def __str__(self) -> str:
        return f"{self.story_id} {self.network}: {self.count}"


class StoryReach(models.Model):
    """How many devices showed a story: a total alone; who read what is kept nowhere."""

    story = models.OneToOneField(StoryPage, on_delete=models.CASCADE, related_name="reach")
    readers = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reach of a story")

    def __str__(self) -> str:
        return f"{self.story_id}: {self.readers}"
