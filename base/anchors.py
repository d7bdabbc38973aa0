"""Anchors that survive retitling: made from a heading's text once, and kept from the moment readers can link to them.

A block is known by its id, which stays the same while its words change, in drafts and in translations alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .reading import free_name, places_in

ANCHORED = ("heading", "tip")
MOST_FORMER = 20


@dataclass(frozen=True)
class Known:
    """Where a block was found so far: the anchor it is rendered with, and those it had before."""

    anchor: str
    former: tuple[str, ...] = ()


def has_anchors(body) -> bool:
    """Whether a stream has a heading or tip at all."""
    return any(True for _block in _anchored(body))


def known_anchors(body) -> dict[str, Known]:
    """What the headings and tips of a stored stream are known by, by block id; an anchor nobody kept yet is the one
    readers see."""
    former = {str(raw.get("id") or ""): _former(raw) for _index, raw in _anchored(body)}
    return {
        place.block_id: Known(place.anchor, former.get(place.block_id, ()))
        for place in places_in(body)
        if place.block_id
    }


def fill_anchors(body, stored) -> None:
    """Give blocks of a draft that have no anchor the one that ``stored``, the page as it is kept, has for them."""
    kept = {str(raw.get("id") or ""): raw["value"].get("anchor") or "" for _index, raw in _anchored(stored)}
    for index, raw in list(_anchored(body)):
        anchor = kept.get(str(raw.get("id") or ""), "")
        if anchor and not raw["value"].get("anchor"):
            body[index].value["anchor"] = anchor


def keep_anchors(body, known: dict[str, Known]) -> None:
    """Write an anchor into every heading and tip of a stream that is about to be published.

    A block that is in ``known`` keeps what it has there. Two blocks never get the same one: of a block and its copy,
    the copy is named anew. Where an editor chose another anchor, or a translation takes over that of its original, the
    old one is kept beside it.
    """
    blocks = [(index, str(raw.get("id") or ""), raw) for index, raw in _anchored(body)]
    wanted = _wanted(blocks, known)
    current = {anchor for anchor in wanted.values() if anchor}
    former = {index: _former_of(raw, known.get(block_id), wanted[index]) for index, block_id, raw in blocks}
    reserved = current | {anchor for anchors in former.values() for anchor in anchors}
    for index, _block_id, raw in blocks:
        kept = " ".join([anchor for anchor in former[index] if anchor not in current][-MOST_FORMER:])
        may_keep = "former" in body.stream_block.child_blocks[raw["type"]].child_blocks
        is_same = not may_keep or kept == (raw["value"].get("former") or "")
        if is_same and wanted[index] and wanted[index] == raw["value"].get("anchor"):
            # Left as it is stored.
            continue
        value = body[index].value
        if not wanted[index]:
            value["anchor"] = ""
        value["anchor"] = wanted[index] or free_name(value.anchor_id, reserved)
        if may_keep:
            value["former"] = kept


def _wanted(blocks: list[tuple[int, str, Any]], known: dict[str, Known]) -> dict[int, str]:
    """The anchor each block is to have, by its place; empty where one has to be made."""
    wanted = {}
    for index, block_id, raw in blocks:
        before = known.get(block_id)
        wanted[index] = raw["value"].get("anchor") or (before.anchor if before else "")
    holders: dict[str, int] = {}
    # Whoever had it before comes first; the sort keeps the order otherwise.
    for index, _block_id, _raw in sorted(blocks, key=lambda row: known.get(row[1], Known("")).anchor != wanted[row[0]]):
        if wanted[index] and holders.setdefault(wanted[index], index) != index:
            wanted[index] = ""
    return wanted


def _former_of(raw, before: Known | None, wanted: str) -> list[str]:
    # The copy of a block brought those of the other along.
    anchors = [*(_former(raw) if wanted else ()), *(before.former if before else ())]
    if before and wanted and before.anchor != wanted:
        anchors.append(before.anchor)
    return [anchor for anchor in dict.fromkeys(anchors) if anchor != wanted]


def _former(raw) -> tuple[str, ...]:
    return tuple((raw["value"].get("former") or "").split())


def _anchored(body) -> Iterator[tuple[int, Any]]:
    for index, raw in enumerate(body.raw_data):
        if raw["type"] in ANCHORED:
            yield index, raw
