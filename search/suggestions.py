"""What a reader may mean while typing."""

from collections.abc import Sequence
from dataclasses import dataclass

from .analysis import words_of
from .engine import get_engine
from .highlight import Highlighter
from .kinds import Kind
from .planner import Plan, make_plan
from .query import Question, without_twins
from .readable import readable_pages
from .results import opened_pages

SHORTEST = 2
MOST = 6
# Of so many of the best, those that have most of the words in their title come first.
CONSIDERED = 30
LOOKED_AT = 500


@dataclass(frozen=True)
class Suggestion:
    """A page to go to at once."""

    title: str
    url: str
    language: str
    kind: Kind


def suggest(question: Question, user) -> list[Suggestion]:
    """At most six pages for what has been typed so far. Raises IndexUnavailable where there is no usable index."""
    if len(question.text) < SHORTEST or not words_of(question.text):
        return []
    readable, engine = readable_pages(user), get_engine()
    plan = make_plan(question.text, question.language, engine.vocabulary(readable.__contains__))
    found = [pk for pk in engine.search(plan, limit=LOOKED_AT) if pk in readable]
    best = without_twins(found, readable, question.language)[:CONSIDERED]
    opened = opened_pages(best, user)
    ranked = sorted(
        (pk for pk in best if pk in opened),
        key=lambda pk: -_words_in_title(opened[pk].title, plan, readable.language(pk)),
    )
    return [
        Suggestion(
            title=opened[pk].title,
            url=opened[pk].get_url() or "",
            language=opened[pk].locale.language_code,
            kind=readable.kind(pk),
        )
        for pk in ranked[:MOST]
    ]


def _words_in_title(title: str, plan: Plan, language: str) -> int:
    highlighter = Highlighter(plan, language)
    found: Sequence[frozenset[str]] = [highlighter.matches(word) for word in words_of(title)]
    return sum(any(not terms.isdisjoint(group.terms) for terms in found) for group in plan.groups)
