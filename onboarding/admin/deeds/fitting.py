"""What would make a plan fit who somebody is by now: another team, role or language."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...services.fitting import accept_steps, propose_steps
from ..deed import Deed, DeedForm, add_deed
from .refusing import in_words


class FitForm(DeedForm):
    """How much of what is proposed."""

    add = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Steps to add"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    remove = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Steps to take off"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        proposal = propose_steps(enrolment=self.enrolments[0])
        for name in ("add", "remove"):
            steps = getattr(proposal, name)
            self.fields[name].choices = [(str(step.key), step.title) for step in steps]
            self.initial.setdefault(name, [str(step.key) for step in steps])

    def clean(self):
        """Something, or there is nothing to do."""
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("add") or cleaned.get("remove")):
            self.add_error(None, _("Choose at least one step."))
        return cleaned


add_deed(
    Deed(
        slug="fit",
        label=gettext_lazy("Let the plan fit another team or role"),
        do=in_words(lambda e, data, by: accept_steps(enrolment=e, add=data["add"], remove=data["remove"], actor=by)),
        done=gettext_lazy("The plan fits."),
        form=FitForm,
        intro=gettext_lazy(
            "The team, role, language or cohort is another one than when the plan was made. Nothing changes until you "
            "choose."
        ),
        applies=lambda e: e.ended_on is None and not propose_steps(enrolment=e).is_nothing,
    )
)
