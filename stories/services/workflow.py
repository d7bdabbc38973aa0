"""Wagtail's own workflow, as our services use it."""

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.local import Local
from django.contrib.auth.models import Group
from wagtail.models import Page, Workflow, WorkflowPage, WorkflowState, WorkflowTask

from ..judges import COMMUNITY_MANAGERS, MODERATORS
from ..models import StoryIndexPage, StoryPage, StoryReviewTask, Submission

NAME = "Verhalen"
_here = Local()


@contextmanager
def our_own_move() -> Iterator[None]:
    """What Wagtail publishes or takes down inside is done by a service, which writes it down itself.

    Outside, Wagtail's events mean that an editor did it in the admin: see ``following``.
    """
    before, _here.moving = is_our_own_move(), True
    try:
        yield
    finally:
        _here.moving = before


def is_our_own_move() -> bool:
    """Whether a service is at work (and not an editor in the admin)."""
    return getattr(_here, "moving", False)


def assign_workflow() -> Workflow:
    """Give every channel without a workflow the moderation of stories; made where it isn't there yet.

    Wagtail doesn't carry a workflow over to another language's tree, so each channel gets it. One that an administrator
    chose for a channel stays.
    """
    task = StoryReviewTask.objects.filter(active=True).order_by("pk").first()
    if task is None:
        task = StoryReviewTask.objects.create(name=NAME)
        task.groups.set([Group.objects.get_or_create(name=name)[0] for name in (MODERATORS, COMMUNITY_MANAGERS)])
    step = WorkflowTask.objects.filter(task=task, workflow__active=True).select_related("workflow").first()
    workflow = step.workflow if step else Workflow.objects.create(name=NAME)
    if step is None:
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    for channel in StoryIndexPage.objects.filter(workflowpage__isnull=True):
        WorkflowPage.objects.get_or_create(page=channel, defaults={"workflow": workflow})
    return workflow


def channel_of(submission: Submission):
    """The story's channel (index page)."""
    return submission.story.get_parent().specific


def lock_channel(channel: Page) -> None:
    """Let others wait who put a story into this channel, or take one out, until the transaction ends.

    A story that appears gets its place in the channel's other language too, where it may move others: all languages, in
    one order, so that nobody waits in a circle, and before anything of a story is read that is saved later.
    """
    list(Page.objects.select_for_update().filter(translation_key=channel.translation_key).order_by("pk"))


def start_workflow(submission: Submission, user) -> None:
    """Start Wagtail's workflow of the story's channel, as ``user``; one that runs already goes on."""
    story = StoryPage.objects.get(pk=submission.story_id)
    if story.current_workflow_state is None:
        # A channel made after the portal was set up gets its workflow with its first story.
        with our_own_move():
            (story.get_workflow() or assign_workflow()).start(story, user)


def resume_workflow(submission: Submission, user) -> None:
    """Go on with the workflow that waits for the author's changes; starts one where none does."""
    running = StoryPage.objects.get(pk=submission.story_id).current_workflow_state
    if running is not None and running.status == WorkflowState.STATUS_NEEDS_CHANGES:
        with our_own_move():
            running.resume(user=user)
    else:
        start_workflow(submission, user)


def cancel_workflow(submission: Submission, user) -> None:
    """Stop Wagtail's workflow where one runs."""
    state = StoryPage.objects.get(pk=submission.story_id).current_workflow_state
    if state is not None:
        state.cancel(user=user)


def approve_task(submission: Submission, moderator, comment: str) -> bool:
    """Wagtail's approval of the running task, which publishes after the last one.

    Returns whether the workflow is through: False where an organisation gave it another step after this.
    """
    task_state = StoryPage.objects.get(pk=submission.story_id).current_workflow_task_state
    if task_state is None:
        return True
    with our_own_move():
        task_state.specific.approve(user=moderator, comment=comment)
    return StoryPage.objects.get(pk=submission.story_id).current_workflow_state is None


def reject_task(submission: Submission, moderator, comment: str) -> None:
    """Wagtail's "request changes" on the running task."""
    task_state = StoryPage.objects.get(pk=submission.story_id).current_workflow_task_state
    if task_state is not None:
        task_state.specific.reject(user=moderator, comment=comment)


def judge_this(submission: Submission, revision) -> None:
    """Make ``revision`` the one that is judged.

    Wagtail publishes the latest revision but asks approval for the task's: they have to be the same one.
    """
    task_state = StoryPage.objects.get(pk=submission.story_id).current_workflow_task_state
    if task_state is not None and revision is not None and task_state.revision_id != revision.pk:
        task_state.revision = revision
        task_state.save(update_fields=["revision"])
