"""Competencies as editors write them: what they are, and what one can do at each level."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.models import BasePage

from ..blocks import IndicatorsBlock
from ..levels import Level
from ..querysets import CompetencyManager


class CompetencyIndexPage(BasePage):
    """The library: all profiles and all competencies."""

    menu_icon = "star"

    parent_page_types = ["home.HomePage"]
    subpage_types = ["competencies.CompetencyPage", "competencies.CompetencyProfilePage"]
    max_count_per_parent = 1

    content_panels = [
        HelpPanel(
            _(
                "Make competencies below this page first, then a profile for each role that says which of them it asks, and at "
                "which level."
            )
        ),
        *BasePage.content_panels,
    ]

    class Meta:
        verbose_name = _("competencies")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: profiles and competencies; worked out when asked for."""
        from ..reading import LibraryReading

        context = super().get_context(request, *args, **kwargs)
        return {**context, "reading": LibraryReading(request.user, get_language())}


def _indicators(label: str) -> StreamField:
    return StreamField(IndicatorsBlock(required=False), verbose_name=label, blank=True)


class CompetencyPage(BasePage):
    """Something that can be learned, with what one can do at each of four levels. Its summary is the definition."""

    parent_page_types = ["competencies.CompetencyIndexPage"]
    subpage_types: list[str] = []

    basic = _indicators(_("basic"))
    independent = _indicators(_("independent"))
    advanced = _indicators(_("advanced"))
    expert = _indicators(_("expert"))
    why = models.TextField(
        _("why it matters here"), blank=True, max_length=600, help_text=_("What goes well because people can do this.")
    )

    objects = CompetencyManager()

    content_panels = [
        FieldPanel("title"),
        FieldPanel("summary", heading=_("Definition"), help_text=_("What it is, in one or two sentences.")),
        FieldPanel("why"),
        MultiFieldPanel(
            [FieldPanel(level.field_name) for level in Level],
            heading=_("Levels"),
            help_text=_(
                "Write what others can see somebody do, so that the sentence “You can…” goes on with it. A higher level covers "
                "the ones below it. Leave a level empty if it isn't defined."
            ),
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("why"),
        *(index.SearchField(level.field_name) for level in Level),
    ]

    class Meta:
        verbose_name = _("competency")

    def indicators(self, level: Level) -> list[str]:
        """What somebody at this level can do; empty where the level isn't defined."""
        return [str(block.value) for block in getattr(self, level.field_name)]

    @property
    def levels(self) -> list[dict]:
        """All four: ``{"level": Level, "indicators": [str, ...]}``, from basic to expert."""
        return [{"level": level, "indicators": self.indicators(level)} for level in Level]

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: the profiles that ask for it; worked out when asked for."""
        from ..reading import CompetencyReading

        context = super().get_context(request, *args, **kwargs)
        return {**context, "reading": CompetencyReading(self, request.user, get_language())}
