"""How much a text changed, and what the change looks like."""

import re
from collections import Counter

from base.difference import Piece, opcodes, pieces

__all__ = ["Piece", "is_small_change", "pieces", "share_changed"]

# Edits below this share of words, without a new link, don't change what somebody meant.
SMALL = 0.05
# As long as a word may well be, in the shortest text.
LONG_WORD = 40
_LINK = re.compile(r"(?:https?://|mailto:|www\.)\S+|\]\([^)]*\)", re.IGNORECASE)


def share_changed(before: str, after: str) -> float:
    """The share of words that went or came, from 0.0 to 1.0."""
    old, new = before.split(), after.split()
    if not old and not new:
        return 0.0
    kept = sum(i2 - i1 for tag, i1, i2, _j1, _j2 in opcodes(old, new) if tag == "equal")
    return 1 - kept / max(len(old), len(new))


def is_small_change(before: str, after: str) -> bool:
    """Whether few words changed and no link came: nothing that somebody has to agree with or read again."""
    new_links = set(_LINK.findall(after)) - set(_LINK.findall(before))
    # Words with something else than spaces between them are one word: letters count as well, more loosely.
    came = sum(map(len, (Counter(after.split()) - Counter(before.split())).elements()))
    return not new_links and came <= max(LONG_WORD, 2 * SMALL * len(after)) and share_changed(before, after) < SMALL
