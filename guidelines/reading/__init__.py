"""What the pages of the handbook show around a text: the way through it, who answers for it and how fresh it is.

Everything is worked out when a template asks for it, so that a cached page asks for nothing.
"""

from .governance import Governance, governance_of
from .handbook import HandbookReading
from .texts import ChapterReading, ManualReading, TextReading

__all__ = ["ChapterReading", "Governance", "HandbookReading", "ManualReading", "TextReading", "governance_of"]
