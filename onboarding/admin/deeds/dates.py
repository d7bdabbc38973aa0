"""Another start date, a pause, coming back from it, the end of the probation period."""

from collections.abc import Mapping
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.clock import today_for

from ...models import Enrolment
from ...periods import full_date
from ...services.moving_start import move_start, preview_move
from ...services.pausing import pause_enrolment, preview_pause, preview_resume, resume_enrolment
from ...services.previews import PlanChange
from ..deed import Deed, DeedForm, add_deed
from ..forms import NearDateField, SpreadFields
from ..previewed import Refusal
from .refusing import in_words


def to_look_at(change: PlanChange, *, away_from: date | None = None, back_on: date | None = None) -> list[str]:
    """What stays where it is and what somebody has to look at, in words; meetings while they are away come first.

    They are away from ``away_from`` up to ``back_on`` (None: nobody knows yet).
    """
    words = [
        _("“%(step)s” stays on %(date)s: that date was set by hand.")
        % {"step": step.title, "date": full_date(step.old)}
        for step in change.by_hand
        if step.old
    ]
    words += [
        _("“%(step)s” stays on %(date)s: a fixed date.") % {"step": step.title, "date": full_date(step.old)}
        for step in change.fixed
        if step.old
    ]
    for meeting in change.meetings:
        day = timezone.localdate(meeting.starts_at)
        is_missed = away_from is not None and away_from <= day and (back_on is None or day < back_on)
        sentence = (
            _("The meeting of “%(step)s” on %(date)s falls in the pause: agree on another time, or call it off.")
            if is_missed
            else _("The meeting of “%(step)s” on %(date)s stays: agree on another time if it has to move.")
        )
        words.insert(0 if is_missed else len(words), sentence % {"step": meeting.title, "date": full_date(day)})
    words += [_("“%(step)s” would be late at once.") % {"step": step.title} for step in change.late]
    words += [
        _("A reminder of “%(step)s” was sent already, and isn't sent again.") % {"step": step.title}
        for step in change.told
    ]
    return words


class StartForm(SpreadFields, DeedForm):
    """Another start date, and what becomes of steps that are due already by then."""

    start_date = NearDateField(label=gettext_lazy("Start date"))
    field_order = ["start_date", "late", "spread_days"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        enrolment = self.enrolments[0]
        self.initial = {
            "start_date": enrolment.start_date,
            "late": enrolment.late,
            "spread_days": enrolment.spread_days,
            **self.initial,
        }

    def clean_start_date(self):
        """Not after the end of the probation period."""
        start, probation = self.cleaned_data["start_date"], self.enrolments[0].probation_end
        if probation and start > probation:
            raise forms.ValidationError(_("The probation period ends before that: change its end first."))
        return start

    def warnings(self) -> list[str]:
        """What stays where it is."""
        return to_look_at(preview_move(enrolment=self.enrolments[0], **self.cleaned_data))


class ShiftForm(DeedForm):
    """So many days later, or earlier."""

    days = forms.IntegerField(
        label=gettext_lazy("Days"),
        min_value=-365,
        max_value=365,
        help_text=gettext_lazy("7 is a week later, -7 a week earlier."),
    )

    def clean_days(self) -> int:
        """Some days."""
        if not self.cleaned_data["days"]:
            raise forms.ValidationError(_("Fill in by how many days, later or earlier."))
        return self.cleaned_data["days"]

    def warnings_of(self, results: Mapping[int, PlanChange]) -> list[str]:
        """What stays where it is, for each by name; nothing of whom it can't be done for."""
        return [
            f"{enrolment.user.get_full_name()}: {what}"
            for enrolment in self.enrolments
            if enrolment.pk in results
            for what in to_look_at(results[enrolment.pk])
        ]


class ProbationForm(DeedForm):
    """The end of the probation period; empty for none."""

    probation_end = NearDateField(label=gettext_lazy("End of the probation period"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"probation_end": self.enrolments[0].probation_end, **self.initial}

    def clean_probation_end(self):
        """Not before the start."""
        end = self.cleaned_data["probation_end"]
        if end and end < self.enrolments[0].start_date:
            raise forms.ValidationError(_("The probation period ends before it starts."))
        return end

    def warnings(self) -> list[str]:
        """What doesn't move along."""
        enrolment = self.enrolments[0]
        change = preview_move(
            enrolment=enrolment,
            start_date=enrolment.start_date,
            probation_end=self.cleaned_data["probation_end"],
        )
        return to_look_at(change)


class PauseForm(DeedForm):
    """From when, and until when if that is known."""

    starts_on = NearDateField(label=gettext_lazy("Away from"), initial=timezone.localdate)
    ends_on = NearDateField(
        label=gettext_lazy("Back on"), required=False, help_text=gettext_lazy("Left empty, until you resume it.")
    )

    def clean(self):
        """Back after leaving."""
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The first day back comes after the first day away."))
        return cleaned

    def in_words(self) -> list[str]:
        """From when until when."""
        days = {name: full_date(day) for name, day in self.cleaned_data.items() if day}
        if "ends_on" not in days:
            return [_("Away from %(starts_on)s, until you resume it.") % days]
        return [_("Away from %(starts_on)s, back on %(ends_on)s.") % days]

    def warnings(self) -> list[str]:
        """The meetings they would miss, and what doesn't move when they are back."""
        change = preview_pause(enrolment=self.enrolments[0], **self.cleaned_data)
        return to_look_at(change, away_from=self.cleaned_data["starts_on"], back_on=self.cleaned_data["ends_on"])


class ResumeForm(DeedForm):
    """The first day back."""

    ends_on = NearDateField(label=gettext_lazy("Back on"), initial=timezone.localdate)

    def clean_ends_on(self):
        """Not before the pause began."""
        day = self.cleaned_data["ends_on"]
        paused_since = getattr(self.enrolments[0], "paused_since", None)
        if paused_since and day < paused_since:
            raise forms.ValidationError(_("The pause began after that day."))
        return day

    def warnings(self) -> list[str]:
        """What doesn't move along, for somebody to choose: fixed dates, those set by hand, and meetings."""
        enrolment, back_on = self.enrolments[0], self.cleaned_data["ends_on"]
        change = preview_resume(enrolment=enrolment, ends_on=back_on)
        return to_look_at(change, away_from=timezone.localdate(), back_on=back_on)


def shifted(enrolment: Enrolment, days: int) -> date:
    """The start date so many days later."""
    return enrolment.start_date + timedelta(days=days)


def shift(enrolment: Enrolment, data: dict, actor) -> PlanChange:
    """The start date moves by so many days; returns what that changed."""
    try:
        return move_start(enrolment=enrolment, start_date=shifted(enrolment, data["days"]), actor=actor)
    except ValueError as error:
        raise Refusal(_("The probation period ends before that: change its end first.")) from error


def is_running(enrolment: Enrolment) -> bool:
    """Neither ended nor finished."""
    return enrolment.ended_on is None and enrolment.completed_at is None


def is_paused(enrolment: Enrolment) -> bool:
    """Whether a pause runs or is to come."""
    today = today_for(enrolment.user)
    return is_running(enrolment) and any(p.ends_on is None or p.ends_on > today for p in enrolment.pauses.all())


add_deed(
    Deed(
        slug="start",
        label=gettext_lazy("Change the start date"),
        do=in_words(lambda e, data, by: move_start(enrolment=e, actor=by, **data)),
        done=gettext_lazy("The start date is changed."),
        form=StartForm,
        moves_dates=True,
        intro=gettext_lazy(
            "Open steps move along. What is done keeps its date, and so does what was set by hand. No message goes twice."
        ),
        applies=is_running,
    )
)
add_deed(
    Deed(
        slug="shift",
        label=gettext_lazy("Move the start date"),
        do=in_words(shift),
        done=gettext_lazy("The start dates are moved."),
        form=ShiftForm,
        applies=is_running,
        with_one=False,
        with_many=True,
    )
)
add_deed(
    Deed(
        slug="probation",
        label=gettext_lazy("Change the end of the probation period"),
        do=in_words(
            lambda e, data, by: move_start(
                enrolment=e, start_date=e.start_date, probation_end=data["probation_end"], actor=by
            )
        ),
        done=gettext_lazy("The end of the probation period is changed."),
        form=ProbationForm,
        moves_dates=True,
        applies=is_running,
    )
)
add_deed(
    Deed(
        slug="pause",
        label=gettext_lazy("Pause"),
        do=in_words(lambda e, data, by: pause_enrolment(enrolment=e, actor=by, **data)),
        done=gettext_lazy("The path is paused."),
        form=PauseForm,
        moves_dates=True,
        intro=gettext_lazy(
            "For leave or illness. Only the dates are kept, never why. Nothing is due meanwhile; on return, open dates move "
            "by the working days that were missed. The path can be read all the time."
        ),
        applies=lambda enrolment: is_running(enrolment) and not is_paused(enrolment),
    )
)
add_deed(
    Deed(
        slug="resume",
        label=gettext_lazy("Resume"),
        do=in_words(lambda e, data, by: resume_enrolment(enrolment=e, actor=by, **data)),
        done=gettext_lazy("The path goes on."),
        form=ResumeForm,
        moves_dates=True,
        applies=is_paused,
    )
)
