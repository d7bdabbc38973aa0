"""What manuals hold besides the blocks of every long text."""

from django import forms
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.blocks.struct_block import BlockGroup
from wagtail.rich_text import RichText, expand_db_html

from base.blocks import BodyBlock, HeadingBlock, TipBlock

from .importing.cleaning import clean_shown, clean_stored
from .situations import Situation


class FormattedTextBlock(blocks.RichTextBlock):
    """Text with more structure than the editor can hold: lists with code in them, tables with merged cells, folds.

    Stored like rich text (links and pictures by id, so that both are followed when they move), edited as HTML, and
    cleaned whenever it is saved and once more when it is shown.
    """

    @cached_property
    def field(self):
        """A plain text area."""
        return forms.CharField(widget=AdminAutoHeightTextInput(), **self.field_options)

    def value_from_form(self, value):
        """The HTML an editor typed, cleaned."""
        return RichText(clean_stored(value or ""))

    def get_context(self, value, parent_context=None):
        """Adds ``html``, ready to be shown."""
        context = super().get_context(value, parent_context)
        return {**context, "html": mark_safe(clean_shown(expand_db_html(value.source)))}  # noqa: S308 cleaned here

    class Meta:
        icon = "code"
        label = _("Text with its own layout")
        description = _("Imported text with lists, tables or folds inside each other, as HTML")
        template = "blocks/formatted.html"
        preview_value = "<ol><li>Open de kraan<pre><code>kraan open</code></pre></li><li>Wacht een minuut</li></ol>"


def former_anchors_block() -> blocks.RegexBlock:
    """The anchors a heading or tip had before, with spaces between them; written when the page is published."""
    return blocks.RegexBlock(
        label=_("Earlier anchors"),
        regex=r"^[\w.: -]*$",
        required=False,
        max_length=2600,
        help_text=_("Kept by itself: links with these still land here."),
    )


class ManualHeadingBlock(HeadingBlock):
    """A heading whose old links keep landing."""

    former = former_anchors_block()

    class Meta:
        form_layout = BlockGroup(children=["text", "level"], settings=["anchor", "former"])


class ManualTipBlock(TipBlock):
    """A tip that is shown at the moment of need, in the situations it is for."""

    situations = blocks.MultipleChoiceBlock(
        label=_("Show it also when"),
        choices=Situation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The tip then stands beside the form in which a colleague does this."),
    )
    former = former_anchors_block()

    class Meta:
        form_layout = BlockGroup(
            children=["title", "text", "do", "dont", "why", "example", "situations"], settings=["anchor", "former"]
        )


class ManualBodyBlock(BodyBlock):
    """The text of a manual or chapter."""

    heading = ManualHeadingBlock()
    tip = ManualTipBlock()
    formatted = FormattedTextBlock()
