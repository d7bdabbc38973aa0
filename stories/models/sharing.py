"""What of a story may be seen outside."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from base.models import PortalImage

from ..sharing_querysets import SnapshotQuerySet
from .pages import StoryPage

MAX_SHARE_TEXT = 600


def new_token() -> str:
    """An address nobody guesses."""
    return secrets.token_urlsafe(16)


class SharingChoice(models.Model):
    """What the author chose when asking whether the story may go outside."""

    story = models.OneToOneField(StoryPage, on_delete=models.CASCADE, related_name="sharing_choice")
    with_name = models.BooleanField(
        _("with my full name"), default=False, help_text=_("Otherwise your first name and your role stand there.")
    )
    left_out = models.ManyToManyField(
        PortalImage, verbose_name=_("photos that stay inside"), blank=True, related_name="+"
    )
    text_nl = models.TextField(_("suggested words in Dutch"), blank=True, max_length=MAX_SHARE_TEXT)
    text_en = models.TextField(_("suggested words in English"), blank=True, max_length=MAX_SHARE_TEXT)
    asked_at = models.DateTimeField(_("asked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("choice about going outside")

    def __str__(self) -> str:
        return f"{self.story_id}"


class PublicSnapshot(models.Model):
    """A read-only copy for outside: words and pictures of its own, made once, gone when withdrawn."""

    story = models.ForeignKey(StoryPage, null=True, on_delete=models.SET_NULL, related_name="snapshots")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    language = models.CharField(max_length=8)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    text = models.TextField(_("Markdown, cleaned again when shown"))
    author_name = models.CharField(max_length=200, blank=True)
    author_role = models.CharField(max_length=120, blank=True)
    card = models.ImageField(_("picture for link previews"), upload_to="shared/", blank=True)
    content_hash = models.CharField(_("what it was made of"), max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SnapshotQuerySet.as_manager()

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
    """A picture of a public copy: a file of its own. Which picture it was made of is never shown; it is there so that
    the copy closes when somebody on it says no.
    """

    snapshot = models.ForeignKey(PublicSnapshot, on_delete=models.CASCADE, related_name="photos")
    source = models.ForeignKey(PortalImage, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ImageField(upload_to="shared/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
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


class ShareTipsAcknowledgement(models.Model):
    """Somebody read the tips for sharing on: once for each version of the chapter they stand in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    translation_key = models.UUIDField(_("chapter"))
    version = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tips read before sharing on")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "translation_key", "version"], name="stories_sharetips_once_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.translation_key}"


class StoryReach(models.Model):
    """How many devices showed a story: a total alone; who read what is kept nowhere."""

    story = models.OneToOneField(StoryPage, on_delete=models.CASCADE, related_name="reach")
    readers = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reach of a story")

    def __str__(self) -> str:
        return f"{self.story_id}: {self.readers}"
