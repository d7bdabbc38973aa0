"""The blocks every long text is built from: one class, one template of the same name, one preview."""

from .body import BodyBlock
from .links import DocumentBlock, PageLinkBlock, PeopleBlock
from .media import VIDEO_HOSTS, FigureBlock, VideoBlock, VideoValue
from .table import TableBlock
from .text import (
    INLINE_FEATURES,
    LIST_FEATURES,
    TEXT_FEATURES,
    CalloutBlock,
    CodeBlock,
    HeadingBlock,
    HeadingValue,
    QuoteBlock,
    RichTextBlock,
    StepsBlock,
)
from .tip import TipBlock, TipValue

__all__ = [
    "INLINE_FEATURES",
    "LIST_FEATURES",
    "TEXT_FEATURES",
    "VIDEO_HOSTS",
    "BodyBlock",
    "CalloutBlock",
    "CodeBlock",
    "DocumentBlock",
    "FigureBlock",
    "HeadingBlock",
    "HeadingValue",
    "PageLinkBlock",
    "PeopleBlock",
    "QuoteBlock",
    "RichTextBlock",
    "StepsBlock",
    "TableBlock",
    "TipBlock",
    "TipValue",
    "VideoBlock",
    "VideoValue",
]
