"""Pictures and videos."""

import re

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtailmedia.blocks import VideoChooserBlock

from .samples import SamplePicture, SampleVideo

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


class FigureBlock(blocks.StructBlock):
    """A picture that is described or marked as decorative."""

    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A picture with a description for who can't see it, or marked as decoration")
        template = "blocks/figure.html"

    def get_preview_value(self):
        """A drawing that every portal has."""
        return blocks.StructValue(self, [("image", SamplePicture()), ("caption", _("Say when and where it was."))])


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
    def captions(self) -> list[dict[str, str]]:
        """Captions of the upload: ``[{"code", "name", "url"}, ...]``."""
        video = self.get("video")
        files = {"nl": ("Nederlands", video.captions_nl), "en": ("English", video.captions_en)} if video else {}
        return [{"code": code, "name": name, "url": file.url} for code, (name, file) in files.items() if file]

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

    def get_preview_value(self):
        """A video without a moving picture."""
        transcript = blocks.RichTextBlock().normalize("<p>“Welkom. Fijn dat je er bent.”</p>")
        return VideoValue(
            self, [("title", _("Welcome")), ("video", SampleVideo()), ("url", ""), ("transcript", transcript)]
        )

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
