"""Steps that wait for each other. Pure: keys in, keys out."""

from collections.abc import Iterable, Mapping
from uuid import UUID


def cycle_from(start: UUID, waits: Mapping[UUID, Iterable[UUID]]) -> list[UUID]:
    """The steps from ``start`` back to itself, in the order they wait for each other; empty without such a round."""
    stack, seen = [(start, [start])], set()
    while stack:
        key, way = stack.pop()
        for other in waits.get(key, ()):
            if other == start:
                return [*way, start]
            if other not in seen:
                seen.add(other)
                stack.append((other, [*way, other]))
    return []


def waiting_in_rounds(waits: Mapping[UUID, Iterable[UUID]]) -> dict[UUID, frozenset[UUID]]:
    """Per step those of the steps it waits for that wait for it in turn; only the steps that are in such a round."""
    found = {}
    for key, others in waits.items():
        back = frozenset(other for other in others if other == key or _reaches(other, key, waits))
        if back:
            found[key] = back
    return found


def _reaches(start: UUID, end: UUID, waits: Mapping[UUID, Iterable[UUID]]) -> bool:
    stack, seen = [start], {start}
    while stack:
        for other in waits.get(stack.pop(), ()):
            if other == end:
                return True
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return False
