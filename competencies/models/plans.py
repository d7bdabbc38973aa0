"""What somebody wants to learn, by when, and what they finished that bears on it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..levels import Level
from ..plan_querysets import GoalQuerySet

ACTION_LENGTH = 600


class Goal(models.Model):
    """A competency somebody wants to get further in. Theirs alone, unless they share it (``Sharing.with_plan``).

    ``competency_titles`` is ``{language: title}`` as it was when the goal was set, for when the competency is gone.
    ``from_level`` is 0 for "not yet" and empty for "don't know".
    """

    # In addresses, and made with the form: a form that is sent twice sets one goal.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="goals")
    competency_key = models.UUIDField()
    competency_titles = models.JSONField(default=dict)
    from_level = models.PositiveSmallIntegerField(_("where I am now"), null=True, blank=True)
    to_level = models.PositiveSmallIntegerField(_("where I want to be"))
    action = models.TextField(_("what I am going to do"), max_length=ACTION_LENGTH)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)
    # Goes up with every change, so that two tabs don't overwrite each other unseen.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("set on"), auto_now_add=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "competency_key"],
                condition=Q(done_at__isnull=True),
                name="competencies_one_open_goal_per_competency",
            ),
            models.CheckConstraint(
                condition=Q(to_level__in=Level.values)
                & (Q(from_level__isnull=True) | Q(from_level__lt=models.F("to_level"))),
                name="competencies_goal_leads_up",
            ),
            models.CheckConstraint(condition=~Q(action=""), name="competencies_goal_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.competency_key}"


class Evidence(models.Model):
    """Something the person finished, put beside a goal by themselves; it never changes a level.

    ``source`` and ``key`` are those of ``competencies.evidence``. The title is as it was then, so that it survives.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    title = models.CharField(_("title"), max_length=300)
    happened_on = models.DateField(_("finished on"))
    added_at = models.DateTimeField(_("added on"), auto_now_add=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-happened_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["goal", "source", "key"], name="competencies_evidence_once_per_goal")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.source} {self.key}"
