"""What authors say to a decision: they agree, they don't, they explain, or they ask another moderator to look."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import StoryEvent, Submission
from ..promises import answer_promised_by
from .moderating import approve
from .moving import (
    StateError,
    expect,
    last_sent_revision,
    lock,
    move,
    record,
    require_author,
    tell_moderators,
    what_happened,
)
from .workflow import channel_of, judge_this, resume_workflow, start_workflow

State, Kind = Submission.State, StoryEvent.Kind


@transaction.atomic
def agree_with_edits(*, submission: Submission, author) -> Submission:
    """The author agrees: publish as the moderator edited it."""
    submission = lock(submission.pk)
    require_author(submission, author)
    expect(submission, State.AUTHOR_TO_AGREE)
    record(submission, Kind.AGREED, actor=author)
    edited = submission.edited_revision
    if edited is not None and submission.story.latest_revision_id != edited.pk:
        # Somebody saved a draft in the admin meanwhile; what the author agreed with is what appears.
        edited.as_object().save_revision(user=edited.user)
    return approve(submission, (edited and edited.user) or author, "")


@transaction.atomic
def refuse_edits(*, submission: Submission, author, comment: str = "") -> Submission:
    """The author doesn't agree: the story goes back to the queue in their own words."""
    submission = lock(submission.pk)
    require_author(submission, author)
    expect(submission, State.AUTHOR_TO_AGREE)
    put_own_words_back(submission)
    submission.due_at = answer_promised_by(timezone.now(), channel_of(submission).target_days)
    event = move(submission, State.IN_REVIEW, event=Kind.NOT_AGREED, actor=author, comment=comment)
    tell_moderators(submission, "story.to_review", event)
    return submission


def put_own_words_back(submission: Submission) -> None:
    """Make what the author sent last the version that is judged; the moderator's stays in the timeline."""
    own = last_sent_revision(submission)
    if own is not None:
        judge_this(submission, own.as_object().save_revision(user=submission.story.author))


@transaction.atomic
def appeal_decision(*, submission: Submission, author, comment: str) -> Submission:
    """Ask once that another moderator looks; raises StateError the second time."""
    submission = lock(submission.pk)
    require_author(submission, author)
    expect(submission, State.DECLINED)
    if submission.appealed_at is not None:
        raise StateError(what_happened(submission))
    decided = submission.events.filter(kind=Kind.DECLINED).order_by("-created_at", "-pk").first()
    if decided is not None and decided.actor_id:
        submission.excluded_moderators.add(decided.actor_id)
    now = timezone.now()
    submission.appealed_at, submission.escalation = now, 0
    submission.due_at = answer_promised_by(now, channel_of(submission).target_days)
    event = move(submission, State.IN_REVIEW, event=Kind.APPEALED, actor=author, comment=comment)
    start_workflow(submission, author)
    tell_moderators(submission, "story.to_review", event)
    return submission


@transaction.atomic
def explain_story(*, submission: Submission, author, comment: str) -> Submission:
    """Answer a question for changes in words: the story goes back to the moderators as it stands.

    Raises ValidationError (by field) without words, StateError where nothing is asked (any more).
    """
    if not comment.strip():
        raise ValidationError({"comment": [_("Say in a few words what you mean.")]})
    submission = lock(submission.pk)
    require_author(submission, author)
    if not is_asked_for_changes(submission):
        raise StateError(what_happened(submission))
    now, comment = timezone.now(), comment.strip()
    submission.due_at, submission.escalation = answer_promised_by(now, channel_of(submission).target_days), 0
    if submission.state == State.PUBLISHED:
        submission.reads_after = True
        event = move(submission, State.PUBLISHED, event=Kind.ANSWERED, actor=author, comment=comment)
    else:
        submission.submitted_at = now
        event = move(submission, State.IN_REVIEW, event=Kind.ANSWERED, actor=author, comment=comment)
        resume_workflow(submission, author)
    tell_moderators(submission, "story.to_review", event)
    return submission


def is_asked_for_changes(submission: Submission) -> bool:
    """Whether a moderator waits for the author: before publishing, or in a story that is out."""
    if submission.state != State.PUBLISHED:
        return submission.state == State.CHANGES_ASKED
    kinds = [Kind.CHANGES_ASKED, Kind.ANSWERED, Kind.CHANGED, Kind.APPROVED, Kind.PUBLISHED]
    last = submission.events.filter(kind__in=kinds).order_by("-created_at", "-pk").first()
    return last is not None and last.kind == Kind.CHANGES_ASKED
