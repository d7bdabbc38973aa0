"""What a change of the words would do to a query, before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..concepts import Concepts
from ..models import Concept
from ..models.concepts import lines_of
from ..query import PER_PAGE, Question, answer_in
from ..results import opened_pages
from ..scope import scope_for


@dataclass(frozen=True)
class Found:
    """A result on one side. ``is_only_here``: the other side's first ten don't have it."""

    title: str
    url: str
    language: str
    is_only_here: bool


@dataclass(frozen=True)
class Effect:
    """The first ten titles for a query, with the words as they are and as they would be."""

    query: str
    before: tuple[Found, ...]
    after: tuple[Found, ...]

    @property
    def is_none(self) -> bool:
        """Whether both sides are the same."""
        return self.before == self.after


def effect_of(concept: Concept, query: str, language: str, user) -> Effect:
    """What saving this concept (new or changed, not yet saved) would do, of what ``user`` may read.

    Raises IndexUnavailable where there is no usable index.
    """
    others = Concept.objects.in_use().exclude(pk=concept.pk)
    wordings = others.wordings()
    if concept.is_active:
        wordings.append({"nl": lines_of(concept.words_nl), "en": lines_of(concept.words_en)})
    question, scope = Question.from_input(query, language), scope_for(user)
    before = answer_in(question, scope).pages[:PER_PAGE]
    after = answer_in(question, scope, concepts=Concepts(wordings)).pages[:PER_PAGE]
    opened = opened_pages([*before, *after], user)

    def side(pks: Sequence[int], other: Sequence[int]) -> tuple[Found, ...]:
        return tuple(
            Found(opened[pk].title, opened[pk].url, opened[pk].language, pk not in other) for pk in pks if pk in opened
        )

    return Effect(question.text, side(before, after), side(after, before))


def also_in(concept: Concept) -> list[tuple[str, Concept]]:
    """Words of this concept that another one in use has too, with that one: allowed, but often a slip."""
    own = {line.casefold(): line for line in (*concept.lines_nl, *concept.lines_en)}
    return [
        (own[line.casefold()], other)
        for other in Concept.objects.in_use().exclude(pk=concept.pk)
        for line in dict.fromkeys((*other.lines_nl, *other.lines_en))
        if line.casefold() in own
    ]
