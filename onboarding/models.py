"""Onboarding paths: the editors' template (pages) and what people do with it (rows).

What people do hangs on ``translation_key``, never on a page id: moving, renaming, reordering, unpublishing and
translating a step cost nobody their progress.
"""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.blocks import BodyBlock
from base.models import BasePage

from .querysets import EnrolmentQuerySet, StepProgressQuerySet


class PathIndexPage(BasePage):
    """The place of all onboarding paths; its address shows the reader's own path."""

    parent_page_types = ["home.HomePage"]
    subpage_types = ["onboarding.PathPage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("onboarding")


class PathPage(BasePage):
    """An onboarding path: phases with steps."""

    parent_page_types = ["onboarding.PathIndexPage"]
    subpage_types = ["onboarding.PhasePage"]

    closing_text = models.TextField(
        _("when everything is done"), blank=True, help_text=_("Shown when the last required step is done.")
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("closing_text"),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
    ]

    class Meta:
        verbose_name = _("onboarding path")


class PhasePage(BasePage):
    """A phase of a path, between two days counted from the start date."""

    parent_page_types = ["onboarding.PathPage"]
    subpage_types = ["onboarding.StepPage"]

    first_day = models.IntegerField(
        _("from day"), default=1, help_text=_("Day 1 is the first day at work; -7 a week before.")
    )
    last_day = models.IntegerField(_("until day"), default=7)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel([FieldPanel("first_day"), FieldPanel("last_day")], heading=_("When")),
    ]

    class Meta:
        verbose_name = _("phase")


class StepPage(BasePage):
    """One step: something to read, watch, do or meet for."""

    class Kind(models.TextChoices):
        READ = "read", _("Read")
        WATCH = "watch", _("Watch")
        DO = "do", _("Do")
        MEET = "meet", _("Meet")

    parent_page_types = ["onboarding.PhasePage"]
    subpage_types: list[str] = []

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.READ)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=10, validators=[MinValueValidator(1)])
    is_required = models.BooleanField(_("required"), default=True)
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)
    reads = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page to read"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A page of the handbook or the company story. The reader comes back here afterwards."),
    )

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("minutes"), FieldPanel("is_required")], heading=_("What it asks")
        ),
        FieldPanel("reads"),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("step")


class Enrolment(models.Model):
    """One person on one path, with their own start date."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="enrolments"
    )
    path_key = models.UUIDField(_("path"), help_text=_("translation_key of the path."))
    start_date = models.DateField(_("start date"))
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path_key", "start_date"], name="onboarding_enrolment_once_per_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.start_date})"


class StepProgress(models.Model):
    """The state of one step for one enrolment; no row means not started."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    step_key = models.UUIDField(_("step"), help_text=_("translation_key of the step."))
    opened_at = models.DateTimeField(_("opened on"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)

    objects = StepProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step_key"], name="onboarding_stepprogress_once_per_step")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_key}"
