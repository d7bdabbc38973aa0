"""Manuals: chapters, tips, who owns them and when they are checked again."""

from ..importing.records import Handbook, HandbookUpload, ImportedFile
from .changes import Changing, PageChange, Size
from .feedback import Feedback, Following
from .findings import LinkProblem, UnusedFile
from .governance import Delegation, Review, ReviewReminder
from .mixins import Governed, ReviewInterval, Sourced
from .pages import ChapterPage, ManualIndexPage, ManualPage

__all__ = [
    "Changing",
    "ChapterPage",
    "Delegation",
    "Feedback",
    "Following",
    "Governed",
    "Handbook",
    "HandbookUpload",
    "ImportedFile",
    "LinkProblem",
    "ManualIndexPage",
    "ManualPage",
    "PageChange",
    "Review",
    "ReviewInterval",
    "ReviewReminder",
    "Size",
    "Sourced",
    "UnusedFile",
]
