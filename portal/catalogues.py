"""The message catalogues: compiled without GNU gettext, so that a bare machine can run the portal."""

from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).parent / "locale"


def compile_catalogues(folder: Path = LOCALE_DIR) -> list[Path]:
    """Write the ``.mo`` beside every ``.po`` that is newer than it; returns those written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written
