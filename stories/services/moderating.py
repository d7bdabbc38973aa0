"""What moderators decide.

The approval itself is Wagtail's: its workflow, its log, its permissions. Two moderators at once are no error: the row is
locked, the second one hears what the first one did (StateError). ``revision`` is the version a moderator read; where
the story was changed since, nothing is decided about words nobody saw.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..difference import is_small_change
from ..models import StoryEvent, StoryPage, Submission
from ..promises import answer_promised_by
from ..rendering import clean_markdown
from .hiding import refuse_while_hidden
from .moving import (
    StateError,
    expect,
    expect_revision,
    last_sent_revision,
    lock,
    move,
    record,
    require_judge,
    story_of,
    tell_author,
    tell_moderators,
    what_happened,
)
from .publishing import keep_live_words, published, take_down
from .workflow import approve_task, cancel_workflow, channel_of, judge_this, reject_task

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
def approve_story(*, submission: Submission, moderator, comment: str = "", revision: int | None = None) -> Submission:
    """Approve and publish. Where somebody edited it in the admin meanwhile, its author agrees first or sees it: see
    ``approve_with_edits``.
    """
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    expect_revision(submission, revision)
    return _approve_as_it_stands(submission, moderator, comment)


@transaction.atomic
def approve_with_edits(
    *, submission: Submission, moderator, title: str, text: str, comment: str = "", revision: int | None = None
) -> Submission:
    """Approve with the moderator's edits.

    Small ones are published and shown to the author; where the title or the meaning changed the author agrees first,
    within five days. Raises ValidationError (by field) for a title or text that can't be.
    """
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    expect(submission, State.IN_REVIEW)
    expect_revision(submission, revision)
    story = story_of(submission)
    before_title, before_text = story.title, story.text
    story.title, story.text = title.strip(), clean_markdown(text)
    if (story.title, story.text) == (before_title, clean_markdown(before_text)):
        return _approve_as_it_stands(submission, moderator, comment)
    story.full_clean(exclude=["slug"])
    made = story.save_revision(user=moderator, log_action=True)
    if sent := last_sent_revision(submission):
        # What the author wrote counts, not what somebody made of it in the admin.
        own = sent.as_object()
        before_title, before_text = own.title, own.text
    is_small = not needs_agreement(before_title, before_text, story.title, story.text)
    return _approve_edited(submission, moderator, made, comment, is_small=is_small)


def _approve_as_it_stands(submission: Submission, moderator, comment: str) -> Submission:
    sent, latest = last_sent_revision(submission), submission.story.latest_revision
    if sent is None or latest is None or latest.user_id in (None, submission.story.author_id):
        return approve(submission, moderator, comment)
    was, now = sent.as_object(), latest.as_object()
    is_small = not needs_agreement(was.title, was.text, now.title, now.text)
    return _approve_edited(submission, moderator, latest, comment, is_small=is_small)


def _approve_edited(submission: Submission, moderator, made, comment: str, *, is_small: bool) -> Submission:
    judge_this(submission, made)
    if is_small:
        record(submission, Kind.EDITED, actor=moderator, comment=comment, revision=made)
        return approve(submission, moderator, "")
    submission.edited_revision, submission.agree_by = made, timezone.now() + AGREE_WITHIN
    event = move(submission, State.AUTHOR_TO_AGREE, event=Kind.EDITED, actor=moderator, comment=comment, revision=made)
    tell_author(submission, "story.agree", event)
    return submission


def needs_agreement(before_title: str, before_text: str, title: str, text: str) -> bool:
    """Whether a moderator's edit goes to the author first: the title changed, or what was meant."""
    return title.strip() != before_title or not is_small_change(clean_markdown(before_text), clean_markdown(text))


@transaction.atomic
def ask_changes(
    *, submission: Submission, moderator, reason: str, comment: str, revision: int | None = None
) -> Submission:
    """Ask the author for changes, with a reason from the list and words. A story that is out stays out meanwhile."""
    _require_words(reason, comment)
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    reads_along = _is_read_along(submission)
    if not reads_along:
        expect(submission, State.IN_REVIEW)
    expect_revision(submission, revision)
    submission.reads_after = False
    after = State.PUBLISHED if reads_along else State.CHANGES_ASKED
    event = move(submission, after, event=Kind.CHANGES_ASKED, actor=moderator, reason=reason, comment=comment.strip())
    if not reads_along:
        reject_task(submission, moderator, comment.strip())
    tell_author(submission, "story.changes_asked", event)
    return submission


@transaction.atomic
def decline_story(
    *, submission: Submission, moderator, reason: str, comment: str, revision: int | None = None
) -> Submission:
    """Don't publish, and say why.

    A change to a published story is declined alone: the live version stays. A story that appeared at once and is read
    along afterwards is taken down.
    """
    _require_words(reason, comment)
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    reads_along = _is_read_along(submission)
    if not reads_along:
        expect(submission, State.IN_REVIEW)
    expect_revision(submission, revision)
    cancel_workflow(submission, moderator)
    is_change = not reads_along and submission.story.live
    if is_change:
        keep_live_words(submission, user=moderator)
    elif submission.story.live:
        take_down(submission, user=moderator)
    submission.decided_at, submission.reads_after = timezone.now(), False
    after = State.PUBLISHED if is_change else State.DECLINED
    event = move(submission, after, event=Kind.DECLINED, actor=moderator, reason=reason, comment=comment.strip())
    tell_author(submission, "story.change_declined" if is_change else "story.declined", event)
    return submission


@transaction.atomic
def mark_read_along(*, submission: Submission, moderator, revision: int | None = None) -> Submission:
    """A story that appeared at once was read afterwards and is fine; again changes nothing."""
    submission = lock(submission.pk)
    require_judge(submission, moderator)
    if _is_read_along(submission):
        expect_revision(submission, revision)
        submission.reads_after = False
        submission.save(update_fields=["reads_after"])
        record(submission, Kind.APPROVED, actor=moderator, revision=submission.story.live_revision)
    return submission


def approve(submission: Submission, moderator, comment: str) -> Submission:
    """Approve a locked submission in the name of ``moderator``: publish, or go on to the next step of the workflow."""
    refuse_while_hidden(submission)
    story = StoryPage.objects.get(pk=submission.story_id)
    judge_this(submission, story.latest_revision)
    record(submission, Kind.APPROVED, actor=moderator, comment=comment, revision=story.latest_revision)
    if approve_task(submission, moderator, comment):
        return published(submission, actor=moderator, now=timezone.now())
    # An organisation's own workflow has another step: the next reader gets as long as the first one had.
    submission.due_at = answer_promised_by(timezone.now(), channel_of(submission).target_days)
    submission.claimed_by = submission.claimed_at = submission.agree_by = submission.edited_revision = None
    submission.state = State.IN_REVIEW
    submission.save()
    event = submission.events.order_by("-created_at", "-pk").first()
    tell_moderators(submission, "story.to_review", event)
    return submission


def _is_read_along(submission: Submission) -> bool:
    return submission.state == State.PUBLISHED and submission.reads_after


def _require_words(reason: str, comment: str) -> None:
    problems = {}
    if reason not in StoryEvent.Reason.values:
        problems["reason"] = [_("Choose a reason from the list.")]
    if not comment.strip():
        problems["comment"] = [_("Say in a few words what you mean.")]
    if problems:
        raise ValidationError(problems)
