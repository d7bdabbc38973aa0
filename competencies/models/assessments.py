"""Where somebody stands: their own scores, with whom they share them, and what the two agree on.

Nothing here is an appraisal, and nothing leads to pay. Who sees what is in ``competencies.visibility``.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..levels import Level
from ..querysets import AssessmentQuerySet, SharingQuerySet

EXAMPLE_LENGTH = 2000


class ProfileVersion(models.Model):
    """What a profile asked at some moment, in every language; whoever was assessed by it then shares the row.

    ``content`` is ``{"title": {language: text}, "rows": [{"competency": translation key, "level": 1-4, "is_core": bool,
    "title": {language: text}, "definition": {language: text}, "indicators": {language: [[text, ...] per level]}}]}``;
    ``digest`` is the SHA-256 of it.
    """

    profile_key = models.UUIDField()
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("version of a profile")
        constraints = [
            models.UniqueConstraint(fields=["profile_key", "digest"], name="competencies_version_once_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.profile_key} {self.digest[:8]}"


class Assessment(models.Model):
    """One time that somebody looked where they stand. The profile is meant in every language."""

    # In addresses: says nothing, and can't be counted through.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assessments")
    profile_key = models.UUIDField()
    version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, related_name="assessments")
    started_at = models.DateTimeField(_("begun on"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished on"), null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["-started_at", "-pk"]
        permissions = [("read_groups", _("Can read how groups stand, without names"))]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "profile_key"],
                condition=Q(finished_at__isnull=True),
                name="competencies_one_running_per_profile",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.profile_key}"


class Sharing(models.Model):
    """That somebody lets one colleague see an assessment and score it as well; ended, it can be taken up again.

    ``outcome_version`` goes up with every change of what the two agree on: each agrees to the version they saw.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="sharings")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assessing")
    with_plan = models.BooleanField(_("my plan as well"), default=False)
    shared_at = models.DateTimeField(_("shared on"))
    ended_at = models.DateTimeField(_("taken back on"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("scored on"), null=True, blank=True)
    outcome_version = models.PositiveIntegerField(default=0)
    person_agreed_at = models.DateTimeField(null=True, blank=True)
    assessor_agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(_("agreed on"), null=True, blank=True)

    objects = SharingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sharing")
        ordering = ["-shared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=Q(ended_at__isnull=True), name="competencies_one_assessor_at_a_time"
            ),
            models.UniqueConstraint(fields=["assessment", "assessor"], name="competencies_sharing_once_per_assessor"),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True)
                | Q(submitted_at__isnull=False, person_agreed_at__isnull=False, assessor_agreed_at__isnull=False),
                name="competencies_agreed_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.assessor_id}"


class Rating(models.Model):
    """One score: by the person themselves, by who assesses, or what the two settled on.

    ``level`` is 0 for who isn't at the first level yet, and empty with ``is_unknown``.
    """

    class By(models.TextChoices):
        """Whose score it is."""

        SELF = "self", _("myself")
        ASSESSOR = "assessor", _("assessor")
        JOINT = "joint", _("together")

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="ratings")
    sharing = models.ForeignKey(Sharing, null=True, blank=True, on_delete=models.CASCADE, related_name="ratings")
    by = models.CharField(max_length=8, choices=By.choices)
    competency_key = models.UUIDField()
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    is_unknown = models.BooleanField(default=False)
    example = models.TextField(_("example"), blank=True, max_length=EXAMPLE_LENGTH)
    # Goes up with every change, so that two tabs don't overwrite each other unseen.
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("score")
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "competency_key"], condition=Q(by="self"), name="competencies_one_own_score"
            ),
            models.UniqueConstraint(
                fields=["sharing", "competency_key", "by"],
                condition=Q(sharing__isnull=False),
                name="competencies_one_shared_score",
            ),
            models.CheckConstraint(
                condition=Q(by="self", sharing__isnull=True) | (~Q(by="self") & Q(sharing__isnull=False)),
                name="competencies_score_belongs",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=Level.EXPERT, is_unknown=False),
                name="competencies_score_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.by} {self.competency_key}"

    @property
    def is_answer(self) -> bool:
        """Whether it has a level or "don't know"; without, it holds an example only."""
        return self.level is not None or self.is_unknown
