"""Onboarding paths as editors make them: pages for paths and phases; their steps are in ``steps``.

Which steps a path has, and in which order, is read from one tree: that of the source language (see
``onboarding.reading_outlines``). The other language only lends its words, so that the counts are the same in both.
"""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel

from base.models import BasePage

from ..forms.authoring import PathPageForm, WordsForm
from ..forms.copying import OwnCopyForm
from ..locks import LockedWithPathMixin
from .audience import AudienceMixin


class PathIndexPage(BasePage):
    """The place of all onboarding paths; its address shows the reader's own path."""

    menu_icon, menu_phone_rank = "route", 1

    parent_page_types = ["home.HomePage"]
    subpage_types = ["onboarding.PathPage"]
    max_count_per_parent = 1
    copy_form_class = OwnCopyForm

    content_panels = [
        HelpPanel(
            _(
                "Everybody sees their own path here. Title and summary stand above it, and are what somebody without a "
                "path reads. Make a path below this page, give it phases, and give the phases steps."
            )
        ),
        *BasePage.content_panels,
    ]

    class Meta:
        verbose_name = _("onboarding")


# What stands directly below the onboarding page in onboarding.urls, so that a path there would never be found.
TAKEN_ADDRESSES = frozenset(
    {"check-ins", "files", "for", "for-me", "meetings", "preboarding", "pulse", "questions", "who-sees-what"}
)


class CopiedWithStepsMixin:
    """For the pages above steps: the steps of a copy wait for each other, not for those of the original.

    Copies made in the admin don't come by here; ``onboarding.admin.copying`` is told of those.
    """

    def copy(self, *args, **kwargs):
        """As Wagtail does, in one go with what the steps point to."""
        # The module needs this one.
        from ..services.copying import point_within_copy

        with transaction.atomic():
            twin = super().copy(*args, **kwargs)
            point_within_copy(original=self, copy=twin)
        return twin

    copy.alters_data = True


class PathPage(AudienceMixin, CopiedWithStepsMixin, BasePage):
    """An onboarding path: phases with steps."""

    parent_page_types = ["onboarding.PathIndexPage"]
    subpage_types = ["onboarding.PhasePage"]
    base_form_class = PathPageForm
    copy_form_class = OwnCopyForm

    closing_text = models.TextField(
        _("when everything is done"), blank=True, help_text=_("Shown when the last required step is done.")
    )

    content_panels = [
        HelpPanel(
            _(
                "The order of phases and steps is the order of the pages below. You may move, rename, reorder and "
                "unpublish them while people are under way: what they did stays. A step that you unpublish or move to "
                "another path stays in the plans that have it until you say for whom it is taken off. A path that you "
                "unpublish is closed for new people; who is on it goes on. Who locks the path locks its phases and steps with it. HR puts people on a path "
                "under Enrolments."
            )
        ),
        *BasePage.content_panels,
        FieldPanel("closing_text"),
        MultiFieldPanel(
            AudienceMixin.audience_panels,
            heading=_("For whom"),
            help_text=_(
                "Who puts somebody else on the path is warned first. What is filled in at a step decides whether somebody "
                "gets that step."
            ),
        ),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
    ]

    class Meta:
        verbose_name = _("onboarding path")

    def clean(self):
        """A number as address would be taken for somebody's enrolment (``/nl/onboarding/12/``), some words for a list."""
        super().clean()
        if (self.slug or "").isdigit():
            raise ValidationError({"slug": _("Add a word: an address of only digits belongs to an enrolment.")})
        if self.slug in TAKEN_ADDRESSES:
            raise ValidationError({"slug": _("Add a word: this address belongs to another page of onboarding.")})


class PhasePage(CopiedWithStepsMixin, LockedWithPathMixin, BasePage):
    """A phase of a path, between two days counted from the start date."""

    parent_page_types = ["onboarding.PathPage"]
    subpage_types = ["onboarding.StepPage"]
    base_form_class = WordsForm
    copy_form_class = OwnCopyForm

    first_day = models.SmallIntegerField(
        _("from day"), default=1, help_text=_("Day 1 is the first day at work; -7 a week before. There is no day 0.")
    )
    last_day = models.SmallIntegerField(
        _("until day"),
        default=7,
        help_text=_("The last day that belongs to this phase; -1 is the day before the start."),
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("first_day"), FieldPanel("last_day")], heading=_("When")),
    ]

    class Meta:
        verbose_name = _("phase")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="onboarding_phase_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~models.Q(first_day=0) & ~models.Q(last_day=0), name="onboarding_phase_has_no_day_zero"
            ),
        ]

    def clean(self):
        """Days in order, and none of them 0, said beside the field they are about."""
        super().clean()
        errors = {
            field: _("There is no day 0: day 1 is the first day at work, -1 the day before.")
            for field in ("first_day", "last_day")
            if getattr(self, field) == 0
        }
        if None not in (self.first_day, self.last_day) and self.last_day < self.first_day:
            errors.setdefault("last_day", _("The phase ends before it starts."))
        if errors:
            raise ValidationError(errors)
