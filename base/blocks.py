"""The blocks every long text is built from: one class, one template of the same name, one preview."""

import re

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock
from wagtailmedia.blocks import VideoChooserBlock

from .choosers import ColleagueChooserBlock

TEXT_FEATURES = ["h2", "h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "code", "hr", "blockquote"]
INLINE_FEATURES = ["bold", "italic", "link", "document-link", "code"]
LIST_FEATURES = [*INLINE_FEATURES, "ol", "ul"]

# The only hosts a video may come from, the pattern its id is taken from, and the address that is framed after a click.
VIDEO_HOSTS = {
    "youtube": (
        re.compile(
            r"^https://(?:www\.youtube\.com/watch\?v=|youtu\.be/|www\.youtube-nocookie\.com/embed/)([\w-]{11})$"
        ),
        "https://www.youtube-nocookie.com/embed/{}?autoplay=1",
        "YouTube",
    ),
    "vimeo": (
        re.compile(r"^https://(?:vimeo\.com/|player\.vimeo\.com/video/)(\d{6,12})$"),
        "https://player.vimeo.com/video/{}?dnt=1&autoplay=1",
        "Vimeo",
    ),
}


class HeadingValue(blocks.StructValue):
    """A heading with the anchor that links point to."""

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


class FigureBlock(blocks.StructBlock):
    """A picture that is described or marked as decorative."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture with a description for who can't see it, or marked as decoration")
        template = "blocks/figure.html"


class VideoValue(blocks.StructValue):
    """A video from an upload or from one of the allowed hosts."""

    @cached_property
    def hosted(self) -> dict[str, str] | None:
        """``{"name", "embed_url", "page_url"}`` of a hosted video; None for an upload."""
        url = self.get("url") or ""
        for pattern, embed, name in VIDEO_HOSTS.values():
            if match := pattern.match(url):
                return {"name": name, "embed_url": embed.format(match.group(1)), "page_url": url}
        return None

    @property
    def has_captions(self) -> bool:
        """Whether the upload has a captions file in either language."""
        video = self.get("video")
        return bool(video and (video.captions_nl or video.captions_en))


class VideoBlock(blocks.StructBlock):
    """A video that never starts by itself and can be followed without sound."""

    title = blocks.CharBlock(label=_("Title"), max_length=200)
    video = VideoChooserBlock(label=_("Uploaded video"), required=False)
    url = blocks.URLBlock(
        label=_("Or its address elsewhere"),
        required=False,
        help_text=_("YouTube or Vimeo. Nothing is loaded from there before the reader clicks."),
    )
    transcript = blocks.RichTextBlock(
        label=_("Written text"),
        required=False,
        features=["bold", "italic", "ol", "ul", "link"],
        help_text=_("What is said, for who reads. Required where the video has no captions."),
    )

    class Meta:
        icon = "media"
        label = _("Video")
        description = _("A video with captions or a written text")
        template = "blocks/video.html"
        value_class = VideoValue

    def clean(self, value):
        """One source, a known host, and captions or a written text: the rule for publishing a video."""
        value = super().clean(value)
        errors = {}
        if bool(value.get("video")) == bool(value.get("url")):
            errors["video"] = ValidationError(_("Choose an uploaded video or give an address: one of the two."))
        elif value.get("url") and value.hosted is None:
            errors["url"] = ValidationError(_("Use the address of a video on YouTube or Vimeo, or upload the video."))
        transcript = value.get("transcript")
        if not value.has_captions and not (transcript and transcript.source.strip()):
            errors["transcript"] = ValidationError(
                _("Add captions to the video or write down what is said. Not everybody can hear it.")
            )
        if errors:
            raise blocks.StructBlockValidationError(block_errors=errors)
        return value


class TipValue(blocks.StructValue):
    """A tip with its anchor."""

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


class QuoteBlock(blocks.StructBlock):
    """What somebody said."""

    text = blocks.TextBlock(label=_("Quote"), max_length=500)
    who = blocks.CharBlock(label=_("Who said it"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        description = _("What somebody said, set large")
        template = "blocks/quote.html"


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


class DocumentBlock(blocks.StructBlock):
    """A document to open."""

    document = DocumentChooserBlock(label=_("Document"))
    text = blocks.CharBlock(label=_("Link text"), required=False, max_length=160)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        description = _("A file to open or keep")
        template = "blocks/document.html"


class PageLinkBlock(blocks.StructBlock):
    """A page to read next."""

    page = blocks.PageChooserBlock(label=_("Page"))
    text = blocks.CharBlock(label=_("Why read it"), required=False, max_length=200)

    class Meta:
        icon = "link"
        label = _("Page to read")
        description = _("A link to a page here, with its title kept up to date")
        template = "blocks/page_link.html"


class PeopleBlock(blocks.StructBlock):
    """Colleagues to turn to."""

    title = blocks.CharBlock(label=_("Title"), required=False, max_length=120)
    people = blocks.ListBlock(ColleagueChooserBlock(), label=_("Colleagues"), min_num=1)

    class Meta:
        icon = "group"
        label = _("People")
        description = _("Colleagues with their face, function and telephone")
        template = "blocks/people.html"


class CodeBlock(blocks.StructBlock):
    """Text to copy as it stands."""

    language = blocks.CharBlock(label=_("Language"), required=False, max_length=40)
    code = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "code"
        label = _("Text to copy")
        description = _("A command or other text that has to be copied exactly")
        template = "blocks/code.html"


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
