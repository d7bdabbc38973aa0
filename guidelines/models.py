"""Manuals: chapters, tips, who owns them and when they are checked again."""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.models import BasePage

from .blocks import ManualBodyBlock
from .importing.records import Handbook, HandbookUpload, ImportedFile
from .querysets import ChapterManager, ManualManager
from .reading import ChapterReading, HandbookReading, ManualReading

__all__ = ["ChapterPage", "Handbook", "HandbookUpload", "ImportedFile", "ManualIndexPage", "ManualPage"]


class Governed(models.Model):
    """Who answers for a text and when it was last checked."""

    owner_colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Answers for this text. Left empty, it is the owner of the page above."),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("deputy"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_on = models.DateField(_("checked on"), null=True, blank=True)
    review_by = models.DateField(
        _("check again by"),
        null=True,
        blank=True,
        help_text=_("After this day readers see that the text is being checked. It stays readable."),
    )

    governance_panels = [
        MultiFieldPanel(
            [
                FieldPanel("owner_colleague"),
                FieldPanel("deputy", help_text=_("Takes over when the owner is away.")),
                FieldPanel("reviewed_on", help_text=_("Left empty, the date of the page above counts.")),
                FieldPanel("review_by"),
            ],
            heading=_("Owner and review"),
        )
    ]

    class Meta:
        abstract = True


class Sourced(models.Model):
    """A text that may have come from a file: where from, and the words its author gave for finding it."""

    source_path = models.CharField(_("source path"), max_length=500, blank=True, editable=False, db_index=True)
    keywords = models.CharField(
        _("other words"),
        max_length=500,
        blank=True,
        help_text=_("Words people may search with that the text doesn't use, separated by commas."),
    )

    class Meta:
        abstract = True


class ManualIndexPage(BasePage):
    """The handbook: all manuals."""

    menu_icon, menu_phone_rank = "book", 2

    parent_page_types = ["home.HomePage"]
    subpage_types = ["guidelines.ManualPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("handbook")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: all manuals; worked out when asked for."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "reading": HandbookReading(self, request.user, get_language())}


class ManualPage(Governed, Sourced, BasePage):  # noqa: DJ008 - a page is its title
    """A manual; a guideline is a manual whose rules are tips."""

    parent_page_types = ["guidelines.ManualIndexPage"]
    subpage_types = ["guidelines.ChapterPage"]

    body = StreamField(ManualBodyBlock(), verbose_name=_("text"), blank=True)

    objects = ManualManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        *Governed.governance_panels,
        FieldPanel("keywords"),
        FieldPanel(
            "body",
            help_text=_(
                "A short manual can stand here as a whole. Put a long one in chapters: pages below this one. With tips, "
                "it is listed as a guideline."
            ),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("keywords"), index.SearchField("body")]

    class Meta:
        verbose_name = _("manual")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: its chapters, owner and freshness; worked out when asked for."""
        return {**super().get_context(request, *args, **kwargs), "reading": ManualReading(self, request.user)}

    def get_template(self, request, *args, **kwargs):
        """``?print=1`` shows the manual with all its chapters on one page."""
        if request.GET.get("print") == "1":
            return "guidelines/manual_page_print.html"
        return super().get_template(request, *args, **kwargs)


class ChapterPage(Governed, Sourced, BasePage):  # noqa: DJ008 - a page is its title
    """A chapter of a manual; may have chapters of its own."""

    parent_page_types = ["guidelines.ManualPage", "guidelines.ChapterPage"]
    subpage_types = ["guidelines.ChapterPage"]

    body = StreamField(ManualBodyBlock(), verbose_name=_("text"), blank=True)

    objects = ChapterManager()

    content_panels = [*BasePage.content_panels, *Governed.governance_panels, FieldPanel("keywords"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("keywords"), index.SearchField("body")]

    class Meta:
        verbose_name = _("chapter")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: where it stands, its owner and freshness; worked out when asked for."""
        return {**super().get_context(request, *args, **kwargs), "reading": ChapterReading(self, request.user)}
