"""What a promotion would do, and what else claims its words, before it is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import override

from .analysis import LANGUAGES
from .models import Promotion
from .promotions import Rule, in_order, rules, with_places
from .query import PER_PAGE, Question, answer_in
from .results import opened_pages
from .scope import scope_for


@dataclass(frozen=True)
class Change:
    """The first results in one language, as titles, before and after; ``first`` are the titles put first."""

    language: str
    before: list[str]
    after: list[str]
    first: frozenset[str]


def overlapping(rule: Rule) -> list[Promotion]:
    """Others that run and claim the same words, or words that are all among these, or the other way round."""
    own = set(rule.words.split())
    found = []
    for other in Promotion.objects.running().exclude(pk=rule.pk).select_related("owner").order_by("pk"):
        if rule.language and other.language and rule.language != other.language:
            continue
        theirs = set(other.words.split())
        same = rule.words == other.words
        theirs_covers = other.match == Promotion.Match.ALL_WORDS and theirs <= own
        own_covers = not rule.is_exact and own <= theirs
        if same or theirs_covers or own_covers:
            found.append(other)
    return found


def preview(rule: Rule, user) -> list[Change]:
    """The first ten results for its words in each language it counts for, as ``user`` sees them.

    Raises IndexUnavailable where nothing can be searched.
    """
    others = [each for each in rules() if each.pk != rule.pk or rule.pk is None]
    with_this = in_order([*others, *with_places([rule])])
    languages = [rule.language] if rule.language else list(LANGUAGES)
    return [_change(rule.words, language, rules(), with_this, user) for language in languages]


def _change(words: str, language: str, before: Sequence[Rule], after: Sequence[Rule], user) -> Change:
    question, scope = Question.from_input(words, language), scope_for(user)
    with override(language):
        old, new = (answer_in(question, scope, rules=each) for each in (before, after))
        first_pages = {*old.pages[:PER_PAGE], *new.pages[:PER_PAGE]}
        titles = {pk: page.title for pk, page in opened_pages(list(first_pages), user).items()}
    return Change(
        language,
        *([titles[pk] for pk in each.pages[:PER_PAGE] if pk in titles] for each in (old, new)),
        first=frozenset(titles[pk] for pk in new.promoted if pk in titles),
    )
