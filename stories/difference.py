"""How much a text changed, and what the change looks like."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

# Edits below this share of words, without a new link, don't change what somebody meant.
SMALL = 0.05
# As long as a word may well be, in the shortest text.
LONG_WORD = 40
# How many pairs of equal words may be looked at: a text of one word repeated would take minutes, on purpose or not.
MAX_PAIRS = 400_000
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
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            result.append(Piece("same", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            result.append(Piece("gone", " ".join(old[i1:i2])))
        if j2 > j1:
            result.append(Piece("new", " ".join(new[j1:j2])))
    return result


def _opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """As ``SequenceMatcher.get_opcodes``; what would take too long to compare counts as replaced as a whole."""
    shortest = min(len(old), len(new))
    start = next((i for i in range(shortest) if old[i] != new[i]), shortest)
    rest = shortest - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    old_middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    codes = [("equal", 0, start, 0, start)] if start else []
    if old_middle or new_middle:
        codes += [
            (tag, i1 + start, i2 + start, j1 + start, j2 + start)
            for tag, i1, i2, j1, j2 in _middle_opcodes(old_middle, new_middle)
        ]
    if end:
        codes.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return codes


def _middle_opcodes(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    counts, others = Counter(old), Counter(new)
    if sum(count * others[word] for word, count in counts.items()) > MAX_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def share_changed(before: str, after: str) -> float:
    """The share of words that went or came, from 0.0 to 1.0."""
    old, new = before.split(), after.split()
    if not old and not new:
        return 0.0
    kept = sum(i2 - i1 for tag, i1, i2, _j1, _j2 in _opcodes(old, new) if tag == "equal")
    return 1 - kept / max(len(old), len(new))


def is_small_change(before: str, after: str) -> bool:
    """Whether few words changed and no link came: nothing that somebody has to agree with or read again."""
    new_links = set(_LINK.findall(after)) - set(_LINK.findall(before))
    # Words with something else than spaces between them are one word: letters count as well, more loosely.
    came = sum(map(len, (Counter(after.split()) - Counter(before.split())).elements()))
    return not new_links and came <= max(LONG_WORD, 2 * SMALL * len(after)) and share_changed(before, after) < SMALL
