"""Onboarding paths: the editors' template (pages) and what people do with it (rows).

What people do hangs on ``translation_key``, never on a page id: moving, renaming, reordering, unpublishing and
translating a step cost nobody their progress.
"""

from .changes import ChangeSet, FormerStep, PageEdition, PublishedStructure
from .enrolments import Enrolment, HandOverNote, Pause, Supporter
from .events import OnboardingEvent
from .listening import HelpRequest, PulseAnswer, PulseInvitation, StepFeedback
from .meetings import CheckInPoint, Meeting
from .own_steps import OwnStep
from .pages import PathIndexPage, PathPage, PhasePage
from .preboarding import PageBeforeStart, PreboardingInvitation
from .progress import ChecklistTick, QuizAttempt, StepAnswer, StepAttempt, StepDraft, StepProgress
from .steps import StepPage, StepPrerequisite

__all__ = [
    "ChangeSet",
    "CheckInPoint",
    "ChecklistTick",
    "Enrolment",
    "FormerStep",
    "HandOverNote",
    "HelpRequest",
    "Meeting",
    "OnboardingEvent",
    "OwnStep",
    "PageBeforeStart",
    "PageEdition",
    "PathIndexPage",
    "PathPage",
    "Pause",
    "PhasePage",
    "PreboardingInvitation",
    "PublishedStructure",
    "PulseAnswer",
    "PulseInvitation",
    "QuizAttempt",
    "StepAnswer",
    "StepAttempt",
    "StepDraft",
    "StepFeedback",
    "StepPage",
    "StepPrerequisite",
    "StepProgress",
    "Supporter",
]
