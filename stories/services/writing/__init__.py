"""Writing and sending in."""

from .drafts import delete_draft, open_draft_for, save_draft
from .guarding import DraftConflictError, closed_reason
from .photos import MOST_PHOTOS, add_photo, describe_photos, place_photo, remove_photo
from .rules import Rule, channel_for, default_channel, is_trusted, reads_before, rule_for
from .sending import problems_of, send_story

__all__ = [
    "MOST_PHOTOS",
    "DraftConflictError",
    "Rule",
    "add_photo",
    "channel_for",
    "closed_reason",
    "default_channel",
    "delete_draft",
    "describe_photos",
    "is_trusted",
    "open_draft_for",
    "place_photo",
    "problems_of",
    "reads_before",
    "remove_photo",
    "rule_for",
    "save_draft",
    "send_story",
]
