"""A path as plain data: its phases and steps, without a page or a query. ``reading_outlines`` makes it."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import ngettext

from .models import StepPage
from .plan.audience import Audience
from .roles import Who

KIND_ICONS = {
    StepPage.Kind.READ: "book",
    StepPage.Kind.WATCH: "play",
    StepPage.Kind.DO: "list",
    StepPage.Kind.MEET: "users",
    StepPage.Kind.QUIZ: "quiz",
    StepPage.Kind.SUBMIT: "up",
    StepPage.Kind.CONFIRM: "check",
    StepPage.Kind.ASSESS: "star",
}


@dataclass(frozen=True)
class PageToRead:
    """The page a step points to, in the reader's language if it is there in it."""

    title: str
    url: str
    language: str
    before_start: bool = False


@dataclass(frozen=True)
class Step:
    """One step as it is shown; ``language`` is that of its words, ``phase`` the number of its phase."""

    key: UUID
    number: int
    title: str
    summary: str
    url: str
    language: str
    phase: int
    kind: str
    minutes: int
    is_required: bool
    reads: PageToRead | None
    # The step points to a page that is closed to this reader, isn't published now, or is gone.
    reads_is_missing: bool
    page_id: int = 0
    reads_key: UUID | None = None
    # Of the competency profile that a step to assess is about.
    profile_key: UUID | None = None
    assignee: str = Who.NEWCOMER
    signed_off_by: str = ""
    # When it is due, see ``onboarding.plan.due``; "by the end of its phase" is told as that day.
    rule: dict = field(default_factory=dict)
    prerequisites: tuple[UUID, ...] = ()
    # Those of them that wait for this step in turn: nobody may be stuck in such a round, so these are passed over.
    in_round: frozenset[UUID] = frozenset()
    needs_all: bool = True
    audience: Audience = Audience()
    before_start: bool = False
    valid_months: int | None = None
    replaces_key: UUID | None = None
    is_check_in: bool = False
    # Off the path by now (unpublished, or moved to another one): only of plans that have it still.
    is_removed: bool = False

    def before_the_start(self) -> "Step":
        """As who hasn't started sees it: with nothing to read that isn't open to them."""
        is_open = self.reads is None or self.reads.before_start
        return self if is_open else replace(self, reads=None, reads_is_missing=True)

    @property
    def kind_word(self) -> str:
        """The kind in the language that is active."""
        return StepPage.Kind(self.kind).label

    @property
    def duration(self) -> str:
        """How long it takes, in words: "45 minutes", "1 hour"."""
        if self.minutes % 60:
            return ngettext("%(counter)s minute", "%(counter)s minutes", self.minutes) % {"counter": self.minutes}
        hours = self.minutes // 60
        return ngettext("%(counter)s hour", "%(counter)s hours", hours) % {"counter": hours}

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return KIND_ICONS[self.kind]


@dataclass(frozen=True)
class Phase:
    """One phase; days are counted from the start date, day 1 being the start date itself."""

    key: UUID
    number: int
    title: str
    summary: str
    language: str
    first_day: int
    last_day: int
    steps: tuple[Step, ...]
    # Off the path by now; only shown for the steps of it that a plan has still.
    is_removed: bool = False


@dataclass(frozen=True)
class Outline:
    """A whole path, with what plans may hold of it besides what is published now (``is_removed``)."""

    key: UUID
    title: str
    summary: str
    closing_text: str
    url: str
    language: str
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    # Which part of the path this is: the same text for the same steps; empty for all of it. Part of cache keys.
    variant: str = ""
    # Only what is open before the start: more comes on the first day.
    is_beginning: bool = False
    # Unpublished: closed for new people, while who is on it goes on.
    is_published: bool = True
    # For whom the path is; advice to who puts somebody on it.
    audience: Audience = Audience()

    def narrowed(self, required: Mapping[UUID, bool]) -> "Outline":
        """The path with only these steps, numbered anew, each required or not as ``{key: is_required}`` says."""
        if all(required.get(step.key) == step.is_required for step in self.steps):
            return self
        phases, steps = [], []
        for phase in self.phases:
            own = []
            for step in phase.steps:
                if step.key in required:
                    number = len(steps) + 1
                    own.append(replace(step, number=number, is_required=required[step.key]))
                    steps.append(own[-1])
            phases.append(replace(phase, steps=tuple(own)))
        text = ",".join([self.variant, *(f"{step.key}{step.is_required:d}" for step in steps)])
        variant = hashlib.sha256(text.encode()).hexdigest()[:16]
        return replace(self, phases=tuple(phases), steps=tuple(steps), variant=variant)

    def published(self) -> "Outline | None":
        """Only what is published now, numbered anew: what new people get. None where the path itself isn't."""
        if not self.is_published:
            return None
        if not any(part.is_removed for part in (*self.phases, *self.steps)):
            return self
        phases, steps = [], []
        for phase in self.phases:
            if phase.is_removed:
                continue
            number = len(phases) + 1
            own = []
            for step in phase.steps:
                if not step.is_removed:
                    own.append(replace(step, number=len(steps) + 1, phase=number))
                    steps.append(own[-1])
            phases.append(replace(phase, number=number, steps=tuple(own)))
        return replace(self, phases=tuple(phases), steps=tuple(steps), variant=f"{self.variant}-published")

    def held_by(self, planned: Collection[UUID]) -> "Outline":
        """What wasn't removed, and of what was only these steps: those that a plan has still."""
        if not any(step.is_removed and step.key not in planned for step in self.steps):
            return self
        return self.narrowed(
            {step.key: step.is_required for step in self.steps if not step.is_removed or step.key in planned}
        )

    def beginning(self) -> "Outline":
        """The path with only the steps that are open before the start, numbered anew."""
        part = self.narrowed({step.key: step.is_required for step in self.steps if step.before_start})
        steps = tuple(step.before_the_start() for step in part.steps)
        phases = tuple(
            replace(phase, steps=tuple(step.before_the_start() for step in phase.steps)) for phase in part.phases
        )
        return replace(part, phases=phases, steps=steps, is_beginning=True, variant=f"{part.variant}-before")

    @property
    def last_day(self) -> int:
        """The last day of the last phase to end; 0 for a path without phases."""
        return max((phase.last_day for phase in self.phases), default=0)

    def step(self, key: UUID) -> Step | None:
        """The step with this ``translation_key``; None where it isn't on the path, or not for this reader."""
        return next((step for step in self.steps if step.key == key), None)
