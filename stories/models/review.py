"""The way of a story from sending to publishing, and everything that happened on it."""

from django.conf import settings
from django.db import models
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Revision, TaskState

from ..judges import judges_as
from ..querysets import SubmissionQuerySet
from .pages import StoryPage


class Submission(models.Model):
    """Where a story stands. Wagtail's workflow carries the approval; this row carries what it has no place for:
    who took it up, until when, how far it was passed on, and whether the author has to say yes first.
    """

    class State(models.TextChoices):
        IN_REVIEW = "in_review", _("being read by a moderator")
        CHANGES_ASKED = "changes_asked", _("your turn: changes asked")
        AUTHOR_TO_AGREE = "author_to_agree", _("your turn: do you agree with the edits?")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("not published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    # What may follow what; anything else is refused (``services.moving.StateError``).
    MOVES = {
        State.IN_REVIEW: {
            State.CHANGES_ASKED,
            State.AUTHOR_TO_AGREE,
            State.PUBLISHED,
            State.DECLINED,
            State.WITHDRAWN,
        },
        # To "published" past the moderators: an editor published it in the admin.
        State.CHANGES_ASKED: {State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN},
        State.AUTHOR_TO_AGREE: {State.PUBLISHED, State.CHANGES_ASKED, State.IN_REVIEW, State.WITHDRAWN},
        # "Changes asked" after a report that was upheld; "declined" when read along afterwards, or taken down by an
        # editor.
        State.PUBLISHED: {State.IN_REVIEW, State.CHANGES_ASKED, State.DECLINED, State.WITHDRAWN},
        State.DECLINED: {State.IN_REVIEW, State.PUBLISHED, State.WITHDRAWN},
        State.WITHDRAWN: {State.IN_REVIEW, State.PUBLISHED},
    }

    class Release(models.TextChoices):
        INTERNAL = "internal", _("internal")
        ASKED = "asked", _("waiting for release")
        PUBLIC = "public", _("may go outside")

    story = models.OneToOneField(StoryPage, on_delete=models.CASCADE, related_name="submission")
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.IN_REVIEW)
    submitted_at = models.DateTimeField(_("sent on"))
    due_at = models.DateTimeField(_("answer promised by"))
    decided_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken up by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="claimed_stories",
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    escalation = models.PositiveSmallIntegerField(
        _("passed on"),
        default=0,
        help_text=_("0: to all moderators, 1: to a second moderator, 2: to the community manager."),
    )
    reads_after = models.BooleanField(
        _("to be read afterwards"), default=False, help_text=_("Published at once; a moderator still reads along.")
    )
    is_first_story = models.BooleanField(_("first story of this person"), default=False)
    appealed_at = models.DateTimeField(_("looked at again since"), null=True, blank=True)
    excluded_moderators = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text=_("Who decided before, when somebody asks again."),
    )
    edited_revision = models.ForeignKey(
        Revision,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The moderator's version that the author has to agree with."),
    )
    agree_by = models.DateTimeField(_("agree before"), null=True, blank=True)
    release = models.CharField(_("outside"), max_length=10, choices=Release.choices, default=Release.INTERNAL)
    upheld_report_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(
        _("hidden since"), null=True, blank=True, help_text=_("Taken from view after reports, until they are settled.")
    )
    hidden_pages = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text=_("What was live when it was hidden: ids of pages with the ids of their revisions."),
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sent story")
        verbose_name_plural = _("sent stories")
        indexes = [models.Index(fields=["state", "due_at"], name="stories_submission_queue")]

    def __str__(self) -> str:
        return f"{self.story_id}: {self.state}"


class StoryEvent(models.Model):
    """One thing that happened to a story: its timeline, in order. Never changed, never deleted."""

    class Kind(models.TextChoices):
        SENT = "sent", _("sent")
        CLAIMED = "claimed", _("taken up")
        RELEASED = "released", _("let go")
        PASSED_ON = "passed_on", _("passed on")
        CHANGES_ASKED = "changes_asked", _("changes asked")
        ANSWERED = "answered", _("answered")
        EDITED = "edited", _("edited by the moderator")
        AGREED = "agreed", _("edits agreed")
        NOT_AGREED = "not_agreed", _("edits not agreed")
        LAPSED = "lapsed", _("not answered in time")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("not published")
        APPEALED = "appealed", _("asked to look again")
        WITHDRAWN = "withdrawn", _("withdrawn")
        RESTORED = "restored", _("put back")
        CHANGED = "changed", _("changed after publishing")
        HIDDEN = "hidden", _("hidden until it is settled")
        SHOWN = "shown", _("shown again")
        RELEASE_ASKED = "release_asked", _("asked whether it may go outside")
        RELEASE_GIVEN = "release_given", _("may go outside")
        RELEASE_REFUSED = "release_refused", _("stays inside")
        RELEASE_ENDED = "release_ended", _("no longer outside")
        USED = "used", _("used in the company story")

    class Reason(models.TextChoices):
        PRIVACY = "privacy", _("Somebody's privacy")
        CUSTOMER = "customer", _("A customer can be recognised")
        UNFINISHED = "unfinished", _("News that isn't ready yet")
        FACTS = "facts", _("A fact that doesn't hold")
        CLARITY = "clarity", _("A part others won't understand")
        PHOTO = "photo", _("A photo")
        TONE = "tone", _("The tone towards somebody")
        OTHER = "other", _("Something else")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    comment = models.TextField(blank=True)
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission_id} {self.kind}"


class StoryReviewTask(AbstractGroupApprovalTask):
    """A moderator reads along: Wagtail's group approval, except that nobody judges their own story.

    What is decided in the admin goes through the same services as in the portal, so that both keep one timeline. A story
    that editors made in the admin was sent in by nobody: it goes Wagtail's own way.
    """

    admin_form_fields = AbstractGroupApprovalTask.admin_form_fields

    def get_actions(self, obj, user):
        """What this person may do from the admin now: approve, ask for changes or decline, never with their own."""
        submission = Submission.objects.filter(story=obj.pk).select_related("story").first()
        if submission is None:
            own = getattr(obj.specific, "author_id", None) == user.pk
            return [] if own else super().get_actions(obj, user)
        if submission.state != Submission.State.IN_REVIEW or not self._may_judge(submission, user):
            return []
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Approve"), False),
            ("approve", _("Approve with comment"), True),
            ("decline", _("Don't publish"), True),
        ]

    def get_form_for_action(self, action):
        """A reason from the list and words, for what the author has to understand."""
        # Forms stand above models.
        from ..forms.reviewing import AskChangesForm, DeclineForm

        forms = {"reject": AskChangesForm, "decline": DeclineForm}
        return forms.get(action) or super().get_form_for_action(action)

    def on_action(self, task_state, user, action_name, **kwargs):
        """Do it the portal's way. Raises PermissionDenied where a colleague was first or it may not be."""
        # Services stand above models.
        from ..services.admin_moderation import act_on_task

        if not act_on_task(task_state=task_state, user=user, action=action_name, answers=kwargs):
            super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """The stories waiting for this person; their own, and those they decided before, are not among them."""
        role = judges_as(user)
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if not role:
            states = super().get_task_states_user_can_moderate(user, **kwargs)
        known = Submission.objects.annotate(key=Cast("story_id", CharField())).values("key")
        waiting = Submission.objects.to_judge(user).annotate(key=Cast("story_id", CharField())).values("key")
        own = StoryPage.objects.filter(author=user).annotate(key=Cast("pk", CharField())).values("key")
        here = Q(workflow_state__object_id__in=waiting) if role else Q(pk__in=[])
        unsent = ~Q(workflow_state__object_id__in=known) & ~Q(workflow_state__object_id__in=own)
        return states.filter(here | unsent)

    def _may_judge(self, submission, user) -> bool:
        return Submission.objects.to_judge(user).filter(pk=submission.pk).exists()

    @classmethod
    def get_description(cls):
        """What editors of workflows see."""
        return _("Moderators read a story before it appears; authors never judge their own")

    class Meta:
        verbose_name = _("moderation of stories")
        verbose_name_plural = _("moderation of stories")
