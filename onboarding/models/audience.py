"""For whom a path or a step is, as editors fill it in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail_localize.fields import SynchronizedField


class AudienceMixin(models.Model):
    """The conditions: every one that is filled in has to be met; nothing filled in is everybody. See ``plan.audience``."""

    audience_teams = ParentalManyToManyField(
        "people.Team", verbose_name=_("only for these teams"), blank=True, related_name="+"
    )
    audience_locations = ParentalManyToManyField(
        "people.Location", verbose_name=_("only for these locations"), blank=True, related_name="+"
    )
    audience_groups = ParentalManyToManyField(
        "auth.Group", verbose_name=_("only for these roles"), blank=True, related_name="+"
    )
    # Values of ``people.User.ContractType``; the form shows them to tick.
    audience_contracts = models.JSONField(_("only with these contracts"), default=list, blank=True)
    audience_language = models.CharField(
        _("only for who reads"),
        max_length=8,
        blank=True,
        choices=[("nl", "Nederlands"), ("en", "English")],
    )
    audience_cohort = models.CharField(
        _("only for this cohort"), max_length=60, blank=True, help_text=_("As HR named the group that starts together.")
    )

    audience_panels = [
        FieldPanel("audience_teams"),
        FieldPanel("audience_locations"),
        FieldPanel("audience_groups"),
        FieldPanel("audience_contracts"),
        FieldPanel("audience_language"),
        FieldPanel("audience_cohort"),
    ]
    override_translatable_fields = [SynchronizedField("audience_cohort", overridable=False)]

    class Meta:
        abstract = True
