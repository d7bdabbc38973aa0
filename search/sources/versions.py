"""Versions of what has no date of its own: a number that changes with what is indexed."""

import zlib


def version_of(*facts) -> int:
    """The same 62 bits for the same facts, in every process."""
    data = repr(facts).encode("utf-8", "replace")
    return zlib.crc32(data) << 30 | zlib.adler32(data) & 0x3FFFFFFF


def clean(text: str) -> str:
    """The text without what no index can hold."""
    return str(text or "").replace("\x00", "").encode(errors="ignore").decode()
