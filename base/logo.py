"""The logo of the house style, as a file small enough for every page."""

import hashlib
from typing import IO

from django.urls import reverse

LOGO_FILTER = "max-480x120|format-png"


def logo_digest(image) -> str:
    """What is in the logo's address: another file, another address."""
    return hashlib.sha256(f"{image.pk}:{image.file.name}:{image.file_hash}".encode()).hexdigest()[:12]


def logo_url(image) -> str:
    """Where the logo is served; empty without one."""
    return reverse("logo", args=[logo_digest(image)]) if image is not None else ""


def logo_file(image) -> tuple[IO[bytes], str]:
    """The opened file and its content type: the drawing itself, or a small PNG of a photo."""
    if image.is_svg():
        return image.file.storage.open(image.file.name, "rb"), "image/svg+xml"
    rendition = image.get_rendition(LOGO_FILTER)
    return rendition.file.storage.open(rendition.file.name, "rb"), "image/png"
