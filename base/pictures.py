"""Pictures as readers get them: scaled, WebP, with their size so that nothing jumps."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError

from .icons import icon_html

WIDTHS = (320, 640, 960, 1280, 1920)


def picture_html(
    image, alt: str = "", sizes: str = "100vw", *, eager: bool = False, css: str = "", hidden_too: bool = False
) -> SafeString:
    """An ``<img>`` in the widths a phone or a desk needs.

    ``alt`` is empty for a picture that only decorates; ``sizes`` as in HTML; ``eager`` for what is seen first; ``css``
    is its class. A drawing (SVG) is shown as it is. Prefetch renditions for lists: otherwise one query each.
    A hidden picture is a line that says so, unless ``hidden_too``: for who settles it.
    """
    if image.hidden_at and not hidden_too:
        return hidden_picture_html()
    loading = "" if eager else ' loading="lazy" decoding="async"'
    attributes = format_html('{}{} alt="{}"', SafeString(loading), class_attribute(css), alt or "")
    if image.is_svg():
        return _as_it_is(image, attributes)
    specs = [f"width-{width}|format-webp" for width in WIDTHS if width < image.width] or ["original|format-webp"]
    if specs[0] != "original|format-webp" and image.width <= WIDTHS[-1]:
        specs.append(f"width-{image.width}|format-webp")
    try:
        by_spec = image.get_renditions(*specs)
    except SourceImageIOError:
        # Its file is gone or damaged. The page is still there to be read, and the night's check tells editors.
        return _as_it_is(image, attributes)
    renditions = [by_spec[spec] for spec in specs]
    largest = renditions[-1]
    sources = ", ".join(f"{rendition.url} {rendition.width}w" for rendition in renditions)
    fallback = next((rendition for rendition in renditions if rendition.width >= 640), largest)
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}"{}>',
        fallback.url,
        sources,
        sizes,
        largest.width,
        largest.height,
        attributes,
    )


def _as_it_is(image, attributes: SafeString) -> SafeString:
    return format_html('<img src="{}" width="{}" height="{}"{}>', image.file.url, image.width, image.height, attributes)


def hidden_picture_html() -> SafeString:
    """What stands where a hidden picture was: it says neither who asked nor why."""
    words = _("A colleague asked to leave this photo out for now.")
    return format_html('<span class="photo-out">{}<span>{}</span></span>', icon_html("eye"), words)


def class_attribute(css: str) -> SafeString:
    """`` class="..."``, or nothing."""
    return format_html(' class="{}"', css) if css else SafeString("")
