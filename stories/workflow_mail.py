"""Wagtail's own mails about workflows, for everything but stories.

They lead to the admin, where authors and moderators of stories can't go; our outbox tells these people. The mails about
other pages stay.
"""

from wagtail.admin import mail
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected, workflow_submitted

from .models import StoryPage


class _NotForStories:
    def can_handle(self, instance, **kwargs):
        """Whether a mail is made of this event."""
        return super().can_handle(instance, **kwargs) and not _is_about_a_story(instance)


def _is_about_a_story(instance: TaskState | WorkflowState) -> bool:
    state = getattr(instance, "workflow_state", instance)
    return state.content_type.model_class() is StoryPage


class _TaskSubmitted(_NotForStories, mail.GroupApprovalTaskStateSubmissionEmailNotifier):
    pass


class _Submitted(_NotForStories, mail.WorkflowStateSubmissionEmailNotifier):
    pass


class _Rejected(_NotForStories, mail.WorkflowStateRejectionEmailNotifier):
    pass


class _Approved(_NotForStories, mail.WorkflowStateApprovalEmailNotifier):
    pass


# Signals keep weak references: these have to stay somewhere. The names are the ones Wagtail connects its own under.
_NOTIFIERS = (
    (task_submitted, TaskState, "group_approval_task_submitted_email_notification", _TaskSubmitted()),
    (workflow_submitted, WorkflowState, "workflow_state_submitted_email_notification", _Submitted()),
    (workflow_rejected, WorkflowState, "workflow_state_rejected_email_notification", _Rejected()),
    (workflow_approved, WorkflowState, "workflow_state_approved_email_notification", _Approved()),
)


def replace_mails() -> None:
    """Take the places of Wagtail's own, whether it connected them already or will find them taken."""
    for signal, sender, name, notifier in _NOTIFIERS:
        signal.disconnect(sender=sender, dispatch_uid=name)
        signal.connect(notifier, sender=sender, dispatch_uid=name)
