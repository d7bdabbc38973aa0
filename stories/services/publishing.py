"""Appearing and going away."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from base.stamp import touch_content

from ..models import StoryEvent, StoryPage, Submission
from .moving import StateError, lock, move, require_author, tell_author
from .pictures import settle_pictures_of
from .sharing import withdraw_snapshots
from .workflow import cancel_workflow

State, Kind = Submission.State, StoryEvent.Kind
RESTORE_WITHIN = timedelta(days=30)


def publish_now(submission: Submission, *, user) -> None:
    """Publish the latest revision without Wagtail's permission check: the rule of the channel allows it."""
    story = StoryPage.objects.get(pk=submission.story_id)
    story.get_latest_revision().publish(user=user, skip_permission_checks=True)


def published(submission: Submission, *, actor, now: datetime) -> Submission:
    """The story is live: write it down and tell the author. Publishes it where the workflow didn't."""
    story = StoryPage.objects.get(pk=submission.story_id)
    if not story.live or story.has_unpublished_changes:
        publish_now(submission, user=actor)
    settle_pictures_of(story)
    submission.decided_at, submission.edited_revision = now, None
    submission.claimed_by = submission.claimed_at = None
    event = move(submission, State.PUBLISHED, event=Kind.PUBLISHED, actor=actor)
    tell_author(submission, "story.published", event)
    touch_content()
    return submission


@transaction.atomic
def withdraw_story(*, submission: Submission, author, comment: str = "") -> Submission:
    """The author takes their story back, in any state; again changes nothing."""
    submission = lock(submission.pk)
    require_author(submission, author)
    if submission.state == State.WITHDRAWN:
        return submission
    cancel_workflow(submission, author)
    story = StoryPage.objects.get(pk=submission.story_id)
    if story.live:
        # Authors have no permission on pages of Wagtail's; that it is theirs was checked above.
        UnpublishPageAction(story, user=author).execute(skip_permission_checks=True)
    settle_pictures_of(story)
    withdraw_snapshots(submission=submission)
    submission.claimed_by = submission.claimed_at = submission.agree_by = None
    submission.reads_after = False
    move(submission, State.WITHDRAWN, event=Kind.WITHDRAWN, actor=author, comment=comment)
    return submission


@transaction.atomic
def restore_story(*, submission: Submission, author) -> Submission:
    """Put a withdrawn story back that had been published, within thirty days; raises StateError otherwise."""
    submission = lock(submission.pk)
    require_author(submission, author)
    gone = submission.events.filter(kind=Kind.WITHDRAWN).order_by("-created_at", "-pk").first()
    was_live = submission.story.first_published_at is not None
    if submission.state != State.WITHDRAWN or not was_live or gone.created_at < timezone.now() - RESTORE_WITHIN:
        raise StateError(submission.get_state_display())
    publish_now(submission, user=author)
    settle_pictures_of(submission.story)
    move(submission, State.PUBLISHED, event=Kind.RESTORED, actor=author)
    return submission
