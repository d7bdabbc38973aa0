"""What was planned and done of each step, and what goes with doing it: ticks, attempts, answers, drafts."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..querysets import StepProgressQuerySet, may_be_left_at_the_end
from ..roles import Who
from .enrolments import Enrolment


def upload_place(answer, filename: str) -> str:
    """Where a file that was handed in lies: a name nobody can guess, without the words of its own."""
    return f"onboarding/{uuid.uuid4().hex}"


class StepProgress(models.Model):
    """One step in one person's plan and what became of it.

    A planned enrolment has a row for each of its steps. ``in_plan`` is False for a step that was opened or done without
    being part of the plan (an editor added it for others only, or took it away): it is history and counts for nothing.
    ``rule`` is what ``due_on`` was worked out from (see ``onboarding.plan.due``); a date that was set by hand stays.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    step_key = models.UUIDField(_("step"), help_text=_("translation_key of the step."))

    in_plan = models.BooleanField(default=True)
    is_required = models.BooleanField(default=True)
    assignee = models.CharField(max_length=10, choices=Who.choices, default=Who.NEWCOMER)
    rule = models.JSONField(default=dict, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    due_by_hand = models.BooleanField(default=False)

    opened_at = models.DateTimeField(_("opened on"), null=True, blank=True)
    # Done, or handed in, and waiting for whoever signs it off; in which language they read it.
    submitted_at = models.DateTimeField(_("handed in on"), null=True, blank=True)
    submitted_language = models.CharField(max_length=8, blank=True)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # What was read: in which language, and which revisions of the step and of the page it points to.
    language = models.CharField(max_length=8, blank=True)
    revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    read_revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    # The edition that was confirmed; see PageEdition. A later large change asks again.
    edition = models.PositiveIntegerField(default=0)
    # Assessment.key of the one that completed it. The person may have thrown that away since; the step stays done.
    assessment_key = models.UUIDField(null=True, blank=True)
    waived_at = models.DateTimeField(_("waived on"), null=True, blank=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    waiver_reason = models.CharField(_("why it is waived"), max_length=300, blank=True)
    # The attempt that runs now; earlier ones are StepAttempt rows.
    attempt = models.PositiveSmallIntegerField(default=1)
    # Since when it is asked for once more: opened again, sent back, no longer waived, or its text changed. None: since the
    # plan was made. Reminding begins anew from then.
    asked_from = models.DateTimeField(null=True, blank=True)
    # How far reminding went: see onboarding.reminders.Stage. Never goes back while the same thing is asked; while it waits
    # to be signed off it is asked of whoever does that.
    reminded = models.PositiveSmallIntegerField(default=0)
    nudged_at = models.DateTimeField(null=True, blank=True)
    asked_useful_at = models.DateTimeField(null=True, blank=True)

    objects = StepProgressQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "step_key"], name="onboarding_stepprogress_once_per_step"),
            models.UniqueConstraint(
                fields=["enrolment", "assessment_key"],
                condition=models.Q(assessment_key__isnull=False),
                name="onboarding_assessment_counts_once_per_plan",
            ),
        ]
        indexes = [
            # What the clock asks: open, planned steps by date, in pieces.
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(in_plan=True, completed_at__isnull=True, waived_at__isnull=True),
                name="onboarding_progress_due",
            ),
            # What waits to be signed off, which the clock asks every five minutes: a handful among millions.
            models.Index(
                fields=["id"],
                condition=models.Q(
                    in_plan=True, submitted_at__isnull=False, completed_at__isnull=True, waived_at__isnull=True
                ),
                name="onboarding_progress_to_sign",
            ),
            # What is left to do on a path that is finished.
            models.Index(fields=["id"], condition=may_be_left_at_the_end(), name="onboarding_progress_left"),
            models.Index(fields=["step_key"], name="onboarding_progress_step"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_key}"


class StepAttempt(models.Model):
    """An earlier completion of a step that was reopened since; it stays as it was."""

    progress = models.ForeignKey(StepProgress, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(max_length=8, blank=True)
    revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    read_revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=0)
    assessment_key = models.UUIDField(null=True, blank=True)
    reopened_at = models.DateTimeField(auto_now_add=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["progress", "number"], name="onboarding_attempt_once")]

    def __str__(self) -> str:
        return f"{self.progress_id} ({self.number})"


class ChecklistTick(models.Model):
    """One item of a checklist, ticked; no row means not ticked. ``item`` is the id of its block."""

    progress = models.ForeignKey(StepProgress, on_delete=models.CASCADE, related_name="ticks")
    item = models.UUIDField()
    ticked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["progress", "item"], name="onboarding_tick_once_per_item")]

    def __str__(self) -> str:
        return f"{self.progress_id} {self.item}"


class QuizAttempt(models.Model):
    """One go at a quiz: the questions as they were asked, in the order they were asked, and what was answered.

    ``questions`` is ``[{"id", "text", "answers": [{"id", "text", "is_right", "explanation"}, ...]}, ...]`` and
    ``answers`` ``{question id: [answer ids]}``. ``score`` is in hundredths, None until it was handed in.
    """

    progress = models.ForeignKey(StepProgress, on_delete=models.CASCADE, related_name="quiz_attempts")
    number = models.PositiveSmallIntegerField()
    # The attempt at the step (StepProgress.attempt) that it belongs to: opened again, the counting starts anew.
    round = models.PositiveSmallIntegerField(default=1)
    questions = models.JSONField(default=list)
    answers = models.JSONField(default=dict)
    pass_mark = models.PositiveSmallIntegerField(default=80)
    language = models.CharField(max_length=8, blank=True)
    revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    is_passed = models.BooleanField(default=False)
    # An editor mended the key and asked to count again; the first score is kept in the event.
    rescored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["progress", "number"], name="onboarding_quizattempt_once"),
            models.UniqueConstraint(
                fields=["progress"],
                condition=models.Q(submitted_at__isnull=True),
                name="onboarding_quizattempt_one_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.progress_id} ({self.number})"


class StepAnswer(models.Model):
    """What somebody handed in for one field, with the question as it was asked.

    The current answer has no ``replaced_at``; earlier ones stay. ``field`` is the id of the field's block.
    """

    progress = models.ForeignKey(StepProgress, on_delete=models.CASCADE, related_name="answers")
    field = models.UUIDField()
    question = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    value = models.TextField(blank=True)
    file = models.FileField(upload_to=upload_place, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    revision_id = models.PositiveBigIntegerField(null=True, blank=True)
    given_at = models.DateTimeField(auto_now_add=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["progress", "field"],
                condition=models.Q(replaced_at__isnull=True),
                name="onboarding_answer_one_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.progress_id} {self.field}"


class StepDraft(models.Model):
    """What was typed into a step's form and not handed in yet: ``{field id: text}``.

    A file is ``{field id: {"file": place, "name": its own name}}``; see ``onboarding.services.handing_in``.
    """

    progress = models.OneToOneField(StepProgress, on_delete=models.CASCADE, related_name="draft")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.progress_id}"
