"""Published answers of the question desk as they are found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from conversations.models import Question

from ..documents import Collection, Document, Scope, Section
from ..highlight import Highlighter
from ..planner import Plan
from ..scope import works_here
from ..waiting import hidden_for_now
from . import Source, register
from .versions import clean, version_of

SHOWN = ("public_text", "answer", "language")


@dataclass(frozen=True)
class QuestionResult:
    """A published answer that was found."""

    pk: int
    title: SafeString
    snippet: SafeString
    language: str
    url: str
    answered_at: datetime


def question_versions() -> dict[int, int]:
    """``{pk: version}`` of all that should be in the index."""
    rows = Question.objects.filter(is_public=True).order_by().values_list("pk", *SHOWN)
    return {pk: version_of(*facts) for pk, *facts in rows}


def question_documents(pks: Iterable[int]) -> Iterator[Document]:
    """Those of these that were published."""
    rows = Question.objects.filter(is_public=True, pk__in=list(pks)).order_by().values_list("pk", *SHOWN)
    for pk, *facts in rows:
        text, answer, language = map(clean, facts)
        sections = (Section("", "", answer),)
        yield Document(pk=pk, language=language, title=text, sections=sections, version=version_of(*facts))


def question_scope(user) -> Scope | None:
    """What was published, but for answers about a page that ``user`` may not see; asked at this moment."""
    if not works_here(user):
        return None
    closed = frozenset(Question.objects.closed_to(user).values_list("pk", flat=True))
    return Scope(hidden=closed | hidden_for_now(Collection.QUESTIONS, lambda: Question.objects.public_for(user)))


def question_results(pks: Sequence[int], plan: Plan, user) -> list[QuestionResult]:
    """The rows shown, after asking once more who may read them; one query."""
    found = Question.objects.public_for(user).in_bulk(list(pks))
    return [_result(found[pk], Highlighter(plan, found[pk].language)) for pk in pks if pk in found]


def _result(question: Question, highlighter: Highlighter) -> QuestionResult:
    return QuestionResult(
        pk=question.pk,
        title=highlighter.mark(question.public_text),
        snippet=highlighter.snippet(question.answer),
        language=question.language,
        url=reverse("questions:detail", args=[question.pk]),
        answered_at=question.answered_at,
    )


register(
    Source(
        collection=Collection.QUESTIONS,
        label=_("Answered questions"),
        icon="ask",
        template="search/_question.html",
        versions=question_versions,
        documents=question_documents,
        scope=question_scope,
        results=question_results,
    )
)
