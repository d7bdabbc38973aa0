"""What went and what came between two versions of a text."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# How many pairs of equal words may be looked at: a text of one word repeated would take minutes, on purpose or not.
MAX_PAIRS = 400_000
_WORD = re.compile(r"\S+|\n")


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed (``same``), went (``gone``) or came (``new``)."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The difference, word by word, in reading order."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    result = []
    for tag, i1, i2, j1, j2 in opcodes(old, new):
        if tag == "equal":
            result.append(Piece("same", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            result.append(Piece("gone", " ".join(old[i1:i2])))
        if j2 > j1:
            result.append(Piece("new", " ".join(new[j1:j2])))
    return result


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
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
