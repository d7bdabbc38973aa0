"""What every page has."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index

from ..access import closed_paths, is_visible, without_paths
from .images import PortalImage


class BasePageQuerySet(PageQuerySet):
    """Reads over pages; everything a reader is shown goes through ``visible_to``."""

    def visible_to(self, user):
        """Live pages that this user may see, in the tree, in lists, search, feeds and counts alike."""
        return without_paths(self.live(), closed_paths(user))


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(Page):
    """Title, summary and picture. Type-specific fields belong to the type."""

    summary = models.TextField(
        _("summary"),
        blank=True,
        max_length=400,
        help_text=_("One or two sentences. Shown in lists, in search results and under the title."),
    )
    image = models.ForeignKey(
        PortalImage, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    image_alt = models.CharField(
        _("what the picture shows"),
        max_length=255,
        blank=True,
        help_text=_("Read aloud to who can't see it. Leave empty if the picture only decorates."),
    )

    objects = BasePageManager()

    # No promote tab for search engines: nobody outside ever sees these pages.
    content_panels = [*Page.content_panels, FieldPanel("summary")]
    picture_panels = [FieldPanel("image"), FieldPanel("image_alt")]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        abstract = True

    def is_visible_to(self, user) -> bool:
        """True where the page is live and the user meets every restriction on it."""
        return is_visible(self, user)
