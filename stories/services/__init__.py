"""Writes of stories: writing, moderating, publishing. Every move between states goes through ``moving``."""

from .answering import agree_with_edits, appeal_decision, explain_story, refuse_edits
from .deadlines import lapse_unanswered_edits, pass_on_late_stories, release_old_claims
from .moderating import (
    approve_story,
    approve_with_edits,
    ask_changes,
    claim_story,
    decline_story,
    mark_read_along,
    release_claim,
)
from .moving import NotAllowedError, StateError
from .publishing import restore_story, withdraw_story
from .workflow import assign_workflow
from .writing import DraftConflictError, open_draft_for, save_draft, send_story

__all__ = [
    "DraftConflictError",
    "NotAllowedError",
    "StateError",
    "agree_with_edits",
    "appeal_decision",
    "approve_story",
    "approve_with_edits",
    "ask_changes",
    "assign_workflow",
    "claim_story",
    "decline_story",
    "explain_story",
    "lapse_unanswered_edits",
    "mark_read_along",
    "open_draft_for",
    "pass_on_late_stories",
    "refuse_edits",
    "release_claim",
    "release_old_claims",
    "restore_story",
    "save_draft",
    "send_story",
    "withdraw_story",
]
