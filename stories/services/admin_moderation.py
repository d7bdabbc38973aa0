"""What is decided and done in the admin, carried over into the story's own state and timeline.

Moderating there goes through the services of the portal (``act_on_task``). Publishing and taking down by editors is
followed (``follow_publishing``, ``follow_unpublishing``): their right as editors of the site, and the author is told.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import Page, TaskState, WorkflowState

from ..models import StoryEvent, Submission
from ..promises import answer_promised_by
from .moderating import approve_story, ask_changes, decline_story
from .moving import StateError, lock, move, tell_author
from .pictures import settle_pictures_of
from .sharing import withdraw_snapshots
from .workflow import cancel_workflow, channel_of, is_our_own_move

State, Kind = Submission.State, StoryEvent.Kind


def act_on_task(*, task_state: TaskState, user, action: str, answers: dict) -> bool:
    """Do in the portal's way what a moderator chose in the admin; False for a page that nobody sent in.

    ``answers`` are the fields of the action's form. Raises PermissionDenied, which the admin shows as such, where the
    story moved on or isn't theirs to judge.
    """
    submission = _submission_of(task_state.workflow_state)
    if submission is None:
        return False
    decide = {"approve": approve_story, "reject": ask_changes, "decline": decline_story}[action]
    try:
        decide(submission=submission, moderator=user, **answers)
    except StateError as error:
        raise PermissionDenied(str(error)) from error
    return True


def _submission_of(workflow_state: WorkflowState) -> Submission | None:
    if not isinstance(workflow_state.content_object, Page):
        return None
    return Submission.objects.filter(story=workflow_state.object_id).first()


@transaction.atomic
def follow_publishing(*, page: Page) -> None:
    """An editor published a story past the moderators: it is published, and the author hears so."""
    submission = _followed(page)
    if submission is None or submission.state == State.PUBLISHED:
        return
    editor = _editor()
    submission.decided_at = timezone.now()
    event = move(submission, State.PUBLISHED, event=Kind.PUBLISHED, actor=editor, revision=page.live_revision)
    settle_pictures_of(page)
    tell_author(submission, "story.published", event)


@transaction.atomic
def follow_unpublishing(*, page: Page) -> None:
    """An editor took a published story down: the author is told and may ask another moderator to look.

    One that is hidden after reports, or whose change is being read, is where it says it is.
    """
    submission = _followed(page)
    if submission is None or submission.hidden_at is not None:
        return
    withdraw_snapshots(submission=submission)
    settle_pictures_of(page)
    if submission.state != State.PUBLISHED:
        return
    editor = _editor()
    cancel_workflow(submission, editor)
    submission.decided_at, submission.reads_after = timezone.now(), False
    event = move(submission, State.DECLINED, event=Kind.DECLINED, actor=editor)
    tell_author(submission, "story.taken_down", event)


@transaction.atomic
def follow_starting(*, workflow_state: WorkflowState) -> None:
    """An editor sent a story to the moderators from the admin: it waits in their queue."""
    submission = None if is_our_own_move() else _submission_of(workflow_state)
    if submission is None:
        return
    submission = lock(submission.pk)
    if submission.state not in (State.IN_REVIEW, State.AUTHOR_TO_AGREE):
        now = timezone.now()
        submission.submitted_at, submission.due_at = now, answer_promised_by(now, channel_of(submission).target_days)
        move(submission, State.IN_REVIEW, event=Kind.ANSWERED, actor=workflow_state.requested_by)


def _followed(page: Page) -> Submission | None:
    """The locked submission of a page that somebody else than our services touched; None otherwise."""
    if is_our_own_move() or page.alias_of_id:
        return None
    pk = Submission.objects.filter(story=page.pk).values_list("pk", flat=True).first()
    return lock(pk) if pk else None


def _editor():
    """Who is at work in the admin; None for a job of Wagtail's own, such as a page that expires."""
    return get_active_log_context().user
