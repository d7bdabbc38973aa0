"""What every page has."""

from functools import partial

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.compat import HTTPMethod
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.search import index

from ..access import closed_paths, is_visible, without_paths
from ..reading import breadcrumbs_of, edition_of
from .images import PortalImage


class BasePageQuerySet(PageQuerySet):
    """Reads over pages; everything a reader is shown goes through ``visible_to``."""

    def visible_to(self, user):
        """Live pages that this user may see, in the tree, in lists, search, feeds and counts alike."""
        return without_paths(self.live(), closed_paths(user))

    def in_language(self, language: str):
        """Pages of this language's tree: what isn't translated stands there as an alias (see ``base.translation``)."""
        return self.filter(locale__language_code=language)

    def for_cards(self):
        """With what a teaser shows: address, language and picture, in a fixed number of queries."""
        return self.select_related("locale", "alias_of__locale", "image").prefetch_related("image__renditions")


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

    # Whatever changes something has an address of its own.
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS]
    # No promote tab for search engines: nobody outside ever sees these pages.
    content_panels = [*Page.content_panels, FieldPanel("summary")]
    picture_panels = [
        FieldPanel("image", help_text=_("Shown above the text and in lists. Wide pictures do best.")),
        FieldPanel("image_alt"),
    ]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    # base.indexing does it, so that imports can do it in batches.
    search_auto_update = False

    class Meta:
        abstract = True

    @cached_property
    def content_language(self) -> str:
        """The language its text is in: that of the original where this page only stands in for it."""
        # The module needs Wagtail's models loaded, and this one is loaded with them.
        from ..translation import fallback_language

        if self.alias_of_id:
            return self.alias_of.locale.language_code
        return fallback_language(self) or self.locale.language_code

    @property
    def other_language(self) -> str:
        """For a ``lang`` attribute: the language of the text where that isn't the interface's; empty otherwise."""
        return "" if self.content_language == get_language() else self.content_language

    @property
    def teaser(self) -> str:
        """What a list says about it. Plain text."""
        return self.summary

    def is_visible_to(self, user) -> bool:
        """True where the page is live and the user meets every restriction on it."""
        return is_visible(self, user)

    def get_context(self, request, *args, **kwargs):
        """Adds ``edition``, which every cached fragment of the page is kept under, and ``breadcrumbs``, a function."""
        return {
            **super().get_context(request, *args, **kwargs),
            "edition": edition_of(self, request),
            "breadcrumbs": partial(breadcrumbs_of, self, request.user),
        }
