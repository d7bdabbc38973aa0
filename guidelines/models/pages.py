"""The page types of the handbook."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from base.errors import too_many_requests
from base.models import BasePage
from base.pace import is_within

from ..admin.page_form import ManualTextForm
from ..admin.text_panel import TextCheckPanel
from ..blocks import ManualBodyBlock
from ..querysets import ChapterManager, ManualManager
from ..reading import ChapterReading, HandbookReading, ManualReading
from ..reading.register import answers_for_something
from .changes import Changing
from .mixins import Anchored, Audience, Governed, Sourced

PDFS_IN_FIVE_MINUTES = 20

HEAD_PANELS = [
    *Page.content_panels,
    FieldPanel(
        "summary",
        heading=_("In short"),
        help_text=_("What a reader needs to know, in some 60 words at most. Stands above the text and in lists."),
    ),
    FieldPanel("applies_to"),
]


class ManualIndexPage(BasePage):
    """The handbook: all manuals."""

    menu_icon, menu_phone_rank = "book", 2

    parent_page_types = ["home.HomePage"]
    subpage_types = ["guidelines.ManualPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("handbook")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: all manuals, worked out when asked for, and ``is_owner``: whether some text is the reader's."""
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "reading": HandbookReading(self, request.user, get_language()),
            "is_owner": answers_for_something(request.user),
        }


class ManualPage(Anchored, Audience, Governed, Sourced, Changing, BasePage):
    """A manual; a guideline is a manual whose rules are tips."""

    parent_page_types = ["guidelines.ManualIndexPage"]
    subpage_types = ["guidelines.ChapterPage"]

    body = StreamField(ManualBodyBlock(), verbose_name=_("text"), blank=True)

    objects = ManualManager()
    base_form_class = ManualTextForm

    content_panels = [
        *HEAD_PANELS,
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        *Governed.governance_panels,
        FieldPanel("keywords"),
        TextCheckPanel(heading=_("Before you publish")),
        FieldPanel(
            "body",
            help_text=_(
                "A short manual can stand here as a whole. Put a long one in chapters: pages below this one. With tips, "
                "it is listed as a guideline."
            ),
        ),
        *Changing.change_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("keywords"), index.SearchField("body")]

    class Meta:
        verbose_name = _("manual")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: its chapters, owner and freshness; worked out when asked for."""
        return {**super().get_context(request, *args, **kwargs), "reading": ManualReading(self, request.user)}

    def serve(self, request, *args, **kwargs):
        """``?pdf=1`` is the manual with all its chapters as a file."""
        if request.GET.get("pdf") != "1":
            return super().serve(request, *args, **kwargs)
        # With its fonts and images it is dear to load, and few ask for it.
        from ..pdf import manual_pdf

        # It takes seconds of a processor, and a thick one is kept for nobody.
        if not is_within(f"manual-pdf:{request.user.pk}", PDFS_IN_FIVE_MINUTES, 300):
            return too_many_requests(request)
        made = manual_pdf(ManualReading(self, request.user), request.build_absolute_uri("/"))
        response = HttpResponse(made, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(True, f"{self.slug}.pdf")
        return response

    def get_template(self, request, *args, **kwargs):
        """``?print=1`` shows the manual with all its chapters on one page."""
        if request.GET.get("print") == "1":
            return "guidelines/manual_page_print.html"
        return super().get_template(request, *args, **kwargs)


class ChapterPage(Anchored, Audience, Governed, Sourced, Changing, BasePage):
    """A chapter of a manual; may have chapters of its own."""

    parent_page_types = ["guidelines.ManualPage", "guidelines.ChapterPage"]
    subpage_types = ["guidelines.ChapterPage"]

    body = StreamField(ManualBodyBlock(), verbose_name=_("text"), blank=True)

    objects = ChapterManager()
    base_form_class = ManualTextForm

    content_panels = [
        *HEAD_PANELS,
        *Governed.governance_panels,
        FieldPanel("keywords"),
        TextCheckPanel(heading=_("Before you publish")),
        FieldPanel("body"),
        *Changing.change_panels,
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("keywords"), index.SearchField("body")]

    class Meta:
        verbose_name = _("chapter")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: where it stands, its owner and freshness; worked out when asked for."""
        return {**super().get_context(request, *args, **kwargs), "reading": ChapterReading(self, request.user)}
