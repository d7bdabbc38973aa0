"""The choices a reader has to narrow a search, each with its count and its address."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise, cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .analysis import LANGUAGES
from .catalogue import CHECKED, catalogue
from .kinds import ALL_KINDS, BY_KEY
from .narrowing import NARROWED_BY
from .query import Answer, Question

# So many of a list are seen at once, the others are folded away.
SHOWN = 5
_LANGUAGE_NAMES = dict(settings.LANGUAGES)
_CHECKED_NAMES = {
    "recently": _("In the last 6 months"),
    "this-year": _("6 to 12 months ago"),
    "longer-ago": _("Longer ago or never"),
    "out-of-date": _("Out of date"),
}
# Beside the name of what is narrowed by, what its folded part is called.
_LEGENDS = {
    "kind": (_("Kind"), ""),
    "manual": (_("Manual"), _("More manuals")),
    "theme": (_("Theme"), _("More themes")),
    "team": (_("Team"), _("More teams")),
    "checked": (_("Last checked"), ""),
    "language": (_("Language"), ""),
}


@dataclass(frozen=True)
class Choice:
    """One choice. ``url`` is where choosing it leads, or leaving it for one that is made."""

    key: str
    label: str | Promise
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Facet:
    """One way to narrow: ``first`` are the choices seen at once, ``folded`` the others."""

    name: str
    legend: str | Promise
    more: str | Promise
    first: list[Choice]
    folded: list[Choice]


class Facets:
    """Kinds as links of which one is chosen, all else as boxes, and what is chosen now.

    A choice that would give nothing isn't offered, unless it was made. Names are those of what this reader found.
    """

    def __init__(self, question: Question, answer: Answer):
        self.question, self.answer = question, answer
        self._known = catalogue()

    @cached_property
    def kinds(self) -> list[Choice]:
        """All kinds first, then each that has a result or is chosen."""
        chosen, counts = self.question.chosen("kind"), self.answer.counts.get("kind", {})
        everything = Choice("", _("All"), sum(counts.values()), not chosen, self._url(kind=()))
        return [
            everything,
            *(
                Choice(kind.key, kind.label, counts.get(kind.key, 0), kind.key in chosen, self._url(kind=[kind.key]))
                for kind in ALL_KINDS
                if kind.key in counts or kind.key in chosen
            ),
        ]

    @cached_property
    def boxes(self) -> list[Facet]:
        """What can be narrowed by besides the kind; one whose only choice is everything that was found isn't offered."""
        made = [self._facet(name) for name in ("manual", "theme", "team", "checked", "language")]
        return [facet for facet in made if facet is not None]

    @cached_property
    def chosen(self) -> list[Choice]:
        """What narrows the search now, with the address without it."""
        return [
            Choice(str(value), self._label(name, value), 0, True, self._url(**{name: values - {value}}))
            for name in NARROWED_BY
            if (values := self.question.chosen(name))
            for value in sorted(values)
        ]

    @property
    def url_without_any(self) -> str:
        """The same search in everything."""
        return self._url(**dict.fromkeys(NARROWED_BY, ()))

    @property
    def url_as_typed(self) -> str:
        """The same search without correcting what was typed."""
        return self._url(exact=True)

    def _facet(self, name: str) -> Facet | None:
        counts, chosen = self.answer.counts.get(name, {}), self.question.chosen(name)
        choices = [
            Choice(str(value), self._label(name, value), count, value in chosen, self._url(**{name: chosen ^ {value}}))
            for value, count in (dict.fromkeys(chosen, 0) | counts).items()
        ]
        if not choices or (len(choices) == 1 and not chosen and choices[0].count >= self.answer.total):
            return None
        if name == "checked":
            choices.sort(key=lambda choice: CHECKED.index(choice.key))
        elif name == "language":
            choices.sort(key=lambda choice: LANGUAGES.index(choice.key))
        else:
            choices.sort(key=lambda choice: (not choice.chosen, -choice.count, str(choice.label).casefold()))
        legend, more = _LEGENDS[name]
        # One choice alone isn't worth a fold.
        shown = SHOWN if len(choices) > SHOWN + 1 else len(choices)
        return Facet(name, legend, more, choices[:shown], choices[shown:])

    def _label(self, name: str, value) -> str | Promise:
        if name == "kind":
            return BY_KEY[value].label
        if name == "language":
            return _LANGUAGE_NAMES.get(value, value)
        if name == "checked":
            return _CHECKED_NAMES[value]
        # Names of what isn't among this reader's results may be of what they are not to know about.
        if value in self.answer.counts.get(name, {}):
            return self._name(name, value) or _LEGENDS[name][0]
        return _NONE_OF_THESE[name]

    def _name(self, name: str, value: int) -> str:
        language = self.question.language
        if name == "manual":
            titles = self._known.manual_titles.get(value, {})
            return titles.get(language) or next(iter(titles.values()), "")
        names = self._known.theme_names if name == "theme" else self._known.team_names
        own, english = names.get(value, ("", ""))
        return (language == "en" and english) or own

    def _url(self, exact: bool | None = None, **changed: Iterable) -> str:
        question = self.question
        query: list[tuple[str, str]] = [("q", question.text)]
        for name in NARROWED_BY:
            query += [(name, str(value)) for value in sorted(changed.get(name, question.chosen(name)))]
        if question.exact if exact is None else exact:
            query.append(("exact", "1"))
        return f"?{urlencode(query)}"


_NONE_OF_THESE = {
    "manual": pgettext_lazy("filter without a result", "Another manual"),
    "theme": pgettext_lazy("filter without a result", "Another theme"),
    "team": pgettext_lazy("filter without a result", "Another team"),
}
