"""Where somebody stands on their path: their rows of progress laid over the outline. No query is made here."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone

from people.clock import today_for

from .models import Enrolment
from .outline import Outline, Step
from .querysets import Progress, is_asked_after
from .roles import Who
from .standing_told import ToldMixin


class StepState:
    """The states a step is drawn in; "now" is the one that is next, "begun" one that was opened before."""

    DONE, NOW, NOW_BEGUN, BEGUN, TODO = "done", "now", "now_begun", "begun", "todo"
    LOCKED, SUBMITTED, WAIVED = "locked", "submitted", "waived"
    ALL = (DONE, NOW, NOW_BEGUN, BEGUN, TODO, LOCKED, SUBMITTED, WAIVED)


NOTHING = Progress()


@dataclass
class Standing(ToldMixin):
    """One enrolment with its outline; ``progress`` holds what was done by step key.

    ``whole`` is the path as its owner may see it, supporters' steps included; ``outline`` only what is planned for the
    owner to do. Of what was taken off the path since (see ``path_outline``) both have what is in this plan still: it leaves
    by a change set; ``path`` has all there is, to name what left. All are None where the path is gone or closed to its
    owner: the rows are kept, and count again as soon as it is back.
    """

    enrolment: Enrolment
    whole: Outline | None
    progress: dict[UUID, Progress] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.path = self.whole
        if self.whole is None:
            return
        if self.enrolment.planned_at is None:
            self.whole = self.whole.published()
        else:
            self.whole = self.whole.held_by({key for key, row in self.progress.items() if row.in_plan})

    @cached_property
    def today(self) -> date:
        """The day it is for the person whose plan it is: whoever looks, what is late is late by that."""
        return today_for(self.enrolment.user)

    @cached_property
    def outline(self) -> Outline | None:
        """The steps of the plan that the person does, numbered for them."""
        if self.whole is None:
            return None
        return self.whole.narrowed(
            {step.key: self.row(step).is_required for step in self.planned if self.row(step).assignee == Who.NEWCOMER}
        )

    @cached_property
    def planned(self) -> tuple[Step, ...]:
        """Every step of the plan, those of supporters included; all of the path where there is no plan yet."""
        return tuple(step for step in self.whole.steps if self.row(step).in_plan) if self.whole else ()

    @cached_property
    def by_others(self) -> tuple[Step, ...]:
        """The steps of the plan that supporters do."""
        return tuple(step for step in self.planned if self.row(step).assignee != Who.NEWCOMER)

    def row(self, step: Step) -> Progress:
        """What was planned and done of this step."""
        row = self.progress.get(step.key)
        if self.enrolment.planned_at is None:
            # No plan yet: everything counts, as the path says now.
            return (row or NOTHING)._replace(in_plan=True, is_required=step.is_required, assignee=step.assignee)
        return row or NOTHING._replace(in_plan=False)

    def completed_at(self, step: Step):
        """When the step was done, or None."""
        return self.row(step).completed_at

    def is_done(self, step: Step) -> bool:
        """Whether this step is done."""
        return self.completed_at(step) is not None

    def was_done(self, step: Step) -> bool:
        """Whether it is done, or was before it was opened again: what came after it stays open."""
        row = self.row(step)
        return row.completed_at is not None or bool(row.language)

    def is_waived(self, step: Step) -> bool:
        """Whether it needn't be done; done is done, waived or not."""
        row = self.row(step)
        return row.waived_at is not None and row.completed_at is None

    def is_locked(self, step: Step) -> bool:
        """Whether other steps have to be done first."""
        return bool(self.waits_for(step)) and not self.is_done(step)

    def waits_for(self, step: Step) -> tuple[Step, ...]:
        """The steps that have to be done before this one opens.

        What was done once, waived, taken off the plan, or is being updated counts as met, and so does what waits for this
        step in turn.
        """
        if not step.prerequisites:
            return ()
        planned = {other.key: other for other in self.planned}
        unmet = [
            planned[key]
            for key in step.prerequisites
            if key in planned
            and key not in step.in_round
            and not self.was_done(planned[key])
            and not self.is_waived(planned[key])
            and not planned[key].reads_is_missing
        ]
        one_is_enough = not step.needs_all and len(unmet) < len(step.prerequisites)
        return () if one_is_enough else tuple(unmet)

    @property
    def is_paused(self) -> bool:
        """Whether nothing is due just now."""
        return getattr(self.enrolment, "paused_since", None) is not None

    @property
    def is_running(self) -> bool:
        """Whether dates count: neither paused nor ended nor finished."""
        return not (self.is_paused or self.is_ended or self.is_finished)

    def due_on(self, step: Step) -> date | None:
        """When it is due; None without a date, and while what it points to is being updated."""
        return None if step.reads_is_missing else self.row(step).due_on

    def is_open(self, step: Step) -> bool:
        """Whether it is still to be done: neither done nor waived nor handed in."""
        row = self.row(step)
        return row.completed_at is None and row.waived_at is None and row.submitted_at is None

    def is_overdue(self, step: Step, today: date | None = None) -> bool:
        """Whether its day has passed where the person is; never while the path is paused or ended, or finished and it is asked no more.

        Nor while it has to wait for a step that is done and not signed off yet.
        """
        due = self.due_on(step)
        return (
            due is not None
            and due < (today or self.today)
            and self.is_open(step)
            and not (self.is_paused or self.is_ended)
            and not any(self.row(other).submitted_at for other in self.waits_for(step))
            and (self.enrolment.completed_at is None or self.is_still_asked(step))
        )

    def is_still_asked(self, step: Step) -> bool:
        """Whether a finished path asks for it all the same: of a supporter, or once more of the person."""
        finished = self.enrolment.completed_at
        return finished is not None and is_asked_after(self.row(step), finished)

    @cached_property
    def counting(self) -> tuple[Step, ...]:
        """The steps that have to be done: the required ones, or all where none is required; never the waived ones."""
        if self.outline is None:
            return ()
        steps = tuple(step for step in self.outline.steps if step.is_required) or self.outline.steps
        return tuple(step for step in steps if not self.is_waived(step))

    @cached_property
    def done(self) -> int:
        """How many of these are."""
        return sum(self.is_done(step) for step in self.counting)

    @property
    def total(self) -> int:
        """How many there are; of a path that was finished, how many there were: what is added since changes nothing."""
        return self.done if self.enrolment.completed_at else len(self.counting)

    @property
    def is_optional_only(self) -> bool:
        """Whether nothing on the path has to be done."""
        return bool(self.counting) and not any(step.is_required for step in self.counting)

    @property
    def is_nothing_left(self) -> bool:
        """Whether there are steps in the plan, and all that would count are waived."""
        return self.outline is not None and bool(self.outline.steps) and not self.counting

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 means all of it, or that nothing has to be done any more."""
        if not self.total:
            return 100 if self.is_finished else 0
        return self.done * 100 // self.total

    @cached_property
    def extra(self) -> tuple[Step, ...]:
        """The steps that may be done but don't have to."""
        if self.outline is None:
            return ()
        counting = {step.key for step in self.counting}
        return tuple(s for s in self.outline.steps if s.key not in counting and not self.is_waived(s))

    @property
    def extra_done(self) -> int:
        """How many of the optional steps are done."""
        return sum(self.is_done(step) for step in self.extra)

    @property
    def is_beginning(self) -> bool:
        """Whether this is only what is open before the start: with that done, the rest comes on the first day."""
        return self.whole is not None and self.whole.is_beginning

    @property
    def is_finished(self) -> bool:
        """Everything that counts is done or waived, or was once: steps added later don't undo a finished path."""
        if self.enrolment.completed_at is not None or self.is_beginning:
            return self.enrolment.completed_at is not None
        return self.is_nothing_left or (bool(self.total) and self.done == self.total)

    @property
    def added_since(self) -> int:
        """How many steps came after a finished path was finished."""
        return len(self.counting) - self.done if self.enrolment.completed_at else 0

    @property
    def is_ended(self) -> bool:
        """Stopped before the end, by HR."""
        return self.enrolment.ended_on is not None

    @cached_property
    def next_step(self) -> Step | None:
        """The one thing to do now: the first step that counts and is open. None when finished or ended.

        What points to a page that is being updated comes last.
        """
        if self.is_finished or self.is_ended:
            return None
        ready = [step for step in self.counting if self.is_open(step) and not self.is_locked(step)]
        return min(ready, key=lambda step: (step.reads_is_missing, step.number), default=None)

    def state_of(self, step: Step) -> str:
        """One of ``StepState``."""
        row = self.row(step)
        if row.completed_at:
            return StepState.DONE
        if row.waived_at:
            return StepState.WAIVED
        if row.submitted_at:
            return StepState.SUBMITTED
        if self.is_locked(step):
            return StepState.LOCKED
        begun = row.opened_at is not None
        if step is self.next_step:
            return StepState.NOW_BEGUN if begun else StepState.NOW
        return StepState.BEGUN if begun else StepState.TODO

    def fingerprint(self, names: Mapping[str, str]) -> str:
        """The same text wherever ``onboarding/my_path.html`` looks the same; ``names`` are those it shows, by role."""
        enrolment = self.enrolment
        rows = [(self.state_of(step), self.due_on(step), self.row(step)) for step in self.planned]
        shown = [
            (state, due, row.assignee, row.is_required, _day(row.completed_at), _day(row.submitted_at), row.attempt)
            + (row.waiver_reason,)
            for state, due, row in rows
        ]
        is_over = self.is_ended or self.is_finished
        has_names = is_over or self.by_others or any(state == StepState.SUBMITTED for state, _due, _row in rows)
        text = repr(
            # What was done is looked up by the number of the enrolment, and the people are thanked.
            (enrolment.pk if is_over else "", sorted(names.items()) if has_names else "")
            + (enrolment.first_day, enrolment.ended_on, self.is_paused, _day(enrolment.completed_at), shown)
        )
        digest = hashlib.sha256(text.encode()).hexdigest()[:24]
        return f"{self.today}:{self.outline.variant}:{digest}"

    @property
    def next_is_begun(self) -> bool:
        """Whether the next step was opened before."""
        return self.next_step is not None and self.state_of(self.next_step) == StepState.NOW_BEGUN


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
