"""The scorecard of manuals: how each is kept up, the worst first, by a fixed number of queries for any number of pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language

from base.access import closed_paths, within_paths, without_paths
from base.translation.status import State, translation_states
from guidelines.models import ChapterPage, LinkProblem, ManualPage
from guidelines.querysets import paths_above
from guidelines.reading.duties import may_govern, titles_for
from guidelines.reading.register import Register, Row, Standing
from guidelines.scorecards import Column, Figure, Text, all_columns
from people.models import User

MODELS = (ManualPage, ChapterPage)
# What a figure leads to: the worklist of the admin knows each by this name.
NO_OWNER, OVERDUE, UNTRANSLATED, BROKEN = "no_owner", "overdue", "untranslated", "broken"


@dataclass(frozen=True)
class TextFigures:
    """One published original as the figures see it."""

    text: Text
    standing: Standing
    is_untranslated: bool
    problems: int


@dataclass(frozen=True)
class Score:
    """One manual: how many texts, and what is the matter with them."""

    manual: Row
    title: str
    url: str
    language: str
    texts: int
    no_owner: int
    overdue: int
    untranslated: int
    broken: int
    others: tuple[tuple[Column, Figure | None], ...] = ()

    @property
    def owned_percent(self) -> int:
        """The share of its texts that somebody answers for, in whole percents; 100 only where it is all of them."""
        return (self.texts - self.no_owner) * 100 // self.texts if self.texts else 100

    @property
    def harm(self) -> float:
        """What it is sorted by: each overdue text and each without an owner counts for the size of the manual.

        Readers aren't counted by person, so that the size stands in for how many it may mislead.
        """
        wrong = 2 * self.overdue + 2 * self.no_owner + self.broken + self.untranslated
        return wrong * (1 + self.texts / 10) + sum(figure.harm for _column, figure in self.others if figure)


class Scorecard:
    """What ``user`` may see of it: who governs every manual, an owner those they answer for something in."""

    def __init__(self, user: User, language: str | None = None):
        self.user, self.language = user, language or get_language()
        self.today = timezone.localdate()
        self.register = Register(today=self.today)

    @property
    def is_open(self) -> bool:
        """Whether there is anything on it for this person at all."""
        return may_govern(self.user) or bool(self._own)

    @cached_property
    def _own(self) -> dict[UUID, str]:
        """The manuals in which they answer for a text, with their tree paths."""
        texts = [*self.register.of(self.user), *self.register.deputised_by(self.user)]
        return {text.manual.key: text.manual.path for text in texts if text.manual}

    def _counted(self, model):
        """All pages for who governs; for others what they may read of their own manuals: a count tells of what is closed."""
        pages = model.objects.all()
        if may_govern(self.user):
            return pages
        return without_paths(within_paths(pages, tuple(self._own.values())), closed_paths(self.user))

    @cached_property
    def pages(self) -> list[TextFigures]:
        """Every published original that counts for this person, with how it stands."""
        problems = Counter(LinkProblem.objects.values_list("page", flat=True))
        found = []
        for model in MODELS:
            states = translation_states(self._counted(model)).values_list("pk", "translation_key", "path", "state")
            for pk, key, path, state in states.order_by("path"):
                standing = self._standing(path)
                if standing.manual is None:
                    continue
                found.append(
                    TextFigures(
                        text=Text(pk, key, standing.manual.key),
                        standing=standing,
                        is_untranslated=state == State.MISSING,
                        problems=problems[pk],
                    )
                )
        return found

    def _standing(self, path: str) -> Standing:
        """That of the nearest page where something is filled in, worked out once for all below it."""
        at = next((above for above in (path, *reversed(paths_above(path))) if above in self.register.rows), "")
        if at not in self._standings:
            self._standings[at] = self.register.standing(at)
        return self._standings[at]

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        return {}

    @cached_property
    def columns(self) -> list[Column]:
        """What other apps add, where it is known."""
        return [column for column in all_columns() if column.is_known()]

    @property
    def missing(self) -> list[str]:
        """Why a column isn't there."""
        return [str(column.missing) for column in all_columns() if column.missing and not column.is_known()]

    @cached_property
    def scores(self) -> list[Score]:
        """The manuals this person may see, the one that does most harm first."""
        pages = self.pages
        by_manual: dict[UUID, list[TextFigures]] = {}
        for page in pages:
            by_manual.setdefault(page.text.manual, []).append(page)
        figures = {column.name: column.figures([page.text for page in pages]) for column in self.columns}
        shown = titles_for(self.user, by_manual, self.language)
        scores = [
            self._score(shown[key], rows, [(column, figures[column.name].get(key)) for column in self.columns])
            for key, rows in by_manual.items()
            if key in shown
        ]
        return sorted(scores, key=lambda score: (-score.harm, score.manual.path))

    def _score(self, shown, rows: list[TextFigures], others: Iterable[tuple[Column, Figure | None]]) -> Score:
        written_in = (shown.alias_of or shown).locale.language_code
        return Score(
            manual=rows[0].standing.manual,
            title=shown.title,
            url=shown.get_url() or "",
            language="" if written_in == self.language else written_in,
            texts=len(rows),
            no_owner=sum(not row.standing.answers for row in rows),
            overdue=sum(row.standing.is_due(self.today) for row in rows),
            untranslated=sum(row.is_untranslated for row in rows),
            broken=sum(row.problems for row in rows),
            others=tuple(others),
        )

    def keys_of(self, what: str, manual: str = "") -> list[int]:
        """The ids of the pages behind a figure: ``what`` is one of the names above, ``manual`` a translation key or all."""
        tests = {
            NO_OWNER: lambda page: not page.standing.answers,
            OVERDUE: lambda page: page.standing.is_due(self.today),
            UNTRANSLATED: lambda page: page.is_untranslated,
            BROKEN: lambda page: page.problems > 0,
        }
        test = tests.get(what, lambda page: True)
        return [page.text.pk for page in self.pages if test(page) and (not manual or str(page.text.manual) == manual)]
