"""One step of somebody's plan: waived, no longer waived, opened again, on another date."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...services import reopen_step, unwaive_step, waive_step
from ...services.dating import give_date_back, set_due_date
from ...standing import Standing
from ..deed import Deed, DeedForm, add_deed
from ..forms import NearDateField
from .refusing import in_words


class StepForm(DeedForm):
    """A step of the plan."""

    step = forms.TypedChoiceField(label=gettext_lazy("Step"), coerce=UUID)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        standing = self.standing
        steps = [step for step in (standing.planned if standing else ()) if self.may_choose(standing, step)]
        self.fields["step"].choices = [("", _("Choose a step")), *((str(step.key), step.title) for step in steps)]

    def may_choose(self, standing: Standing, step) -> bool:
        """Which steps are listed."""
        raise NotImplementedError


class WaiveForm(StepForm):
    """Why it needn't be done."""

    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=300,
        help_text=gettext_lazy("The person and who walks along read this."),
    )

    def may_choose(self, standing, step) -> bool:
        """Neither done nor waived."""
        return not (standing.is_done(step) or standing.is_waived(step))


class UnwaiveForm(StepForm):
    """A waived one."""

    def may_choose(self, standing, step) -> bool:
        """Waived."""
        return standing.is_waived(step)


class ReopenForm(StepForm):
    """What to do anew, and why."""

    note = forms.CharField(
        label=gettext_lazy("What is still to be done"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("The person reads this. What was done stays as an earlier attempt."),
    )

    def may_choose(self, standing, step) -> bool:
        """Done or handed in."""
        row = standing.row(step)
        return bool(row.completed_at or row.submitted_at)


class DateForm(StepForm):
    """A date of its own."""

    due_on = NearDateField(label=gettext_lazy("Due on"))

    def may_choose(self, standing, step) -> bool:
        """Neither done nor waived."""
        return not (standing.is_done(step) or standing.is_waived(step))


class GiveBackForm(StepForm):
    """One with a date of its own."""

    def may_choose(self, standing, step) -> bool:
        """Open, and dated by hand."""
        return standing.row(step).due_by_hand and not standing.is_done(step)


add_deed(
    Deed(
        slug="date",
        label=gettext_lazy("Set a date"),
        do=in_words(
            lambda e, data, by: set_due_date(enrolment=e, step_key=data["step"], due_on=data["due_on"], actor=by)
        ),
        done=gettext_lazy("The step has a date of its own."),
        form=DateForm,
        intro=gettext_lazy("A date set by hand stays, whatever else moves."),
        of_step=True,
        moves_dates=True,
    )
)
add_deed(
    Deed(
        slug="undate",
        label=gettext_lazy("Let the path say the date"),
        do=in_words(lambda e, data, by: give_date_back(enrolment=e, step_key=data["step"], actor=by)),
        done=gettext_lazy("The path says again when the step is due."),
        form=GiveBackForm,
        of_step=True,
        moves_dates=True,
    )
)
add_deed(
    Deed(
        slug="waive",
        label=gettext_lazy("Waive a step"),
        do=in_words(
            lambda e, data, by: waive_step(enrolment=e, step_key=data["step"], actor=by, reason=data["reason"])
        ),
        done=gettext_lazy("The step is waived."),
        form=WaiveForm,
        intro=gettext_lazy("A waived step needn't be done and no longer counts. It can be taken back."),
        of_step=True,
    )
)
add_deed(
    Deed(
        slug="unwaive",
        label=gettext_lazy("Let a waived step count again"),
        do=in_words(lambda e, data, by: unwaive_step(enrolment=e, step_key=data["step"], actor=by)),
        done=gettext_lazy("The step counts again."),
        form=UnwaiveForm,
        of_step=True,
    )
)
add_deed(
    Deed(
        slug="reopen",
        label=gettext_lazy("Open a step again"),
        do=in_words(lambda e, data, by: reopen_step(enrolment=e, step_key=data["step"], actor=by, note=data["note"])),
        done=gettext_lazy("The step is open again."),
        form=ReopenForm,
        of_step=True,
    )
)
