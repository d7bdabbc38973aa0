"""Who may change a draft, and until when."""

from django.utils.translation import gettext as _

from ...models import StoryDraft, Submission
from ..hiding import refuse_while_hidden
from ..moving import NotAllowedError, StateError

State = Submission.State
# From here an author changes a story that was sent; elsewhere somebody else is at work on it, or it was decided.
OPEN_STATES = (State.CHANGES_ASKED, State.PUBLISHED, State.WITHDRAWN)


class DraftConflictError(Exception):
    """Somebody (another tab, another device) saved after this one last read; ``draft`` is what is there now."""

    def __init__(self, draft: StoryDraft):
        super().__init__(_("This draft was saved elsewhere in the meantime."))
        self.draft = draft


def require_open(draft: StoryDraft, author) -> None:
    """Raise NotAllowedError for somebody else's draft, StateError for one that can't be changed any more."""
    if draft.author_id != author.pk:
        raise NotAllowedError(_("This is not your story."))
    if draft.sent_at is not None:
        raise StateError(_("This story was sent already."))
    if reason := closed_reason(draft):
        raise StateError(reason)


def closed_reason(draft: StoryDraft) -> str:
    """Why the story this draft changes is closed for its author now; empty where it isn't, and for a new story."""
    submission = Submission.objects.filter(story=draft.story_id).first() if draft.story_id else None
    if submission is None:
        return ""
    try:
        refuse_while_hidden(submission)
    except StateError as error:
        return str(error)
    if submission.state in OPEN_STATES:
        return ""
    if submission.state == State.AUTHOR_TO_AGREE:
        return _("A moderator edited your story and asks whether you agree. Answer that first.")
    if submission.state == State.DECLINED:
        return _("This story was not published. You can ask that another moderator looks at it.")
    return _("A moderator is reading your story. You can change it again once there is an answer.")
