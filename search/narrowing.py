"""Of what was found, what is left by the choices a reader made, and what every other choice would give."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from .analysis import LANGUAGES
from .catalogue import CHECKED, Catalogue
from .kinds import ALL_KINDS

# What results are narrowed to, by the name in the address; several of one are alternatives, of two both count.
NARROWED_BY = ("kind", "language", "manual", "theme", "team", "checked")
# What the numbers in the catalogue stand for; of the others they are primary keys. Empty is nothing to choose.
_STAND_FOR: dict[str, tuple[str, ...]] = {
    "kind": ("", *(kind.key for kind in ALL_KINDS)),
    "language": (*LANGUAGES, ""),
    "checked": CHECKED,
}


def narrow(
    found: list[int], choices: Mapping[str, frozenset], language: str, known: Catalogue
) -> tuple[list[int], dict[str, dict]]:
    """``(pages, counts)``: what is left of ``found``, one of each page, in the same order; and the counts of an ``Answer``.

    Who chooses a language gets the pages that are found in it. Otherwise of two translations ``language`` is taken, and
    that page is the one that is narrowed and counted.
    """
    numbers = {
        "kind": known.kinds,
        "language": known.languages,
        "manual": known.manuals,
        "theme": known.themes,
        "team": known.teams,
        "checked": known.checked,
    }
    wanted = {name: {_number(name, value) for value in values} for name, values in choices.items()}

    def left(pages: list[int], names: Iterable[str]) -> list[int]:
        for name in names:
            some, of = wanted[name], numbers[name]
            pages = [pk for pk in pages if of[pk] in some]
        return pages

    beside = wanted.keys() - {"language"}
    one_each = without_twins(left(found, wanted.keys() & {"language"}), known, language)
    narrowed = left(one_each, beside)
    counts = {}
    for name in NARROWED_BY:
        if name == "language":
            pages = left(found, beside)
        else:
            pages = left(one_each, beside - {name}) if name in wanted else narrowed
        counted = Counter(map(numbers[name].__getitem__, pages))
        counts[name] = {value: count for number, count in counted.items() if (value := _value(name, number))}
    return narrowed, counts


def _number(name: str, value: str | int) -> int:
    return _STAND_FOR[name].index(value) if name in _STAND_FOR else value


def _value(name: str, number: int) -> str | int:
    return _STAND_FOR[name][number] if name in _STAND_FOR else number


def without_twins(pages: Sequence[int], known: Catalogue, language: str) -> list[int]:
    """One of each page: where translations are found too, the reader's language takes the place of the best."""
    kept: dict[int, int] = {}
    groups, languages = known.groups, known.languages
    own = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
    for pk in pages:
        group = groups[pk]
        if group not in kept or (languages[pk] == own and languages[kept[group]] != own):
            # Putting another value at a key leaves the key in its place.
            kept[group] = pk
    return list(kept.values())
