"""What moderators decide, and what authors say to it.

The approval itself is Wagtail's: its workflow, its log, its permissions. Two moderators at once are no error: the row is
locked, the second one hears what the first one did (StateError).
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ..difference import is_small_change
from ..models import StoryEvent, StoryPage, Submission
from ..promises import answer_promised_by
from .moving import (
    StateError,
    expect,
    lock,
    move,
    record,
    require_author,
    require_judge,
    story_of,
    tell_author,
    tell_moderators,
    what_happened,
)
from .publishing import published
from .workflow import cancel_workflow, channel_of, judge_this, reject_task, start_workflow

State, Kind = Submission.State, StoryEvent.Kind
AGREE_WITHIN = timedelta(days=5)


@transaction.atomic
def claim_story(*, submission: Submission, moderator) -> Submission:
    """Take a story up; again by the same person changes nothing. Raises StateError where a colleague has it."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    if submission.claimed_by_id == moderator.pk:
        return submission
    if submission.claimed_by_id is not None:
        raise StateError(what_happened(submission))
    submission.claimed_by, submission.claimed_at = moderator, timezone.now()
    submission.save(update_fields=["claimed_by", "claimed_at"])
    record(submission, Kind.CLAIMED, actor=moderator)
    return submission


@transaction.atomic
def release_claim(*, submission: Submission, moderator) -> Submission:
    """Let a story go that one took up; one that isn't one's own is left alone."""
    submission = lock(submission.pk)
    if submission.claimed_by_id == moderator.pk:
        submission.claimed_by = submission.claimed_at = None
        submission.save(update_fields=["claimed_by", "claimed_at"])
        record(submission, Kind.RELEASED, actor=moderator)
    return submission


@transaction.atomic
def approve_story(*, submission: Submission, moderator, comment: str = "") -> Submission:
    """Approve and publish."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    return _approve(submission, moderator, comment)


@transaction.atomic
def approve_with_edits(*, submission: Submission, moderator, title: str, text: str, comment: str = "") -> Submission:
    """Approve with the moderator's edits.

    Small ones are published and shown to the author; where the title or the meaning changed the author agrees first,
    within five days.
    """
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    story = story_of(submission)
    before_title, before_text = story.title, story.text
    story.title, story.text = title.strip(), text
    story.full_clean(exclude=["slug"])
    revision = story.save_revision(user=moderator, log_action=True)
    judge_this(submission, revision)
    record(submission, Kind.EDITED, actor=moderator, comment=comment, revision=revision)
    if story.title == before_title and is_small_change(before_text, story.text):
        return _approve(submission, moderator, comment)
    submission.edited_revision, submission.agree_by = revision, timezone.now() + AGREE_WITHIN
    event = move(
        submission, State.AUTHOR_TO_AGREE, event=Kind.EDITED, actor=moderator, comment=comment, revision=revision
    )
    tell_author(submission, "story.agree", event)
    return submission


@transaction.atomic
def agree_with_edits(*, submission: Submission, author) -> Submission:
    """The author agrees: publish as the moderator edited it."""
    submission = lock(submission.pk)
    require_author(submission, author)
    expect(submission, State.AUTHOR_TO_AGREE)
    record(submission, Kind.AGREED, actor=author)
    moderator = submission.edited_revision.user if submission.edited_revision else None
    submission.agree_by = None
    return _approve(submission, moderator or author, "")


@transaction.atomic
def refuse_edits(*, submission: Submission, author, comment: str = "") -> Submission:
    """The author doesn't agree: the story goes back to the queue in their own words."""
    submission = lock(submission.pk)
    require_author(submission, author)
    expect(submission, State.AUTHOR_TO_AGREE)
    own = submission.story.revisions.filter(user=author).order_by("-created_at", "-pk").first()
    if own is not None:
        judge_this(submission, own.as_object().save_revision(user=author, log_action=True))
    submission.agree_by = submission.edited_revision = None
    event = move(submission, State.IN_REVIEW, event=Kind.NOT_AGREED, actor=author, comment=comment)
    tell_moderators(submission, "story.to_review", event)
    return submission


@transaction.atomic
def ask_changes(*, submission: Submission, moderator, reason: str, comment: str) -> Submission:
    """Ask the author for changes, with a reason from the list and words."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    if submission.state == State.PUBLISHED and submission.reads_after:
        submission.reads_after = False
        event = move(
            submission, State.PUBLISHED, event=Kind.CHANGES_ASKED, actor=moderator, reason=reason, comment=comment
        )
    else:
        expect(submission, State.IN_REVIEW)
        event = move(
            submission, State.CHANGES_ASKED, event=Kind.CHANGES_ASKED, actor=moderator, reason=reason, comment=comment
        )
        reject_task(submission, moderator, comment)
    tell_author(submission, "story.changes_asked", event)
    return submission


@transaction.atomic
def decline_story(*, submission: Submission, moderator, reason: str, comment: str) -> Submission:
    """Don't publish, and say why. A change to a published story is declined alone: the live version stays."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    cancel_workflow(submission, moderator)
    submission.decided_at = timezone.now()
    submission.claimed_by = submission.claimed_at = None
    after = State.PUBLISHED if submission.story.live else State.DECLINED
    event = move(submission, after, event=Kind.DECLINED, actor=moderator, reason=reason, comment=comment)
    tell_author(submission, "story.declined", event)
    return submission


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
def mark_read_along(*, submission: Submission, moderator) -> Submission:
    """A story that appeared at once was read afterwards and is fine."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    if submission.reads_after:
        submission.reads_after = False
        submission.save(update_fields=["reads_after"])
        record(submission, Kind.APPROVED, actor=moderator)
    return submission


def _approve(submission: Submission, moderator, comment: str) -> Submission:
    story = StoryPage.objects.get(pk=submission.story_id)
    record(submission, Kind.APPROVED, actor=moderator, comment=comment)
    task_state = story.current_workflow_task_state
    if task_state is not None:
        task_state.specific.approve(user=moderator, comment=comment)
    return published(submission, actor=moderator, now=timezone.now())
