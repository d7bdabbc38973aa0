"""Pictures lose what they carry besides the picture: place, device, name of the maker, embedded previews.

Whatever comes in is decoded and written anew, upright and with its colour profile only. That also proves that it is a
picture, and keeps anything hidden behind or inside one out.
"""

import struct
import warnings
from io import BytesIO
from pathlib import PurePath

import pillow_heif
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from .scanning import scan_upload
from .svg import clean_svg

pillow_heif.register_heif_opener()

# What may come in (JPEG includes files with several pictures, MPO); anything not listed under SAVE_AS becomes a JPEG, or a WebP where it has transparent parts.
FORMATS = ("AVIF", "GIF", "HEIF", "JPEG", "PNG", "WEBP")
SAVE_AS = {"GIF": ".gif", "JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
LONGEST_SIDE = 4096
MOST_FRAMES = 300
AVATAR_SIDE = 320
# What picture libraries raise for a file that isn't what it seems.
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError, struct.error)
_TOO_BIG = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class CleanedFile(ContentFile):
    """A picture that went through ``clean_photo``; it isn't cleaned twice."""


def clean_photo(file: File, *, allow_svg: bool = False, square: int | None = None) -> CleanedFile:
    """``file`` written anew, with a name that fits its kind.

    ``square`` crops around the middle to a JPEG of so many pixels. SVG is for editors only: ``allow_svg``. Raises
    ValidationError, with the limit in its message, for what is too big, damaged or no picture at all, and what ``scan_upload``
    raises.
    """
    if isinstance(file, CleanedFile):
        return file
    if file.size > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        raise ValidationError(
            _("This picture is %(size)s. It may be %(limit)s at most.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE)},
            code="too_large",
        )
    scan_upload(file)
    file.seek(0)
    raw = file.read()
    name = PurePath(file.name or "picture").name
    if allow_svg and name.lower().endswith(".svg"):
        return CleanedFile(clean_svg(raw), name=name)
    image = _open(raw)
    try:
        content, suffix = _avatar(image, square) if square else _rewrite(image)
    except DAMAGED as error:
        raise _unreadable() from error
    return CleanedFile(content, name=f"{PurePath(name).stem}{suffix}")


def _open(raw: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(BytesIO(raw), formats=FORMATS)
        except _TOO_BIG as error:
            raise _too_many_pixels() from error
        except (UnidentifiedImageError, *DAMAGED) as error:
            raise _unreadable() from error
    frames = getattr(image, "n_frames", 1) if image.format in SAVE_AS else 1
    if image.width * image.height > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS or not image.width * image.height:
        raise _too_many_pixels()
    if frames > MOST_FRAMES or image.width * image.height * frames > 4 * settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
        raise ValidationError(
            _("This moving picture has %(frames)s frames. Make it shorter or smaller: %(limit)s frames at most.")
            % {"frames": frames, "limit": MOST_FRAMES},
            code="too_many_frames",
        )
    return image


def _too_many_pixels() -> ValidationError:
    return ValidationError(
        _("This picture has too many pixels. It may have %(limit)s million at most.")
        % {"limit": settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS // 1_000_000},
        code="too_many_pixels",
    )


def _unreadable() -> ValidationError:
    return ValidationError(
        _("This file can't be read as a picture. Use a JPEG, PNG, WebP, GIF or HEIC file."), code="unreadable"
    )


def _rewrite(image: Image.Image) -> tuple[bytes, str]:
    if image.format in SAVE_AS and getattr(image, "is_animated", False):
        return _moving(image), SAVE_AS[image.format]
    image_format = image.format
    still = _upright(image)
    still.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    if image_format not in SAVE_AS:
        image_format = "WEBP" if _is_transparent(still) else "JPEG"
    return _save(still, image_format), SAVE_AS[image_format]


def _upright(image: Image.Image) -> Image.Image:
    """A copy of the pixels alone, turned as the camera was held, with nothing beside them but colours."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "CMYK" or upright.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "I"):
        # The profile of a print file says nothing about the colours of a screen.
        upright, profile = upright.convert("RGB"), None
    kept = {"transparency": upright.info["transparency"]} if "transparency" in upright.info else {}
    clean = upright.copy()
    clean.info = kept | ({"icc_profile": profile} if profile else {})
    return clean


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info


def _save(image: Image.Image, image_format: str) -> bytes:
    options = {"icc_profile": image.info.get("icc_profile")}
    if image_format == "JPEG":
        if image.mode not in ("L", "RGB"):
            image = image.convert("RGB")
        options |= {"quality": 88, "optimize": True, "progressive": True, "exif": b"", "comment": b""}
    elif image_format == "PNG":
        options |= {"optimize": True, "exif": b""}
    elif image_format == "WEBP":
        options |= {"quality": 88, "method": 4, "exif": b"", "xmp": b""}
    target = BytesIO()
    image.save(target, image_format, **options)
    return target.getvalue()


def _moving(image: Image.Image) -> bytes:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        copy = frame.copy()
        durations.append(frame.info.get("duration", 100))
        copy.info = {key: copy.info[key] for key in ("transparency",) if key in copy.info}
        frames.append(copy)
    target = BytesIO()
    options = {"save_all": True, "append_images": frames[1:], "duration": durations, "loop": image.info.get("loop", 0)}
    if image.format == "GIF":
        options["comment"] = b""
    frames[0].save(target, image.format, **options)
    return target.getvalue()


def _avatar(image: Image.Image, side: int) -> tuple[bytes, str]:
    face = ImageOps.fit(_upright(image).convert("RGBA"), (side, side), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", face.size, "white")
    ground.paste(face, mask=face.getchannel("A"))
    if profile := image.info.get("icc_profile"):
        ground.info["icc_profile"] = profile
    return _save(ground, "JPEG"), ".jpg"
