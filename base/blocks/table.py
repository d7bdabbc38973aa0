"""Tables."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock

from ..table_translation import table_segments, translate_table
from .text import LIST_FEATURES

# Up to this many columns fit beside each other in a column of text.
COLUMNS_IN_TEXT = 5


class TableBlock(TypedTableBlock):
    """A table whose cells are text with links; becomes cards on a phone."""

    def __init__(self, local_blocks=None, **kwargs):
        super().__init__(
            local_blocks or [("text", blocks.RichTextBlock(features=LIST_FEATURES, required=False))], **kwargs
        )

    class Meta:
        icon = "table"
        label = _("Table")
        description = _("A table; on a phone every row becomes a card")
        template = "blocks/table.html"
        preview_value = {
            "caption": "Wanneer je wie belt",
            "columns": [{"type": "text", "heading": "Wat"}, {"type": "text", "heading": "Wie"}],
            "rows": [
                {"values": ["<p>Lek</p>", "<p>Meldkamer</p>"]},
                {"values": ["<p>Computer</p>", "<p>Helpdesk</p>"]},
            ],
        }

    def get_template(self, value=None, context=None):
        """Ours: Wagtail would ask the value for one."""
        return self.meta.template

    def get_context(self, value, parent_context=None):
        """``headings``, empty where none is filled in; ``rows`` of ``{"heading", "value"}``; ``fits`` beside text."""
        context = super().get_context(value, parent_context)
        columns = value.columns if value else []
        headings = [column["heading"] for column in columns]
        context["headings"] = headings if any(headings) else []
        context["rows"] = [
            [{"heading": heading, "value": cell} for heading, cell in zip(headings, row["values"], strict=False)]
            for row in (value.row_data if value else [])
        ]
        context["fits"] = len(columns) <= COLUMNS_IN_TEXT
        return context

    def get_translatable_segments(self, value) -> list:
        """What wagtail-localize has translated: caption, headings and cells."""
        return table_segments(value)

    def restore_translated_segments(self, value, segments: list):
        """The table in the other language."""
        return translate_table(value, segments)
