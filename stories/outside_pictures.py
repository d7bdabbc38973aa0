"""Pictures for outside: written anew, small, with nothing in them but what one sees."""

import secrets
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw, ImageFont, ImageOps

from base.photos import DAMAGED

FOLDER = "shared/"
LONGEST_SIDE = 1600
CARD_SIZE = (1200, 630)
_FONT = Path(settings.BASE_DIR) / "portal/static/portal/fonts/besley-latin-wght-normal.woff2"


def copy_of(image) -> ContentFile | None:
    """A JPEG of at most 1600 pixels on its longest side, under a name nobody guesses; None for a drawing (SVG) or a file
    that can't be read any more."""
    picture = _opened(image)
    if picture is None:
        return None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return _as_file(picture)


def card_of(image, *, title: str, name: str, accent: str) -> ContentFile:
    """The picture of a link preview, 1200 by 630: the photo cropped, or without one the title on the house colour."""
    picture = _opened(image) if image is not None else None
    if picture is not None:
        return _as_file(ImageOps.fit(picture, CARD_SIZE, Image.Resampling.LANCZOS))
    return _as_file(_written_card(title, name, accent))


def _opened(image) -> Image.Image | None:
    if image.is_svg():
        return None
    try:
        with image.file.storage.open(image.file.name, "rb") as file:
            opened = Image.open(BytesIO(file.read()))
            profile = opened.info.get("icc_profile") if opened.mode == "RGB" else None
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except DAMAGED:
        return None
    ground = Image.new("RGB", upright.size, "white")
    ground.paste(upright, mask=upright.getchannel("A"))
    # Only the colours are kept from what stood beside the pixels.
    ground.info = {"icc_profile": profile} if profile else {}
    return ground


def _as_file(picture: Image.Image) -> ContentFile:
    target = BytesIO()
    picture.save(
        target,
        "JPEG",
        quality=85,
        optimize=True,
        progressive=True,
        exif=b"",
        comment=b"",
        icc_profile=picture.info.get("icc_profile"),
    )
    return ContentFile(target.getvalue(), name=f"{secrets.token_urlsafe(18)}.jpg")


def _written_card(title: str, name: str, accent: str) -> Image.Image:
    card = Image.new("RGB", CARD_SIZE, accent)
    draw = ImageDraw.Draw(card)
    # White on a darkened strip of the house colour can be read on any colour an editor picks.
    draw.rectangle((0, 0, *CARD_SIZE), fill=tuple(int(channel * 0.55) for channel in card.getpixel((0, 0))))
    draw.rectangle((0, 0, 24, CARD_SIZE[1]), fill=accent)
    draw.multiline_text((90, 90), _fitted(title), font=_font(68), fill="white", spacing=18)
    draw.text((90, CARD_SIZE[1] - 110), name, font=_font(36), fill="white")
    return card


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        font = ImageFont.truetype(str(_FONT), size)
        font.set_variation_by_axes([700])
    except OSError:
        return ImageFont.load_default(size)
    return font


def _fitted(title: str, lines: int = 4) -> str:
    font, rows, row = _font(68), [], ""
    for word in title.split():
        longer = f"{row} {word}".strip()
        if row and font.getlength(longer) > CARD_SIZE[0] - 180:
            rows.append(row)
            longer = word
        row = longer
    rows.append(row)
    return "\n".join([*rows[: lines - 1], rows[lines - 1] + " …"] if len(rows) > lines else rows)


def pictures_of(story) -> Sequence[dict]:
    """The pictures of a story in the order readers see them: ``[{"image", "alt_text", "caption"}, ...]``, each once."""
    head = story.head_picture
    rows = [{"image": head, "alt_text": story.image_alt, "caption": ""}] if head else []
    for photo in story.photos.select_related("image"):
        alt_text = "" if photo.is_decorative else photo.alt_text
        rows.append({"image": photo.image, "alt_text": alt_text, "caption": photo.caption})
    seen: set[int] = set()
    return [row for row in rows if not (row["image"].pk in seen or seen.add(row["image"].pk))]
