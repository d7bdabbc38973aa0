"""Onboarding paths: the editors' template (pages) and what people do with it (rows).

What people do hangs on ``translation_key``, never on a page id: moving, renaming, reordering, unpublishing and
translating a step cost nobody their progress.

Which steps a path has, and in which order, is read from one tree: that of the source language (see
``onboarding.outline``). The other language only lends its words, so that the counts are the same in both.
"""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, PageChooserPanel
from wagtail.fields import StreamField
from wagtail.search import index

from base.blocks import BodyBlock
from base.models import BasePage

from .querysets import EnrolmentQuerySet, StepProgressQuerySet


class PathIndexPage(BasePage):
    """The place of all onboarding paths; its address shows the reader's own path."""

    menu_icon, menu_phone_rank = "route", 1

    parent_page_types = ["home.HomePage"]
    subpage_types = ["onboarding.PathPage"]
    max_count_per_parent = 1

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


class PathPage(BasePage):
    """An onboarding path: phases with steps."""

    parent_page_types = ["onboarding.PathIndexPage"]
    subpage_types = ["onboarding.PhasePage"]

    closing_text = models.TextField(
        _("when everything is done"), blank=True, help_text=_("Shown when the last required step is done.")
    )

    content_panels = [
        HelpPanel(
            _(
                "The order of phases and steps is the order of the pages below. You may move, rename, reorder and "
                "unpublish them while people are under way: what they did stays. A step you unpublish no longer counts "
                "until you publish it again. HR puts people on a path under Enrolments."
            )
        ),
        *BasePage.content_panels,
        FieldPanel("closing_text"),
        MultiFieldPanel(BasePage.picture_panels, heading=_("Picture")),
    ]

    class Meta:
        verbose_name = _("onboarding path")

    def clean(self):
        """A number as address would be taken for somebody's enrolment (``/nl/onboarding/12/``)."""
        super().clean()
        if (self.slug or "").isdigit():
            raise ValidationError({"slug": _("Add a word: an address of only digits belongs to an enrolment.")})


class PhasePage(BasePage):
    """A phase of a path, between two days counted from the start date."""

    parent_page_types = ["onboarding.PathPage"]
    subpage_types = ["onboarding.StepPage"]

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


class StepPage(BasePage):
    """One step: something to read, watch, do or meet for."""

    class Kind(models.TextChoices):
        READ = "read", pgettext_lazy("kind of step", "Read")
        WATCH = "watch", pgettext_lazy("kind of step", "Watch")
        DO = "do", pgettext_lazy("kind of step", "Do")
        MEET = "meet", pgettext_lazy("kind of step", "Meet")

    parent_page_types = ["onboarding.PhasePage"]
    subpage_types: list[str] = []

    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.READ,
        help_text=_("Gives the step its icon and its word; a meeting is arranged outside the portal."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=10,
        validators=[MinValueValidator(1)],
        help_text=_("Roughly how long it takes. People plan with it."),
    )
    is_required = models.BooleanField(
        _("required"),
        default=True,
        help_text=_("Only required steps count for being done. A step that isn't required is shown as a suggestion."),
    )
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
        PageChooserPanel("reads"),
        FieldPanel("body"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("step")


class Enrolment(models.Model):
    """One person on one path, with their own start date.

    It is never deleted: who stops gets an ``ended_on``, and may be put on the same path again afterwards.
    ``completed_at`` is set when the last step that counts is done. A step that editors add later doesn't take it away.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="enrolments"
    )
    path_key = models.UUIDField(_("path"), help_text=_("translation_key of the path."))
    start_date = models.DateField(_("start date"), help_text=_("Day 1 of the path. The phases count from it."))
    created_at = models.DateTimeField(auto_now_add=True)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)
    ended_on = models.DateField(
        _("ended on"),
        null=True,
        blank=True,
        help_text=_("For who stops before the end. What was done is kept, and can still be read by its owner."),
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-start_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "path_key"],
                condition=models.Q(ended_on__isnull=True),
                name="onboarding_enrolment_one_running_per_path",
                violation_error_message=_("This colleague is already on this path."),
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


class Supporter(models.Model):
    """A colleague who walks along on one enrolment; the manager is the person's own (``User.manager``)."""

    class Role(models.TextChoices):
        BUDDY = "buddy", _("Buddy")
        MENTOR = "mentor", _("Mentor")
        HR = "hr", _("HR contact")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="supporters")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("colleague"), on_delete=models.PROTECT, related_name="supports"
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.BUDDY)

    class Meta:
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "colleague", "role"], name="onboarding_supporter_once_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.colleague} ({self.get_role_display()})"
