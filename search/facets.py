"""The choices a reader has to narrow a search, each with its count and its address."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise, cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .kinds import ALL_KINDS, BY_KEY
from .query import Answer, Question

_LANGUAGE_NAMES = dict(settings.LANGUAGES)


@dataclass(frozen=True)
class Choice:
    """One choice. ``url`` is where choosing it leads, or leaving it for one that is made."""

    key: str
    label: str | Promise
    count: int
    chosen: bool
    url: str


class Facets:
    """Kinds as links of which one is chosen, languages as boxes, and what is chosen now."""

    def __init__(self, question: Question, answer: Answer):
        self.question, self.answer = question, answer

    @cached_property
    def kinds(self) -> list[Choice]:
        """All kinds first, then each; those without a result as well."""
        chosen = self.question.kinds
        everything = Choice("", _("All"), sum(self.answer.kind_counts.values()), not chosen, self._url(kinds=()))
        return [
            everything,
            *(
                Choice(key, BY_KEY[key].label, count, key in chosen, self._url(kinds=[key]))
                for key, count in self.answer.kind_counts.items()
            ),
        ]

    @cached_property
    def languages(self) -> list[Choice]:
        """Each language of the portal."""
        return [
            Choice(
                code,
                _LANGUAGE_NAMES.get(code, code),
                count,
                code in self.question.languages,
                self._url(languages=self.question.languages ^ {code}),
            )
            for code, count in self.answer.language_counts.items()
        ]

    @cached_property
    def chosen(self) -> list[Choice]:
        """What narrows the search now, with the address without it."""
        kinds = [
            Choice(kind.key, kind.label, 0, True, self._url(kinds=self.question.kinds - {kind.key}))
            for kind in ALL_KINDS
            if kind.key in self.question.kinds
        ]
        return [*kinds, *(language for language in self.languages if language.chosen)]

    @property
    def url_without_any(self) -> str:
        """The same search in everything."""
        return self._url(kinds=(), languages=())

    @property
    def url_as_typed(self) -> str:
        """The same search without correcting what was typed."""
        return self._url(exact=True)

    def _url(
        self, kinds: Iterable[str] | None = None, languages: Iterable[str] | None = None, exact: bool | None = None
    ) -> str:
        question = self.question
        query: list[tuple[str, str]] = [("q", question.text)]
        query += [("kind", kind) for kind in sorted(question.kinds if kinds is None else kinds)]
        query += [("language", code) for code in sorted(question.languages if languages is None else languages)]
        if question.exact if exact is None else exact:
            query.append(("exact", "1"))
        return f"?{urlencode(query)}"
