"""How it is told where somebody stands: in words, in dots, and phase by phase. No query is made here."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .outline import Phase, Step
from .periods import date_of_day, day_of_date, due_words, full_date, period_in_words

# More dots than this are too small to see on a phone.
MOST_DOTS = 30
# A finished path is congratulated for this long on the front page, then it makes room.
COMPLIMENT_DAYS = 7


class ToldMixin:
    """What pages say and draw of a ``Standing``, which is what this is mixed into."""

    @property
    def next_due(self) -> str:
        """When the next step is due, in words; empty without a date."""
        due = self.due_on(self.next_step) if self.next_step and self.is_running else None
        return due_words(due, self.today) if due else ""

    @property
    def is_long(self) -> bool:
        """Whether there are too many steps to draw a dot for each."""
        return bool(self.outline) and len(self.outline.steps) > MOST_DOTS

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
        """ "8 of your 16 steps are done"; where nothing is required, how many were."""
        if self.enrolment.completed_at and not self.done:
            return _("There was nothing you had to do")
        if self.enrolment.completed_at:
            return ngettext("You did %(done)s step", "You did all %(done)s steps", self.done) % {"done": self.done}
        if self.is_nothing_left:
            return _("There is nothing left that you have to do")
        if self.is_optional_only:
            return ngettext(
                "You did %(done)s of %(total)s step that is optional",
                "You did %(done)s of %(total)s steps that are optional",
                self.total,
            ) % {"done": self.done, "total": self.total}
        return ngettext(
            "%(done)s of your %(total)s step is done", "%(done)s of your %(total)s steps are done", self.total
        ) % {"done": self.done, "total": self.total}

    @property
    def count_words(self) -> str:
        """The same for somebody else: "8 of 16 done"."""
        if not self.done and (self.is_nothing_left or self.enrolment.completed_at):
            return _("nothing left to do")
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
        today = today or self.today
        start = self.enrolment.first_day
        day = day_of_date(start, today)
        if day < 0:
            return ngettext("You start tomorrow.", "You start in %(days)s days.", -day) % {"days": -day}
        last = self.outline.last_day if self.outline else 0
        if self.is_paused:
            return _("Your path is paused. Nothing is due until you are back.")
        if day > last:
            return _("You started on %(date)s. Take the time you need.") % {"date": full_date(start)}
        where = _("Day %(day)s of %(last)s.") % {"day": day, "last": last}
        late = any(self.is_overdue(step, today) for step in self.counting)
        comfort = _("Doing something later is fine.") if late else _("You are on schedule.")
        return f"{where} {comfort}"

    def counted_in(self, phase: Phase) -> tuple[Step, ...]:
        """The steps of the phase that count for being done; where none does, those that may be done. None: all are waived."""
        counting = {step.key for step in self.counting}
        asked = tuple(step for step in phase.steps if not self.is_waived(step))
        return tuple(step for step in asked if step.key in counting) or asked

    def phase_rows(self, today: date | None = None) -> list[dict]:
        """The phases to draw: ``[{"phase", "period", "done", "total", "is_done", "is_open"}, ...]``.

        Open are the phase of the next step, what is unfinished before it and what is under way by the calendar. A phase
        without steps for this reader, or with only waived ones, is left out.
        """
        today = today or self.today
        start = self.enrolment.first_day
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
