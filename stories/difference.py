"""How much a text changed, and what the change looks like."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# Edits below this share of words, without a new link, don't change what somebody meant.
SMALL = 0.05
_WORD = re.compile(r"\S+|\n")
_LINK = re.compile(r"(?:https?://|mailto:|www\.)\S+|\]\([^)]*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The difference, word by word, in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    result = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result.append(Piece("same", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            result.append(Piece("gone", " ".join(old[i1:i2])))
        if j2 > j1:
            result.append(Piece("new", " ".join(new[j1:j2])))
    return result


def share_changed(before: str, after: str) -> float:
    """The share of words that went or came, from 0.0 to 1.0."""
    old, new = before.split(), after.split()
    if not old and not new:
        return 0.0
    kept = sum(block.size for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks())
    return 1 - kept / max(len(old), len(new))


def is_small_change(before: str, after: str) -> bool:
    """Whether few words changed and no link came: nothing that somebody has to agree with or read again."""
    new_links = set(_LINK.findall(after)) - set(_LINK.findall(before))
    return not new_links and share_changed(before, after) < SMALL
