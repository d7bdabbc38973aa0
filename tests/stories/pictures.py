"""Pictures as phones send them, for tests."""

import io

from PIL import Image


def jpeg(shade: int = 0, size: tuple[int, int] = (64, 48), exif: bytes = b"", kind: str = "JPEG") -> bytes:
    """A small picture; ``exif`` is put into it as a camera would."""
    target = io.BytesIO()
    options = {"exif": exif} if exif else {}
    Image.new("RGB", size, (shade * 20 % 256, 80, 120)).save(target, kind, **options)
    return target.getvalue()
