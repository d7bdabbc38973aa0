"""Profiles: which competencies a role asks, at which level."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField

from base.blocks import BodyBlock
from base.models import BasePage

from ..levels import Level
from ..querysets import CompetencyManager
from .pages import CompetencyPage


class CompetencyProfilePage(BasePage):
    """What a role asks. Used when people are looked for, when they start, and in conversation."""

    parent_page_types = ["competencies.CompetencyIndexPage"]
    subpage_types: list[str] = []

    body = StreamField(BodyBlock(), verbose_name=_("about the role"), blank=True)
    is_public = models.BooleanField(
        _("anybody may read it"),
        default=False,
        help_text=_(
            "Gives it an address outside the portal that a vacancy can link to: the summary and what the role asks, nothing of "
            "people. Not while only some groups may read the page."
        ),
    )

    objects = CompetencyManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
        FieldPanel("body"),
        HelpPanel(_("Eight to twelve competencies are usual: fewer say little of a role, more are read by nobody.")),
        InlinePanel("requirements", label=_("competency"), heading=_("What the role asks")),
        FieldPanel("is_public"),
    ]
    override_translatable_fields = [SynchronizedField("is_public", overridable=False)]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("competency profile")

    def get_context(self, request, *args, **kwargs):
        """Adds ``reading``: what it asks, in the reader's language; worked out when asked for."""
        from ..reading import ProfileReading

        context = super().get_context(request, *args, **kwargs)
        return {**context, "reading": ProfileReading(self, request.user, get_language())}


class ProfileRequirement(Orderable):
    """One competency in a profile. The competency is meant in every language, whichever of its pages was chosen."""

    page = ParentalKey(CompetencyProfilePage, on_delete=models.CASCADE, related_name="requirements")
    competency = models.ForeignKey(
        CompetencyPage, verbose_name=_("competency"), on_delete=models.PROTECT, related_name="+"
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices, default=Level.INDEPENDENT)
    is_core = models.BooleanField(
        _("core"),
        default=False,
        help_text=_("Everybody here needs it, in any role. Otherwise it belongs to this role."),
    )

    panels = [PageChooserPanel("competency", CompetencyPage), FieldPanel("level"), FieldPanel("is_core")]

    class Meta(Orderable.Meta):
        verbose_name = _("requirement")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "competency"],
                name="competencies_once_per_profile",
                violation_error_message=_("This competency is in the profile already."),
            ),
            models.CheckConstraint(condition=models.Q(level__in=Level.values), name="competencies_level_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.get_level_display()}"

    def clean(self):
        """A level that says nothing can't be asked."""
        super().clean()
        if self.competency_id and self.level in Level.values and not self.competency.indicators(Level(self.level)):
            raise ValidationError(
                {"level": _("This level isn't defined for this competency: nobody could see whether they have it.")}
            )
