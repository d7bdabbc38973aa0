"""A plan as it is shown: to the person themselves, and to the colleague they share it with."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.functional import Promise

from people.clock import today_for
from people.models import User

from .assessment_reading import Words, in_language
from .evidence import Finished, Source, all_sources
from .levels import Level, level_in_words
from .models import CompetencyPage, Evidence, Goal, Sharing


@dataclass(frozen=True)
class EvidenceRow:
    """Evidence beside a goal; ``url`` is empty where the person can't look at it (any more)."""

    evidence: Evidence
    label: str | Promise
    url: str = ""


@dataclass(frozen=True)
class GoalRow:
    """A goal as it is shown, with the name of its competency; ``url`` is empty where that is gone."""

    goal: Goal
    title: Words
    url: str
    evidence: tuple[EvidenceRow, ...]
    is_past: bool
    indicators: tuple[str, ...] = ()

    @property
    def from_words(self) -> str | Promise:
        """The level it begins at."""
        return level_in_words(self.goal.from_level)

    @property
    def to_words(self) -> str | Promise:
        """The level it leads to."""
        return level_in_words(self.goal.to_level)


class PlanReading:
    """The plan of ``person`` as ``reader`` sees it: pages of competencies as that reader may open them (of others the
    title that was kept with the goal, which is the person's to share), and links to what was finished for the person only.

    A fixed number of queries for any number of goals, and what each source asks.
    """

    def __init__(self, person: User, language: str, reader: User | None = None):
        self.person, self.language, self.reader = person, language, reader or person

    @cached_property
    def open(self) -> list[GoalRow]:
        """Open goals, what is due first comes first."""
        return [self.row(goal) for goal in self._open]

    @cached_property
    def done(self) -> list[GoalRow]:
        """Goals that are done, the latest first."""
        return [self.row(goal) for goal in self._done]

    @property
    def is_empty(self) -> bool:
        """Whether there is no goal at all."""
        return not (self._open or self._done)

    def row(self, goal: Goal) -> GoalRow:
        """One goal of this person; ``goal`` has to be among theirs."""
        page = self._pages.get(goal.competency_key)
        title = Words(page.title, page.other_language) if page else in_language(goal.competency_titles, self.language)
        return GoalRow(
            goal=goal,
            title=title,
            url=page.url if page else "",
            evidence=tuple(self._evidence(row) for row in goal.evidence.all()),
            is_past=goal.done_at is None and goal.due_on is not None and goal.due_on < self._today,
            indicators=tuple(page.indicators(Level(goal.to_level))) if page else (),
        )

    @cached_property
    def _open(self) -> list[Goal]:
        return list(Goal.objects.of(self.person).open())

    @cached_property
    def _done(self) -> list[Goal]:
        return list(Goal.objects.of(self.person).done())

    @cached_property
    def _today(self) -> date:
        return today_for(self.person)

    @cached_property
    def _pages(self) -> dict:
        keys = Goal.objects.filter(user=self.person).values("competency_key")
        pages = CompetencyPage.objects.for_reader(self.reader, self.language).filter(translation_key__in=keys)
        return {page.translation_key: page for page in pages.for_cards()}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.name: source for source in all_sources()}

    @cached_property
    def _offered(self) -> dict[str, dict[str, Finished]]:
        """By source that stands beside any goal, what it offers the person now."""
        if self.reader.pk != self.person.pk:
            return {}
        used = {row.source for goal in (*self._open, *self._done) for row in goal.evidence.all()}
        return {name: offers_of(source, self.person) for name, source in self._sources.items() if name in used}

    def _evidence(self, row: Evidence) -> EvidenceRow:
        source = self._sources.get(row.source)
        offered = self._offered.get(row.source, {}).get(row.key)
        return EvidenceRow(row, source.label if source else "", offered.url if offered else "")


def offers_of(source: Source, person: User) -> dict[str, Finished]:
    """What this source offers the person, by key."""
    return {item.key: item for item in source.finished(person)}


def offers_for(goal: Goal) -> list[dict]:
    """``{"source", "items_offered": [{"item": Finished, "is_beside": bool}]}`` per source that has anything for this goal's person."""
    beside = {(row.source, row.key) for row in goal.evidence.all()}
    groups = [
        {
            "source": source,
            "items_offered": [
                {"item": item, "is_beside": (source.name, item.key) in beside} for item in source.finished(goal.user)
            ],
        }
        for source in all_sources()
    ]
    return [group for group in groups if group["items_offered"]]


def plan_for_assessor(sharing: Sharing, language: str) -> PlanReading | None:
    """The plan for the colleague it is shared with; None unless the person said so, and their scores are in.

    For ``competencies/plan/_shared.html``. Asks again whether it is shared still; four queries at most for that.
    """
    if not sharing.with_plan or sharing.submitted_at is None:
        return None
    shared = Sharing.objects.open_to(sharing.assessor).filter(pk=sharing.pk, with_plan=True).first()
    return PlanReading(shared.assessment.user, language, reader=shared.assessor) if shared else None
