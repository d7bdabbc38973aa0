"""What a reader sees of the pages found: looked up in the database, where the access rule is asked once more."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from base.access import closed_paths, without_paths

from .documents import Passage
from .engine import get_engine
from .facts import Facts, FoundPage, facts_of, pages_and_twins
from .highlight import Highlighter
from .kinds import Kind
from .planner import Plan

DEEP_LINKS = 3


@dataclass(frozen=True)
class DeepLink:
    """A section of a result that can be opened at once."""

    url: str
    title: SafeString


@dataclass(frozen=True)
class Translation:
    """The same page in another language."""

    url: str
    language: str


@dataclass(frozen=True)
class Result:
    """One result: ``language`` is that of the title, ``text_language`` that of the sentence found.

    ``trail`` are the titles above it, from the top. ``byline`` is who wrote it, or who answers for it (``is_governed``).
    ``also`` is the page in another language, where it was translated.
    """

    pk: int
    title: SafeString
    url: str
    language: str
    text_language: str
    kind: Kind
    trail: tuple[str, ...]
    snippet: SafeString
    source_path: str = ""
    deep_links: tuple[DeepLink, ...] = ()
    date: datetime.date | None = None
    byline: str = ""
    is_governed: bool = False
    reviewed_on: datetime.date | None = None
    is_due: bool = False
    also: Translation | None = None


def still_readable(pages: Iterable[int], user) -> set[int]:
    """Of these pages those that are live and open to ``user`` at this moment."""
    rows = without_paths(Page.objects.live().order_by().filter(pk__in=pages), closed_paths(user))
    return set(rows.values_list("pk", flat=True))


def results_for(pages: Sequence[int], plan: Plan, user, languages: Collection[str] = ()) -> list[Result]:
    """The results for these pages, in the same order; a page that may not be read by now is left out.

    A result leads to the page in the reader's language where there is one, unless its own is one of those asked for.
    """
    found = _Found.load(pages, user, frozenset(languages))
    kept = [pk for pk in pages if pk in found.pages]
    passages = get_engine().passages(plan, kept, limit=DEEP_LINKS + 1)
    return _results(kept, found, plan, passages)


def plain_results(pages: Sequence[int], plan: Plan, user) -> list[Result]:
    """The same without asking an engine: with the summary, and without the sections."""
    found = _Found.load(pages, user, frozenset())
    return _results([pk for pk in pages if pk in found.pages], found, plan, {})


def opened_pages(pages: Sequence[int], user) -> dict[int, FoundPage]:
    """For each of these pages that ``user`` may read the one to open: that in the interface's language, or itself."""
    language = get_language()
    return {pk: _to_open(page, twins, language) for pk, (page, twins) in _readable(pages, user).items()}


def _readable(pks: Sequence[int], user) -> dict[int, tuple[FoundPage, list[FoundPage]]]:
    """Of these pages each that ``user`` may read, with those of its twins that they may read, itself included."""
    known = pages_and_twins(pks)
    twins = {twin.pk for together in known.values() for twin in together}
    open_now = still_readable(twins, user) if twins else twins
    readable = {pk: [twin for twin in together if twin.pk in open_now] for pk, together in known.items()}
    return {pk: (page, twins) for pk, twins in readable.items() for page in twins if page.pk == pk}


def _to_open(page: FoundPage, twins: Sequence[FoundPage], language: str) -> FoundPage:
    return next((twin for twin in twins if twin.language == language), page)


@dataclass
class _Found:
    """The rows behind a page of results, in a fixed number of queries."""

    pages: dict[int, FoundPage]
    opened: dict[int, FoundPage]
    twins: dict[int, list[FoundPage]]
    facts: dict[int, Facts]

    @classmethod
    def load(cls, pks: Sequence[int], user, languages: frozenset[str]) -> "_Found":
        """Pages with their twins, and what only their own types know."""
        readable, language = _readable(pks, user), get_language()
        pages = {pk: page for pk, (page, _twins) in readable.items()}
        opened = {
            pk: page if page.language in languages else _to_open(page, twins, language)
            for pk, (page, twins) in readable.items()
        }
        twins = {pk: twins for pk, (_page, twins) in readable.items()}
        return cls(pages, opened, twins, facts_of(pages.values()))

    def translation_of(self, pk: int) -> Translation | None:
        """The page in a language that what is opened isn't in, where it was translated and isn't a stand-in."""
        opened = self.opened[pk]
        if opened.alias_of is None:
            for twin in self.twins[pk]:
                if twin.pk != opened.pk and twin.alias_of is None and twin.language != opened.language:
                    return Translation(twin.url, twin.language)
        return None


def _results(pks: Sequence[int], found: _Found, plan: Plan, passages: Mapping[int, Sequence[Passage]]) -> list[Result]:
    # Many words are in several results, and each is looked at once.
    highlighters = {language: Highlighter(plan, language) for language in {p.language for p in found.pages.values()}}
    return [
        _result(page, found, highlighters[page.language], passages.get(page.pk, ()))
        for page in (found.pages[pk] for pk in pks)
    ]


def _result(page: FoundPage, found: _Found, highlighter: Highlighter, passages: Sequence[Passage]) -> Result:
    opened = found.opened[page.pk]
    # A stand-in has the same text, hence the same sections; a translation has its own.
    same_text = opened.pk == page.pk or opened.alias_of == page.pk
    facts = found.facts[page.pk]
    texts = [text for text in (*(passage.text for passage in passages), facts.summary) if text]
    # A section may have been found by its heading alone.
    text = next((text for text in texts if highlighter.finds_in(text)), texts[0] if texts else "")
    return Result(
        pk=page.pk,
        title=highlighter.mark(opened.title),
        url=opened.url,
        language=page.language if same_text else opened.language,
        text_language=page.language,
        kind=page.kind,
        trail=opened.trail,
        snippet=highlighter.snippet(text),
        deep_links=tuple(
            DeepLink(f"{opened.url}#{passage.anchor}", highlighter.mark(passage.heading))
            for passage in passages
            if same_text and passage.anchor and passage.heading
        )[:DEEP_LINKS],
        also=found.translation_of(page.pk),
        source_path=facts.source_path,
        date=facts.date,
        byline=facts.byline,
        is_governed=facts.is_governed,
        reviewed_on=facts.reviewed_on,
        is_due=facts.is_due,
    )
