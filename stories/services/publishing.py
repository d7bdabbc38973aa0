"""Appearing and going away."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from base.stamp import touch_content

from ..models import StoryEvent, StoryPage, StoryReport, Submission
from .moving import StateError, lock, move, require_author, tell_author
from .pictures import settle_pictures_of
from .sharing import withdraw_snapshots
from .workflow import cancel_workflow, our_own_move

State, Kind = Submission.State, StoryEvent.Kind
RESTORE_WITHIN = timedelta(days=30)


def publish_now(submission: Submission, *, user) -> None:
    """Publish the latest revision without Wagtail's permission check: the rule of the channel allows it."""
    story = StoryPage.objects.get(pk=submission.story_id)
    with our_own_move():
        story.get_latest_revision().publish(user=user, skip_permission_checks=True)


def published(submission: Submission, *, actor, now: datetime) -> Submission:
    """The story is live: write it down and tell the author. Publishes it where the workflow didn't.

    A change to a story that is out already is neither told nor counted as another publication.
    """
    story = StoryPage.objects.get(pk=submission.story_id)
    if not story.live or story.has_unpublished_changes:
        publish_now(submission, user=actor)
        story.refresh_from_db()
    settle_pictures_of(story)
    if submission.state == State.PUBLISHED:
        submission.save()
    else:
        submission.decided_at = now
        event = move(submission, State.PUBLISHED, event=Kind.PUBLISHED, actor=actor, revision=story.live_revision)
        tell_author(submission, "story.published", event)
    touch_content()
    return submission


def take_down(submission: Submission, *, user) -> None:
    """Take the story from view in every language, its public copies and its pictures with it."""
    story = StoryPage.objects.get(pk=submission.story_id)
    twins = StoryPage.objects.live().twins_of(story)
    with our_own_move():
        for page in twins:
            # Authors and moderators have no permission for this in Wagtail; the service checked whose it is.
            UnpublishPageAction(page, user=user).execute(skip_permission_checks=True)
    settle_pictures_of(story)
    withdraw_snapshots(submission=submission)


def keep_live_words(submission: Submission, *, user) -> None:
    """Drop a change to a live story: what readers see is the latest version again, so nothing later brings it along."""
    story = StoryPage.objects.get(pk=submission.story_id)
    revision = story.save_revision(user=user, changed=False)
    StoryPage.objects.filter(pk=story.pk).update(has_unpublished_changes=False, live_revision=revision)
    settle_pictures_of(story)


@transaction.atomic
def withdraw_story(*, submission: Submission, author, comment: str = "") -> Submission:
    """The author takes their story back, in any state; again changes nothing."""
    submission = lock(submission.pk)
    require_author(submission, author)
    if submission.state == State.WITHDRAWN:
        return submission
    cancel_workflow(submission, author)
    story = StoryPage.objects.get(pk=submission.story_id)
    # What stood there is what may be put back; None where nothing did.
    was_live = (story.live_revision or story.save_revision(user=author, changed=False)) if story.live else None
    take_down(submission, user=author)
    submission.reads_after = False
    move(submission, State.WITHDRAWN, event=Kind.WITHDRAWN, actor=author, comment=comment, revision=was_live)
    return submission


@transaction.atomic
def restore_story(*, submission: Submission, author) -> Submission:
    """Put back what readers saw before the author withdrew it, within thirty days; raises StateError otherwise.

    Only the version that was out: a change nobody read along with, and a story that was declined, stay away.
    """
    submission = lock(submission.pk)
    require_author(submission, author)
    gone = restorable_event(submission)
    if gone is None:
        raise StateError(submission.get_state_display())
    revision = gone.revision.as_object().save_revision(user=author)
    with our_own_move():
        revision.publish(user=author, skip_permission_checks=True)
    settle_pictures_of(submission.story)
    move(submission, State.PUBLISHED, event=Kind.RESTORED, actor=author, revision=revision)
    touch_content()
    return submission


def restorable_event(submission: Submission, now: datetime | None = None) -> StoryEvent | None:
    """The withdrawal that can still be undone; None where there is none, or reports on those words weren't in vain."""
    if submission.state != State.WITHDRAWN or submission.hidden_at is not None:
        return None
    gone = (
        submission.events.filter(kind=Kind.WITHDRAWN).select_related("revision").order_by("-created_at", "-pk").first()
    )
    if gone is None or gone.revision is None or gone.created_at < (now or timezone.now()) - RESTORE_WITHIN:
        return None
    upheld = StoryReport.objects.filter(story=submission.story_id, image__isnull=True)
    if upheld.filter(outcome=StoryReport.Outcome.UPHELD, settled_at__gte=gone.created_at).exists():
        return None
    return gone
