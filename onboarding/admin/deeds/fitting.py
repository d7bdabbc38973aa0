"""What would make a plan fit who somebody is by now: another team, role or language."""

from uuid import UUID

from django import forms
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
        """What isn't chosen is declined: it isn't proposed again while step and person stay as they are."""
        cleaned = super().clean()
        chosen = {*cleaned.get("add", ()), *cleaned.get("remove", ())}
        proposed = [UUID(key) for name in ("add", "remove") for key, _title in self.fields[name].choices]
        cleaned["decline"] = [key for key in proposed if key not in chosen]
        return cleaned


add_deed(
    Deed(
        slug="fit",
        label=gettext_lazy("Let the plan fit another team or role"),
        do=in_words(lambda e, data, by: accept_steps(enrolment=e, actor=by, **data)),
        done=gettext_lazy("The plan fits."),
        form=FitForm,
        intro=gettext_lazy(
            "The team, role, language or cohort is another one than when the plan was made. Nothing changes until you "
            "choose."
        ),
        applies=lambda e: e.ended_on is None and not propose_steps(enrolment=e).is_nothing,
    )
)
