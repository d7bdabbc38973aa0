"""What the fonts of the PDF can show."""

import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent / "fonts"
TEXT, TITLE = "text", "title"
# By family and style, as fpdf2 names them.
FILES = {
    (TEXT, ""): "atkinson-regular.ttf",
    (TEXT, "B"): "atkinson-bold.ttf",
    (TEXT, "I"): "atkinson-italic.ttf",
    (TEXT, "BI"): "atkinson-bold-italic.ttf",
    (TITLE, ""): "besley-bold.ttf",
    (TITLE, "B"): "besley-bold.ttf",
}
IN_WORDS = {"→": "->", "←": "<-", "✓": "+", "✔": "+", "✗": "x", "✘": "x", "\t": "    ", "\u2011": "-", "\u202f": " "}


@cache
def known_characters(family: str, style: str = "") -> frozenset[int]:
    """The code points that this font has a picture of."""
    with TTFont(FOLDER / FILES[family, style], lazy=True) as font:
        return frozenset(font.getBestCmap())


def showable(text: str, family: str = TEXT, style: str = "") -> str:
    """``text`` with what this font can't show written in plain letters, as a question mark, or (emoji) left out."""
    known = known_characters(family, style)
    return "".join(c if c == "\n" or ord(c) in known else _instead(c, known) for c in text)


def has_all(text: str, family: str, style: str) -> bool:
    """Whether this font can show all of ``text``."""
    known = known_characters(family, style)
    return all(c == "\n" or ord(c) in known for c in text)


def _instead(character: str, known: frozenset[int]) -> str:
    if character in IN_WORDS:
        return IN_WORDS[character]
    if character.isspace():
        return " "
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if ord(c) in known)
    if plain:
        return plain
    return "?" if unicodedata.category(character)[0] in "LN" else ""
