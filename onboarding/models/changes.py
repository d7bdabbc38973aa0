"""What editors changed on a running path, and what became of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PublishedStructure(models.Model):
    """What a path last looked like to its plans: the steps with their rules, to tell what a publication changed.

    ``steps`` is ``{step key: {"title", "phase", "is_required", "assignee", "rule", "for_all"}}``; see
    ``onboarding.plan.structure``.
    """

    path_key = models.UUIDField(unique=True)
    steps = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.path_key)


class FormerStep(models.Model):
    """A step that was moved to another path, and the phase it stood in: plans that have it still go on with it there."""

    path_key = models.UUIDField()
    step_key = models.UUIDField()
    phase_key = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path_key", "step_key"], name="onboarding_formerstep_once_per_path")
        ]

    def __str__(self) -> str:
        return f"{self.path_key} {self.step_key}"


class ChangeSet(models.Model):
    """Structural changes to a path (steps added, taken away, other rules), held until an editor says for whom.

    ``changes`` is ``[{"kind": "added" | "removed" | "changed", "step": key, "title", "before", "after"}, ...]``. One
    undecided set per path gathers all there is.
    """

    class Choice(models.TextChoices):
        ALL = "all", _("everybody who is under way")
        NOT_PAST = "not_past", _("who is not past that phase yet")
        NEW = "new", _("new people only")

    path_key = models.UUIDField(db_index=True)
    changes = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    choice = models.CharField(_("for whom"), max_length=10, choices=Choice.choices, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("working days for added steps"),
        default=5,
        help_text=_("An added step is due no sooner than so many working days from now."),
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    people = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("change of a path")
        verbose_name_plural = _("changes of paths")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["path_key"],
                condition=models.Q(decided_at__isnull=True),
                name="onboarding_changeset_one_open_per_path",
            )
        ]

    def __str__(self) -> str:
        return f"{self.path_key} {self.made_at:%Y-%m-%d}"


class PageEdition(models.Model):
    """A published change of a page that people confirm they read: small (what was confirmed stands) or large (again).

    ``page_key`` is the ``translation_key`` of the page to read, or of the step itself where it holds the text. Both
    languages share their editions. ``number`` counts the large ones; 0 is the text as it first was. A large one that
    ``waits`` is asked of nobody yet: the translation is behind. What is published until then belongs to it.
    """

    page_key = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField(default=0)
    is_large = models.BooleanField(_("ask everybody again"), default=False)
    waits = models.BooleanField(_("waits for the translation"), default=False)
    note = models.CharField(_("what is different"), max_length=300, blank=True)
    grace_days = models.PositiveSmallIntegerField(_("working days to confirm it again"), default=5)
    revision_id = models.PositiveBigIntegerField()
    decided_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["page_key", "revision_id"], name="onboarding_edition_once_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.page_key} {self.number}"
