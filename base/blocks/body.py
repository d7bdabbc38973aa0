"""The long text: a stream of all blocks."""

from wagtail import blocks

from ..reading import table_of_contents
from .links import DocumentBlock, PageLinkBlock, PeopleBlock
from .media import FigureBlock, VideoBlock
from .table import TableBlock
from .text import CalloutBlock, CodeBlock, HeadingBlock, QuoteBlock, RichTextBlock, StepsBlock
from .tip import TipBlock


class BodyBlock(blocks.StreamBlock):
    """What a long text may hold."""

    rich_text = RichTextBlock()
    heading = HeadingBlock()
    image = FigureBlock()
    video = VideoBlock()
    tip = TipBlock()
    callout = CalloutBlock()
    steps = StepsBlock()
    quote = QuoteBlock()
    table = TableBlock()
    document = DocumentBlock()
    page = PageLinkBlock()
    people = PeopleBlock()
    code = CodeBlock()

    class Meta:
        template = "blocks/body.html"

    def get_context(self, value, parent_context=None):
        """Number the tips and give every heading and tip an anchor of its own before they are shown."""
        table_of_contents(value)
        return super().get_context(value, parent_context)
