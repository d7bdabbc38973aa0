from .calls import CallInvitation, CallRefusal, StoryCall
from .drafts import DraftPhoto, StoryDraft
from .pages import MAX_CHARACTERS, StoryIndexPage, StoryPage, StoryPhoto, StoryTheme
from .people_in_picture import Portrayal
from .reports import StoryReport
from .review import StoryEvent, StoryReviewTask, Submission
from .sharing import (
    MAX_SHARE_TEXT,
    PublicSnapshot,
    ShareCount,
    ShareTipsAcknowledgement,
    SharingChoice,
    SnapshotPhoto,
    StoryReach,
)

__all__ = [
    "MAX_CHARACTERS",
    "MAX_SHARE_TEXT",
    "CallInvitation",
    "CallRefusal",
    "DraftPhoto",
    "Portrayal",
    "PublicSnapshot",
    "ShareCount",
    "ShareTipsAcknowledgement",
    "SharingChoice",
    "SnapshotPhoto",
    "StoryCall",
    "StoryDraft",
    "StoryEvent",
    "StoryIndexPage",
    "StoryPage",
    "StoryPhoto",
    "StoryReach",
    "StoryReport",
    "StoryReviewTask",
    "StoryTheme",
    "Submission",
]
