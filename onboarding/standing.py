"""Where somebody stands on their path: their rows of progress laid over the outline. No query is made here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Enrolment
from .outline import Outline, Phase, Step
from .periods import date_of_day, day_of_date, full_date, period_in_words
from .querysets import Progress

# A finished path is congratulated for this long on the front page, then it makes room.
COMPLIMENT_DAYS = 7


class StepState:
    """The states a step is drawn in; "now" is the one that is next, "begun" one that was opened before."""

    DONE, NOW, NOW_BEGUN, BEGUN, TODO = "done", "now", "now_begun", "begun", "todo"
    ALL = (DONE, NOW, NOW_BEGUN, BEGUN, TODO)


STATE_LETTERS = {state: letter for letter, state in zip("dnNbt", StepState.ALL, strict=True)}


@dataclass
class Standing:
    """One enrolment with its outline; ``progress`` holds what was done by step key.

    ``outline`` is None where the path is gone, unpublished or closed to its owner: the rows are kept, and count again as
    soon as it is back. Rows of steps that aren't on the path now are simply not asked for.
    """

    enrolment: Enrolment
    outline: Outline | None
    progress: dict[UUID, Progress] = field(default_factory=dict)

    def completed_at(self, step: Step):
        """When the step was done, or None."""
        row = self.progress.get(step.key)
        return row.completed_at if row else None

    def is_done(self, step: Step) -> bool:
        """Whether this step is done."""
        return self.completed_at(step) is not None

    @cached_property
    def counting(self) -> tuple[Step, ...]:
        """The steps that have to be done."""
        return self.outline.counting_steps if self.outline else ()

    @cached_property
    def done(self) -> int:
        """How many of these are."""
        return sum(self.is_done(step) for step in self.counting)

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.counting)

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 means all of it."""
        return self.done * 100 // self.total if self.total else 0

    @cached_property
    def extra(self) -> tuple[Step, ...]:
        """The steps that may be done but don't have to."""
        counting = {step.key for step in self.counting}
        return tuple(step for step in self.outline.steps if step.key not in counting) if self.outline else ()

    @property
    def extra_done(self) -> int:
        """How many of the optional steps are done."""
        return sum(self.is_done(step) for step in self.extra)

    @property
    def is_finished(self) -> bool:
        """Everything that counts is done, or was done once: steps added later don't undo a finished path."""
        return self.enrolment.completed_at is not None or bool(self.total) and self.done == self.total

    @property
    def added_since(self) -> int:
        """How many steps came after a finished path was finished."""
        return self.total - self.done if self.enrolment.completed_at else 0

    @property
    def is_ended(self) -> bool:
        """Stopped before the end, by HR."""
        return self.enrolment.ended_on is not None

    @cached_property
    def next_step(self) -> Step | None:
        """The one thing to do now: the first step that counts and isn't done. None when finished or ended."""
        if self.is_finished or self.is_ended:
            return None
        return next((step for step in self.counting if not self.is_done(step)), None)

    def state_of(self, step: Step) -> str:
        """One of ``StepState``."""
        row = self.progress.get(step.key)
        if row and row.completed_at:
            return StepState.DONE
        begun = bool(row and row.opened_at)
        if step is self.next_step:
            return StepState.NOW_BEGUN if begun else StepState.NOW
        return StepState.BEGUN if begun else StepState.TODO

    @property
    def fingerprint(self) -> str:
        """The same text wherever ``onboarding/_my_path.html`` looks the same: nothing else of the person is in it."""
        enrolment = self.enrolment
        states = "".join(STATE_LETTERS[self.state_of(step)] for step in self.outline.steps)
        finished = "f" if enrolment.completed_at else ""
        return f"{timezone.localdate()}:{enrolment.start_date}:{enrolment.ended_on or finished}:{states}"

    @property
    def next_is_begun(self) -> bool:
        """Whether the next step was opened before."""
        return self.next_step is not None and self.state_of(self.next_step) == StepState.NOW_BEGUN

    @property
    def dots(self) -> list[str]:
        """The classes of the strip's dots, one per step; a gate begins a phase."""
        dots, phase = [], 1
        for step in self.outline.steps if self.outline else ():
            now = step is self.next_step
            css = "is-done" if self.is_done(step) else "is-now" if now else ""
            dots.append(f"{css} is-gate".strip() if step.phase != phase else css)
            phase = step.phase
        return dots

    @property
    def progress_words(self) -> str:
        """ "8 of your 16 steps are done"."""
        return ngettext(
            "%(done)s of your %(total)s step is done", "%(done)s of your %(total)s steps are done", self.total
        ) % {"done": self.done, "total": self.total}

    @property
    def count_words(self) -> str:
        """The same for somebody else: "8 of 16 done"."""
        return _("%(done)s of %(total)s done") % {"done": self.done, "total": self.total}

    @property
    def extra_words(self) -> str:
        """What of the optional steps is done; empty where there are none."""
        if not self.extra:
            return ""
        return _("Also done: %(done)s of the %(total)s that are optional.") % {
            "done": self.extra_done,
            "total": len(self.extra),
        }

    def day_words(self, today: date | None = None) -> str:
        """Where today is on the path, said kindly: doing something later is allowed."""
        today = today or timezone.localdate()
        start = self.enrolment.start_date
        day = day_of_date(start, today)
        if day < 0:
            return ngettext("You start tomorrow.", "You start in %(days)s days.", -day) % {"days": -day}
        last = self.outline.last_day if self.outline else 0
        if day > last:
            return _("You started on %(date)s. Take the time you need.") % {"date": full_date(start)}
        where = _("Day %(day)s of %(last)s.") % {"day": day, "last": last}
        late = any(
            date_of_day(start, phase.last_day) < today and not self.phase_is_done(phase)
            for phase in self.outline.phases
        )
        return f"{where} {_('Doing something later is fine.') if late else _('You are on schedule.')}"

    def counted_in(self, phase: Phase) -> tuple[Step, ...]:
        """The steps of the phase that count for being done; all of them where none does."""
        counting = {step.key for step in self.counting}
        return tuple(step for step in phase.steps if step.key in counting) or phase.steps

    def phase_is_done(self, phase: Phase) -> bool:
        """Whether everything that counts in it is done."""
        return all(self.is_done(step) for step in self.counted_in(phase))

    def phase_rows(self, today: date | None = None) -> list[dict]:
        """The phases to draw: ``[{"phase", "period", "done", "total", "is_done", "is_open"}, ...]``.

        Open are the phase of the next step, what is unfinished before it and what is under way by the calendar. A phase
        without steps for this reader is left out.
        """
        today = today or timezone.localdate()
        start = self.enrolment.start_date
        current = self.next_step.phase if self.next_step else 0
        rows = []
        for phase in self.outline.phases:
            counted = self.counted_in(phase)
            if not counted:
                continue
            done = sum(self.is_done(step) for step in counted)
            is_done = done == len(counted)
            begun = date_of_day(start, phase.first_day) <= today
            rows.append(
                {
                    "phase": phase,
                    "period": period_in_words(start, phase.first_day, phase.last_day),
                    "done": done,
                    "total": len(counted),
                    "is_done": is_done,
                    "is_open": not is_done and (phase.number <= current or begun) and not self.is_finished,
                }
            )
        return rows

    @property
    def leaves_front_page(self) -> bool:
        """Ended, gone, without steps, or finished longer ago than a compliment lasts."""
        if self.is_ended or self.outline is None or not self.outline.steps:
            return True
        finished = self.enrolment.completed_at
        return finished is not None and timezone.now() - finished > timedelta(days=COMPLIMENT_DAYS)
