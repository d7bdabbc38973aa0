"""The front page of one language."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from base.models import BasePage

from ..front_page import FrontPage


class QuickLinkBlock(blocks.StructBlock):
    """A page people need often."""

    page = blocks.PageChooserBlock(label=_("Page"))
    text = blocks.CharBlock(
        label=_("Link text"),
        required=False,
        max_length=40,
        help_text=_("Two or three words. Left empty, it is the title of the page."),
    )

    class Meta:
        icon = "link"
        label = _("Page")
        description = _("A page readers open from the front page with one touch")
        preview_value = {"text": _("Report a fault")}
        preview_template = "home/_quick_link_preview.html"


class HomePage(BasePage):
    """The front page of one language; everything readers see hangs below it."""

    menu_icon, menu_phone_rank = "home", 0

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "home.CompanyStoryPage",
        "home.NewsIndexPage",
        "guidelines.ManualIndexPage",
        "onboarding.PathIndexPage",
        "competencies.CompetencyIndexPage",
        "stories.StoryIndexPage",
    ]

    quick_links = StreamField(
        [("link", QuickLinkBlock())],
        verbose_name=_("quick links"),
        blank=True,
        max_num=6,
        help_text=_("Up to six pages people need often. Who may not see a page doesn't see its link."),
    )

    content_panels = [
        *BasePage.content_panels[:-1],
        FieldPanel(
            "summary",
            heading=_("Sentence under the greeting"),
            help_text=_("One or two sentences to everybody. Left empty, the portal says what is new."),
        ),
        FieldPanel("quick_links"),
    ]

    class Meta:
        verbose_name = _("front page")

    def get_context(self, request, *args, **kwargs):
        """Adds ``front``: the zones of the page for this reader; each is rendered when asked for."""
        context = super().get_context(request, *args, **kwargs)
        return {**context, "front": FrontPage(self, request, context["edition"])}
