"""The steps of an onboarding path, as editors make them: pages of eight kinds."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from base.blocks import BodyBlock
from base.models import BasePage

from ..blocks import ChecklistBlock, FormBlock, QuizBlock
from ..forms.authoring import StepPageForm
from ..forms.copying import OwnCopyForm
from ..locks import LockedWithPathMixin
from ..roles import Who
from .audience import AudienceMixin


class StepPage(AudienceMixin, LockedWithPathMixin, BasePage):
    """One step: something to read, watch, do, meet for, answer, hand in, confirm, or to assess oneself by.

    Eight kinds, because being done means something else for each: see ``onboarding.services.doing``.
    """

    class Kind(models.TextChoices):
        READ = "read", pgettext_lazy("kind of step", "Read")
        WATCH = "watch", pgettext_lazy("kind of step", "Watch")
        DO = "do", pgettext_lazy("kind of step", "Do")
        MEET = "meet", pgettext_lazy("kind of step", "Meet")
        QUIZ = "quiz", pgettext_lazy("kind of step", "Quiz")
        SUBMIT = "submit", pgettext_lazy("kind of step", "Hand in")
        CONFIRM = "confirm", pgettext_lazy("kind of step", "Confirm")
        ASSESS = "assess", pgettext_lazy("kind of step", "Assess")

    class DueFrom(models.TextChoices):
        """What a due date is counted from."""

        PHASE = "phase", _("the last day of its phase")
        START = "start", _("the start date")
        ENROLMENT = "enrolment", _("the day of enrolment")
        PROBATION = "probation", _("the end of the probation period")
        STEP = "step", _("the completion of another step")
        FIXED = "fixed", _("a fixed date")
        NEVER = "never", _("no date")

    class DueUnit(models.TextChoices):
        WORKING = "working", _("working days")
        CALENDAR = "calendar", _("calendar days")
        WEEKS = "weeks", _("weeks")

    # Not a quiz, which is passed by its answers, nor a text to confirm or an assessment: those are somebody's own word.
    SIGNED_OFF_KINDS = frozenset({Kind.READ, Kind.WATCH, Kind.DO, Kind.MEET, Kind.SUBMIT})

    parent_page_types = ["onboarding.PhasePage"]
    copy_form_class = OwnCopyForm
    subpage_types: list[str] = []

    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind.choices,
        default=Kind.READ,
        help_text=_("What makes it done. Can't change once the step was published: people did it as it was."),
    )
    assignee = models.CharField(
        _("who does it"),
        max_length=10,
        choices=Who.choices,
        default=Who.NEWCOMER,
        help_text=_("A step of somebody else stands in their own list, with the same dates and reminders."),
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

    # Kept beside the page itself, so that a deleted page is told from none, and any language's page will do.
    reads_key = models.UUIDField(null=True, blank=True, editable=False)
    profile = models.ForeignKey(
        "competencies.CompetencyProfilePage",
        verbose_name=_("competency profile"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("For a step to assess. Finishing an assessment by this profile completes the step."),
    )
    # Kept as that of the page to read is.
    profile_key = models.UUIDField(null=True, blank=True, editable=False)

    due_from = models.CharField(_("due"), max_length=10, choices=DueFrom.choices, default=DueFrom.PHASE)
    due_count = models.SmallIntegerField(
        _("day"),
        default=1,
        help_text=_("Day 1 is the first working day itself; -1 the one before it. There is no day 0."),
    )
    due_unit = models.CharField(_("counted in"), max_length=10, choices=DueUnit.choices, default=DueUnit.WORKING)
    due_step = models.ForeignKey(
        "self",
        verbose_name=_("after this step"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    due_date = models.DateField(_("on this date"), null=True, blank=True)

    needs_all = models.BooleanField(
        _("all of them first"), default=True, help_text=_("Untick it where one of the steps below is enough.")
    )
    visible_before_start = models.BooleanField(
        _("visible before the start"),
        default=False,
        help_text=_(
            "Can be read from the invitation on, by who has no account yet. A page it points to has to be visible before the "
            "start as well: see the menu with dots above that page."
        ),
    )

    checklist = StreamField(ChecklistBlock(), verbose_name=_("checklist"), blank=True)
    questions = StreamField(QuizBlock(), verbose_name=_("questions"), blank=True)
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many of a hundred questions have to be right."),
    )
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as often as needed."),
    )
    form_fields = StreamField(FormBlock(), verbose_name=_("what is handed in"), blank=True)
    signed_off_by = models.CharField(
        _("signed off by"),
        max_length=10,
        choices=[choice for choice in Who.choices if choice[0] != Who.NEWCOMER],
        blank=True,
        help_text=_(
            "Who looks at it and says that it is done; until then it waits, and nobody is late for it. Empty: it is done when "
            "whoever does it says so. Not for a quiz, a text to confirm or an assessment."
        ),
    )
    is_check_in = models.BooleanField(
        _("check-in"),
        default=False,
        help_text=_(
            "For a step to meet: both put points on an agenda beforehand and write down what they agreed, and both read all "
            "of it. Before the end of the probation period it is ten working days before, unless you choose another day."
        ),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("counts for so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Who comes back within that time needn't do it again. Empty: always again."),
    )
    replaces = models.ForeignKey(
        "self",
        verbose_name=_("takes the place of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who did that step needn't do this one."),
    )
    replaces_key = models.UUIDField(null=True, blank=True, editable=False)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("kind"),
                FieldPanel("assignee"),
                FieldPanel("signed_off_by"),
                FieldPanel("minutes"),
                FieldPanel("is_required"),
            ],
            heading=_("What it asks"),
        ),
        HelpPanel(
            _(
                "Read and confirm: choose a page to read or write the text. Watch: put the video in the text. Do: a "
                "checklist, if there are several things to do. Quiz: questions. Hand in: the fields to fill in. Assess: a "
                "competency profile; the scores stay the newcomer’s own. Leave the rest empty: it isn't shown. In the text you can "
                "write {{first_name}}, {{buddy}}, {{manager}}, {{start_date}} and {{organisation}}: everybody reads their own."
            )
        ),
        PageChooserPanel("reads"),
        FieldPanel("body"),
        PageChooserPanel("profile", "competencies.CompetencyProfilePage"),
        FieldPanel("is_check_in"),
        FieldPanel("checklist", help_text=_("For a step to do. Every item is ticked by itself.")),
        MultiFieldPanel(
            [FieldPanel("questions"), FieldPanel("pass_mark"), FieldPanel("max_attempts")],
            heading=_("Quiz"),
            help_text=_("For a quiz. Tick at least one right answer for each question."),
        ),
        MultiFieldPanel(
            [FieldPanel("form_fields")],
            heading=_("To hand in"),
            help_text=_("For a step to hand in. A choice needs at least two choices."),
        ),
    ]
    planning_panels = [
        MultiFieldPanel(
            [
                FieldPanel("due_from", heading=_("Date counted from")),
                FieldPanel("due_count"),
                FieldPanel("due_unit"),
                PageChooserPanel("due_step", "onboarding.StepPage"),
                FieldPanel("due_date"),
            ],
            heading=_("When"),
            help_text=_(
                "By the end of its phase needs nothing else. After another step: choose which. On a fixed date: fill it in, "
                "for everybody the same."
            ),
        ),
        MultiFieldPanel(
            [FieldPanel("needs_all"), InlinePanel("prerequisites", label=_("step"))], heading=_("After which steps")
        ),
        MultiFieldPanel(
            [
                *AudienceMixin.audience_panels,
                FieldPanel("visible_before_start"),
            ],
            heading=_("For whom"),
        ),
        MultiFieldPanel(
            [FieldPanel("valid_months"), PageChooserPanel("replaces", "onboarding.StepPage")],
            heading=_("What counts as done already"),
        ),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(content_panels, heading=_("Content")),
            ObjectList(planning_panels, heading=_("Planning")),
            ObjectList(BasePage.promote_panels, heading=_("Promote")),
            ObjectList(BasePage.settings_panels, heading=_("Settings")),
        ],
        base_form_class=StepPageForm,
    )
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    class Meta:
        verbose_name = _("step")

    def with_content_json(self, content):
        """A version of this page; once it was published the kind stays, also where an older version says another one."""
        page = super().with_content_json(content)
        if self.first_published_at:
            page.kind = self.kind
        return page

    def save(self, *args, **kwargs):
        """Keeps the keys of the page to read, of the profile and of the step whose place this one takes.

        An empty choice keeps its key: the page may have been deleted. Who empties it does so in the form, which clears it.
        """
        for name in ("reads", "profile", "replaces"):
            if getattr(self, f"{name}_id"):
                setattr(self, f"{name}_key", getattr(self, name).translation_key)
        super().save(*args, **kwargs)


class StepPrerequisite(Orderable):
    """A step that has to be done before another one opens."""

    page = ParentalKey(StepPage, on_delete=models.CASCADE, related_name="prerequisites")
    step = models.ForeignKey(StepPage, verbose_name=_("step"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("step", "onboarding.StepPage")]

    class Meta(Orderable.Meta):
        verbose_name = _("step to do first")
        constraints = [models.UniqueConstraint(fields=["page", "step"], name="onboarding_prerequisite_once_per_step")]

    def __str__(self) -> str:
        return str(self.step)
