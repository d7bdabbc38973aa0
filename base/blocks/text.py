"""Blocks of words: running text, headings, remarks, steps, quotes and text to copy."""

from collections.abc import Sequence

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = [
    *("h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "code", "hr", "blockquote"),
    *("superscript", "subscript", "strikethrough", "kbd"),
]
INLINE_FEATURES = ["bold", "italic", "link", "document-link", "code"]
LIST_FEATURES = [*INLINE_FEATURES, "ol", "ul"]


class HeadingValue(blocks.StructValue):
    """A heading with the anchor that links point to; ``former_ids`` are those they pointed to before."""

    former_ids: Sequence[str] = ()

    @property
    def anchor_id(self) -> str:
        """The anchor given by hand (it survives retitling) or else made from the text."""
        return self.get("anchor") or slugify(self.get("text", ""))[:60] or "heading"


class HeadingBlock(blocks.StructBlock):
    """A heading that can be linked to."""

    text = blocks.CharBlock(label=_("Heading"), max_length=200)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("2", _("Heading")), ("3", _("Sub-heading")), ("4", _("Small heading"))], default="2"
    )
    anchor = blocks.RegexBlock(
        label=_("Anchor"),
        regex=r"^[\w][\w.:-]*$",
        required=False,
        max_length=120,
        help_text=_(
            "Part of the address behind #. Leave it as it is when you change the heading, so that links still work."
        ),
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("A heading readers can link to")
        template = "blocks/heading.html"
        value_class = HeadingValue
        preview_value = {"text": _("Headings say something"), "level": "2"}


class RichTextBlock(blocks.RichTextBlock):
    """Running text."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", TEXT_FEATURES)
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("Running text with lists, links and small headings")
        template = "blocks/rich_text.html"
        preview_value = "<p>Jij weet het best <b>hoe het hier is</b>. Vertel erover op een manier die bij jou past.</p>"


class CalloutBlock(blocks.StructBlock):
    """A remark beside the text."""

    tone = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("tip", _("Tip")), ("sun", _("Do something")), ("ok", _("Good to know")), ("bad", _("Careful"))],
        default="tip",
    )
    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=LIST_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        description = _("A remark that stands out from the text")
        template = "blocks/callout.html"
        preview_value = {
            "tone": "tip",
            "title": "Eerst oefenen?",
            "text": "<p>Zet je bericht in het portaal, alleen voor je team. Een collega leest mee.</p>",
        }


class StepsBlock(blocks.StructBlock):
    """Steps to take, in order."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label=_("What to do"), max_length=160)),
                ("text", blocks.RichTextBlock(label=_("How"), features=LIST_FEATURES, required=False)),
            ]
        ),
        label=_("Steps"),
        min_num=1,
    )

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        description = _("Numbered steps, for what has to be done in order")
        template = "blocks/steps.html"
        preview_value = {
            "title": "Zo meld je een storing",
            "steps": [
                {"title": "Bel de meldkamer", "text": "<p>Noem eerst de straat.</p>"},
                {"title": "Wacht op de monteur", "text": ""},
            ],
        }


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    text = blocks.TextBlock(label=_("Quote"), max_length=500)
    who = blocks.CharBlock(label=_("Who said it"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("What somebody said, set large")
        template = "blocks/quote.html"
        preview_value = {"text": "Als niemand over ons praat, doen we het goed.", "who": "Kevin, Distributie"}


class CodeBlock(blocks.StructBlock):
    """Text to copy as it stands."""

    language = blocks.CharBlock(label=_("Language"), required=False, max_length=40)
    code = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "code"
        label = _("Text to copy")
        description = _("A command or other text that has to be copied exactly")
        template = "blocks/code.html"
        preview_value = {"language": "", "code": "pomp start --veilig"}

    def get_translatable_segments(self, value) -> list:
        """Nothing: it has to be copied exactly, in every language."""
        return []


# Migrations name this address, wherever the class lives.
DECONSTRUCT_ALIASES = {RichTextBlock: "base.blocks.RichTextBlock"}
