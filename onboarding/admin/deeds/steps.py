"""One step of somebody's plan: waived, no longer waived, opened again."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...services import EnrolmentEnded, StepNotOnPath, reopen_step, unwaive_step, waive_step
from ...standing import Standing
from ..deed import Deed, DeedForm, add_deed
from ..previewed import Refusal


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
        return True


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


def _told(do):
    """Turn what the services raise into words."""

    def deed(enrolment, form, actor):
        try:
            return do(enrolment, form.cleaned_data, actor)
        except StepNotOnPath as error:
            raise Refusal(_("This step isn't on the path now.")) from error
        except EnrolmentEnded as error:
            raise Refusal(_("This enrolment was ended: it can be read, not changed.")) from error

    return deed


add_deed(
    Deed(
        slug="waive",
        label=gettext_lazy("Waive a step"),
        do=_told(lambda e, data, by: waive_step(enrolment=e, step_key=data["step"], actor=by, reason=data["reason"])),
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
        do=_told(lambda e, data, by: unwaive_step(enrolment=e, step_key=data["step"], actor=by)),
        done=gettext_lazy("The step counts again."),
        form=UnwaiveForm,
        of_step=True,
    )
)
add_deed(
    Deed(
        slug="reopen",
        label=gettext_lazy("Open a step again"),
        do=_told(lambda e, data, by: reopen_step(enrolment=e, step_key=data["step"], actor=by, note=data["note"])),
        done=gettext_lazy("The step is open again."),
        form=ReopenForm,
        of_step=True,
    )
)
