"""What manuals and chapters have in common besides being pages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from base.anchors import Known, fill_anchors, has_anchors, keep_anchors, known_anchors


class Audience(models.Model):
    """Whom a text is for; what is left empty is said by the page above."""

    applies_to = models.CharField(
        _("applies to"),
        max_length=160,
        blank=True,
        help_text=_("Whom this text is for, in a few words. Left empty, it is what the page above says."),
    )

    class Meta:
        abstract = True


class ReviewInterval(models.IntegerChoices):
    """How often a text is checked, in months."""

    HALF_A_YEAR = 6, _("every 6 months")
    YEAR = 12, _("every 12 months")
    TWO_YEARS = 24, _("every 24 months")


class Governed(models.Model):
    """Who answers for a text, when it was last checked and how often that is done.

    What is left empty is as the page above has it; see ``guidelines.reading.governance``.
    """

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
    owning_team = models.ForeignKey(
        "people.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_(
            "Its leads answer for this text when nobody else does. Left empty, it is the team of the page above."
        ),
    )
    reviewed_on = models.DateField(_("checked on"), null=True, blank=True)
    review_by = models.DateField(
        _("check again by"),
        null=True,
        blank=True,
        help_text=_(
            "Left empty, it follows from the check and from how often. After this day readers see since when nobody "
            "checked the text. It stays readable."
        ),
    )
    review_months = models.PositiveSmallIntegerField(
        _("how often"),
        choices=ReviewInterval.choices,
        null=True,
        blank=True,
        help_text=_("Left empty, as often as the page above."),
    )

    governance_panels = [
        MultiFieldPanel(
            [
                FieldPanel("owner_colleague"),
                FieldPanel("deputy", help_text=_("Takes over when the owner is away.")),
                FieldPanel("owning_team"),
                FieldPanel("review_months"),
                FieldPanel("reviewed_on", help_text=_("Left empty, the date of the page above counts.")),
                FieldPanel("review_by"),
            ],
            heading=_("Owner and review"),
        )
    ]

    class Meta:
        abstract = True


class Anchored(models.Model):
    """A page with a ``body`` whose headings and tips keep the anchors under which they were first published."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Keeps the anchors of what readers will see; a draft may still be retitled freely."""
        fields = kwargs.get("update_fields")
        if self.live and (fields is None or "body" in fields) and has_anchors(self.body):
            keep_anchors(self.body, self._published_anchors())
        return super().save(*args, **kwargs)

    def with_content_json(self, content):
        """A revision with the anchors of the published text, so that editors see them and publishing keeps them."""
        page = super().with_content_json(content)
        fill_anchors(page.body, self.body)
        return page

    def _published_anchors(self) -> dict[str, Known]:
        if self._state.adding:
            return {}
        been_live = models.Q(live=True) | models.Q(first_published_at__isnull=False)
        bodies = type(self)._base_manager.filter(been_live, pk=self.pk).values_list("body", flat=True)
        return {block_id: known for body in bodies for block_id, known in known_anchors(body).items()}


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
