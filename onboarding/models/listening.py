"""What newcomers ask and say: questions about a step, whether it was useful, and the pulse."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..question_querysets import HelpRequestQuerySet
from .enrolments import Enrolment


class HelpRequest(models.Model):
    """A question about a step, read by who asked, who got it, and HR."""

    class About(models.TextChoices):
        STEP = "step", _("how to do this")
        CONTENT = "content", _("something in the text")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="questions")
    step_key = models.UUIDField()
    about = models.CharField(_("about"), max_length=8, choices=About.choices, default=About.STEP)
    text = models.TextField(_("question"), max_length=2000)
    asked_at = models.DateTimeField(auto_now_add=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="onboarding_questions"
    )
    # Nobody answered in time: the manager has it as well, and who got it first keeps it.
    passed_on_at = models.DateTimeField(null=True, blank=True)
    passed_on_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # For a question about the text: an editor mended it.
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a step")
        verbose_name_plural = _("questions about steps")
        ordering = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.step_key}"


class StepFeedback(models.Model):
    """Whether a step was useful. Anonymous answers have no enrolment and only a month.

    Their ids are random: a number that counts up would tell in which order they came, and so from whom.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step_key = models.UUIDField(db_index=True)
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="feedback")
    is_useful = models.BooleanField()
    comment = models.TextField(max_length=1000, blank=True)
    month = models.DateField(help_text=_("The first day of the month it was given in."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "step_key"],
                condition=models.Q(enrolment__isnull=False),
                name="onboarding_feedback_once_by_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step_key} {self.is_useful}"


class PulseInvitation(models.Model):
    """That somebody was asked at 30, 60 or 90 days and whether they answered; never what.

    ``answered_on`` is the first day of the month, as of the answer itself: a day would help to tell them apart.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="pulses")
    day = models.PositiveSmallIntegerField()
    asked_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "day"], name="onboarding_pulse_once_per_day")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.day}"


class PulseAnswer(models.Model):
    """What somebody said at 30, 60 or 90 days, without who; each question from 1 (not at all) to 5 (entirely).

    Ids are random, as those of ``StepFeedback``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path_key = models.UUIDField(db_index=True)
    day = models.PositiveSmallIntegerField()
    month = models.DateField()
    welcome = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    clear = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    able = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    comment = models.TextField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.path_key} {self.day}"
