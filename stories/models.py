"""Employee stories. The moderated workflow is added on top of these."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from base.models import BasePage, PortalImage

from .querysets import StoryManager
from .rendering import render_markdown


class StoryIndexPage(BasePage):
    """All stories by colleagues, newest first."""

    menu_icon, menu_phone_rank = "chat", 3

    parent_page_types = ["home.HomePage"]
    subpage_types = ["stories.StoryPage"]

    class Meta:
        verbose_name = _("stories")


class StoryPage(BasePage):
    """A story written by an employee: limited Markdown, never trusted HTML."""

    parent_page_types = ["stories.StoryIndexPage"]
    subpage_types: list[str] = []

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="stories"
    )
    author_name = models.CharField(_("name of the author"), max_length=200, blank=True, editable=False)
    author_role = models.CharField(_("role of the author"), max_length=120, blank=True, editable=False)
    date = models.DateTimeField(_("date"), default=timezone.now)
    text = models.TextField(
        _("story"), help_text=_("Plain text. **bold**, *italic*, lists with a dash, a blank line for a new paragraph.")
    )

    objects = StoryManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("author"), FieldPanel("date")], heading=_("From whom, and when")),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("text"),
        InlinePanel("photos", label=_("Photo")),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("text"), index.FilterField("date")]

    class Meta:
        verbose_name = _("story")

    @property
    def html(self) -> str:
        """The story as clean HTML; cleaned anew each time it is shown."""
        return render_markdown(self.text)

    def save(self, *args, **kwargs):
        """Keep the author's name and role: the byline survives their leaving."""
        if self.author_id and not (self.author_name and self.live):
            self.author_name = self.author.get_full_name()
            self.author_role = self.author.job_title
        super().save(*args, **kwargs)


class StoryPhoto(Orderable):
    """A photo in a story."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="photos")
    image = models.ForeignKey(PortalImage, verbose_name=_("photo"), on_delete=models.CASCADE, related_name="+")
    alt_text = models.CharField(_("what the photo shows"), max_length=255, blank=True)
    caption = models.CharField(_("caption"), max_length=255, blank=True)

    panels = [FieldPanel("image"), FieldPanel("alt_text"), FieldPanel("caption")]

    class Meta(Orderable.Meta):
        verbose_name = _("photo")

    def __str__(self) -> str:
        return self.alt_text or self.caption
