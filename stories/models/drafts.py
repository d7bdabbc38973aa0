"""What somebody is writing: saved as they type, theirs alone, a page only once it is sent."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from base.models import PortalImage

from .pages import StoryIndexPage, StoryPage, StoryTheme


class DraftQuerySet(models.QuerySet):
    """Reads over drafts."""

    def open_of(self, user):
        """What this person is writing and didn't send yet, the latest first."""
        return self.filter(author=user, sent_at__isnull=True).order_by("-updated_at", "-pk")


class StoryDraft(models.Model):
    """A story being written, or being changed after it was sent.

    ``key`` is made by the device, so sending twice (a double click, a retry after a dead connection) is the same draft.
    ``version`` grows with every save; who saves on top of an older one is told, so two tabs never overwrite each other
    silently.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="story_drafts")
    channel = models.ForeignKey(
        StoryIndexPage,
        verbose_name=_("where it appears"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    call = models.ForeignKey(
        "stories.StoryCall",
        verbose_name=_("answers the call"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="drafts",
    )
    story = models.ForeignKey(
        StoryPage,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="drafts",
        help_text=_("The story this changes; empty for a new one."),
    )
    title = models.CharField(_("title"), max_length=255, blank=True)
    text = models.TextField(_("story"), blank=True)
    language = models.CharField(
        _("language"), max_length=8, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    theme = models.ForeignKey(
        StoryTheme, verbose_name=_("theme"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a story")
        verbose_name_plural = _("drafts of stories")
        ordering = ["-updated_at"]
        constraints = [
            # One open draft per story: a second tab finds the first one's.
            models.UniqueConstraint(
                fields=["story"],
                condition=models.Q(sent_at__isnull=True, story__isnull=False),
                name="stories_draft_one_open_per_story",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.key)


class DraftPhoto(models.Model):
    """A photo in a draft, with its description and who can be recognised on it."""

    draft = models.ForeignKey(StoryDraft, on_delete=models.CASCADE, related_name="photos")
    key = models.UUIDField(
        default=uuid.uuid4, help_text=_("Made by the device, so an upload tried twice is one photo.")
    )
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="+")
    alt_text = models.CharField(_("what the photo shows"), max_length=255, blank=True)
    is_decorative = models.BooleanField(_("only decorates"), default=False)
    caption = models.CharField(_("caption"), max_length=255, blank=True)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("who is recognisable"), blank=True, related_name="+"
    )
    nobody_recognisable = models.BooleanField(_("nobody is recognisable"), default=False)
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("photo of a draft")
        ordering = ["sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["draft", "key"], name="stories_draftphoto_once_per_key")]

    def __str__(self) -> str:
        return self.alt_text or self.caption or str(self.key)
