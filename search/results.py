"""What a reader sees of the pages found: looked up in the database, where the access rule is asked once more."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Page

from base.access import closed_paths, without_paths

from .documents import Passage
from .engine import get_engine
from .facts import Facts, facts_of, paths_above, titles_of
from .highlight import Highlighter
from .kinds import Kind, kind_of
from .planner import Plan

DEEP_LINKS = 3
# What a row shows of the page itself; a page has three times as many columns.
SHOWN = ("path", "depth", "title", "url_path", "translation_key", "alias_of", "locale__language_code", "content_type")


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


def still_readable(pages: Sequence[int], user) -> set[int]:
    """Of these pages those that are live and open to ``user`` at this moment."""
    rows = without_paths(Page.objects.live().filter(pk__in=pages), closed_paths(user))
    return set(rows.values_list("pk", flat=True))


def results_for(pages: Sequence[int], plan: Plan, user, languages: Collection[str] = ()) -> list[Result]:
    """The results for these pages, in the same order; a page that may not be read by now is left out.

    A result leads to the page in the reader's language where there is one, unless its own is one of those asked for.
    """
    found = _Found.load(pages, user, frozenset(languages))
    kept = [pk for pk in pages if pk in found.pages]
    passages = get_engine().passages(plan, kept, limit=DEEP_LINKS + 1)
    return [_result(found.pages[pk], found, plan, passages[pk]) for pk in kept]


def plain_results(pages: Sequence[int], plan: Plan, user) -> list[Result]:
    """The same without asking an engine: with the summary, and without the sections."""
    found = _Found.load(pages, user, frozenset())
    return [_result(found.pages[pk], found, plan, []) for pk in pages if pk in found.pages]


def opened_pages(pages: Sequence[int], user) -> dict[int, Page]:
    """For each of these pages that ``user`` may read the one to open: that in the interface's language, or itself."""
    own, twins = _pages_and_twins(pages, user)
    here = _in_language(twins, get_language())
    return {pk: here.get(page.translation_key, page) for pk, page in own.items()}


def _pages_and_twins(pks: Sequence[int], user) -> tuple[dict[int, Page], list[Page]]:
    """The pages by primary key, and all that have the same translation key; one query."""
    wanted = Page.objects.filter(pk__in=pks).values("translation_key")
    rows = without_paths(Page.objects.live().filter(translation_key__in=wanted), closed_paths(user))
    twins = list(rows.select_related("locale").only(*SHOWN))
    return {page.pk: page for page in twins if page.pk in set(pks)}, twins


def _in_language(twins: Sequence[Page], language: str) -> dict:
    return {twin.translation_key: twin for twin in twins if twin.locale.language_code == language}


@dataclass
class _Found:
    """The rows behind a page of results, in a fixed number of queries."""

    pages: dict[int, Page]
    opened: dict[int, Page]
    titles: dict[str, str | None]
    facts: dict[int, Facts]
    twins: list[Page]

    @classmethod
    def load(cls, pks: Sequence[int], user, languages: frozenset[str]) -> "_Found":
        """Pages with their twins, the titles above them, and what only their own types know."""
        pages, twins = _pages_and_twins(pks, user)
        here = _in_language(twins, get_language())
        opened = {
            pk: page if page.locale.language_code in languages else here.get(page.translation_key, page)
            for pk, page in pages.items()
        }
        above = {path for page in opened.values() for path in paths_above(page.path)}
        return cls(pages, opened, titles_of(above), facts_of(pages.values()), twins)

    def translation_of(self, opened: Page) -> Translation | None:
        """The page in a language that ``opened`` isn't in, where it was translated and isn't a stand-in."""
        own = opened.locale.language_code if opened.alias_of_id is None else None
        for twin in self.twins:
            if twin.translation_key == opened.translation_key and twin.pk != opened.pk and twin.alias_of_id is None:
                language = twin.locale.language_code
                if own is not None and language != own:
                    return Translation(twin.get_url() or "", language)
        return None


def _result(page: Page, found: _Found, plan: Plan, passages: list[Passage]) -> Result:
    opened = found.opened[page.pk]
    # A stand-in has the same text, hence the same sections; a translation has its own.
    same_text = opened.pk == page.pk or opened.alias_of_id == page.pk
    language = page.locale.language_code
    highlighter = Highlighter(plan, language)
    kind = kind_of(page.cached_content_type.app_label, page.cached_content_type.model)
    url = opened.get_url() or ""
    facts = found.facts[page.pk]
    texts = [text for text in (*(passage.text for passage in passages), facts.summary) if text]
    # A section may have been found by its heading alone.
    text = next((text for text in texts if highlighter.finds_in(text)), texts[0] if texts else "")
    return Result(
        pk=page.pk,
        title=highlighter.mark(opened.title),
        url=url,
        language=language if same_text else opened.locale.language_code,
        text_language=language,
        kind=kind,
        trail=tuple(title for path in paths_above(opened.path) if (title := found.titles[path])),
        snippet=highlighter.snippet(text),
        deep_links=tuple(
            DeepLink(f"{url}#{passage.anchor}", highlighter.mark(passage.heading))
            for passage in passages
            if same_text and passage.anchor and passage.heading
        )[:DEEP_LINKS],
        also=found.translation_of(opened),
        source_path=facts.source_path,
        date=facts.date,
        byline=facts.byline,
        is_governed=facts.is_governed,
        reviewed_on=facts.reviewed_on,
        is_due=facts.is_due,
    )
