"""Tips: rules phrased as advice."""

from collections.abc import Sequence

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .text import INLINE_FEATURES, LIST_FEATURES


class TipValue(blocks.StructValue):
    """A tip with its anchor; ``number`` is its place among the tips of the text, None outside of one.

    ``former_ids`` are the anchors it had before.
    """

    number: int | None = None
    former_ids: Sequence[str] = ()

    @property
    def anchor_id(self) -> str:
        """The anchor given by hand or else made from the title."""
        return self.get("anchor") or "tip-" + (slugify(self.get("title", ""))[:60] or "x")


class TipBlock(blocks.StructBlock):
    """A rule phrased as advice: what to do, what rather not, and why."""

    title = blocks.CharBlock(label=_("The tip in one line"), max_length=120)
    text = blocks.RichTextBlock(label=_("Explanation"), features=LIST_FEATURES)
    do = blocks.RichTextBlock(label=_("Do"), features=INLINE_FEATURES, required=False)
    dont = blocks.RichTextBlock(label=_("Rather not"), features=INLINE_FEATURES, required=False)
    why = blocks.RichTextBlock(
        label=_("Why"), features=LIST_FEATURES, help_text=_("People follow advice they understand. Say what it is for.")
    )
    example = blocks.RichTextBlock(label=_("Example"), features=LIST_FEATURES, required=False)
    anchor = blocks.RegexBlock(label=_("Anchor"), regex=r"^[\w][\w.:-]*$", required=False, max_length=120)

    class Meta:
        icon = "tick"
        label = _("Tip")
        description = _("Advice with do, rather not, and why")
        template = "blocks/tip.html"
        value_class = TipValue
        preview_value = {
            "title": "Laat klanten erbuiten",
            "text": "<p>Noem geen namen, adressen of klachten van klanten.</p>",
            "do": "<p>“Soms bel je met iemand die al drie dagen wacht. Dan is luisteren het halve werk.”</p>",
            "dont": "<p>“Die meneer van de Molenstraat 12 belde alweer…”</p>",
            "why": "<p>Klanten vertrouwen ons hun gegevens toe.</p>",
        }
