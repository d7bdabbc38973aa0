"""Colleagues as they are found: by what their own page shows to all who work here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import User

from ..documents import Collection, Document, Scope
from ..highlight import Highlighter
from ..planner import Plan
from ..scope import works_here
from ..waiting import hidden_for_now
from . import Source, register
from .versions import clean, version_of

# Names have none; functions are kept in both languages.
LANGUAGE = "nl"
SHOWN = (
    "first_name",
    "last_name",
    "email",
    "job_title",
    "job_title_en",
    "team__name",
    "team__name_en",
    "location__name",
    "location__name_en",
)


@dataclass(frozen=True)
class PersonResult:
    """A colleague who was found."""

    pk: int
    person: User
    name: SafeString
    job_title: SafeString
    team: SafeString
    location: SafeString
    url: str


def indexed_people():
    """Who can be found: everybody who works here now."""
    return User.objects.active().filter(forgotten_at=None)


def people_versions() -> dict[int, int]:
    """``{pk: version}`` of all that should be in the index."""
    return {pk: version_of(*facts) for pk, *facts in indexed_people().order_by().values_list("pk", *SHOWN)}


def people_documents(pks: Iterable[int]) -> Iterator[Document]:
    """Those of these who can be found."""
    for pk, *facts in indexed_people().filter(pk__in=list(pks)).order_by().values_list("pk", *SHOWN):
        first, last, email, *rest = map(clean, facts)
        name = f"{first} {last}".strip() or email
        summary = "\n".join(dict.fromkeys(text for text in rest if text))
        yield Document(pk=pk, language=LANGUAGE, title=name, sections=(), summary=summary, version=version_of(*facts))


def people_scope(user) -> Scope | None:
    """All colleagues, for who works here; nobody for who has yet to start."""
    if not works_here(user):
        return None
    return Scope(hidden=hidden_for_now(Collection.PEOPLE, indexed_people))


def people_results(pks: Sequence[int], plan: Plan, user) -> list[PersonResult]:
    """The rows shown, without who left in the meantime; one query."""
    if not works_here(user):
        return []
    found = indexed_people().select_related("team", "location").in_bulk(list(pks))
    highlighter = Highlighter(plan, LANGUAGE)
    return [_result(found[pk], highlighter) for pk in pks if pk in found]


def _result(person: User, highlighter: Highlighter) -> PersonResult:
    return PersonResult(
        pk=person.pk,
        person=person,
        name=highlighter.mark(person.get_full_name()),
        job_title=highlighter.mark(_in_language(person, "job_title")),
        team=highlighter.mark(_in_language(person.team, "name")),
        location=highlighter.mark(_in_language(person.location, "name")),
        url=reverse("people:profile", args=[person.key]),
    )


def _in_language(thing, field: str) -> str:
    return getattr(thing, f"{field}_{get_language()}", "") or getattr(thing, field, "")


register(
    Source(
        collection=Collection.PEOPLE,
        label=_("Colleagues"),
        icon="users",
        template="search/_person.html",
        versions=people_versions,
        documents=people_documents,
        scope=people_scope,
        results=people_results,
        # A last name is enough, whatever became of the first.
        least=0.3,
    )
)
