"""What would make a plan fit who somebody is by now: another team, location, role, contract, language or manager."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ...services.changing_manager import ProposedManager, accept_manager, decline_manager
from ...services.fitting import accept_steps, propose_steps
from ..deed import Deed, DeedForm, add_deed
from ..forms import hand_over_note_field, note_words
from .refusing import in_words


class FitForm(DeedForm):
    """How much of what is proposed."""

    add = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Steps to add"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    remove = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Steps to take off"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    manager = forms.BooleanField(label=gettext_lazy("The new manager follows this path"), required=False, initial=True)
    note = hand_over_note_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposal = propose_steps(enrolment=self.enrolments[0])
        for name in ("add", "remove"):
            steps = getattr(self.proposal, name)
            self.fields[name].choices = [(str(step.key), step.title) for step in steps]
            self.initial.setdefault(name, [str(step.key) for step in steps])
            if not steps:
                # Declared, so that a form of before still says what it said; shown only where there is something.
                self.fields[name].widget = forms.MultipleHiddenInput()
        self.says_what_moves = self.proposal.manager is not None
        if self.proposal.manager is None:
            del self.fields["manager"], self.fields["note"]
        else:
            self.fields["manager"].help_text = manager_words(self.proposal.manager)
            if self.proposal.manager.new is None:
                del self.fields["note"]

    def clean(self):
        """What isn't chosen is declined: it isn't proposed again while step and person stay as they are."""
        cleaned = super().clean()
        chosen = {*cleaned.get("add", ()), *cleaned.get("remove", ())}
        proposed = [UUID(key) for name in ("add", "remove") for key, _title in self.fields[name].choices]
        cleaned["decline"] = [key for key in proposed if key not in chosen]
        if cleaned.get("note") and not cleaned.get("manager"):
            self.add_error("note", _("There is nobody to read it: choose who takes over."))
        return cleaned

    def in_words(self) -> list[str]:
        """Who follows the path then."""
        if (proposed := self.proposal.manager) is None:
            return []
        if not self.cleaned_data["manager"]:
            return [_("%(name)s stays the manager on this path.") % {"name": proposed.old.get_full_name()}]
        return [manager_words(proposed), *([note_words(proposed.new)] if self.cleaned_data.get("note") else [])]


def manager_words(proposed: ProposedManager) -> str:
    """From whom to whom, and what becomes of the steps."""
    name = proposed.new.get_full_name() if proposed.new else _("nobody")
    words = {"old": proposed.old.get_full_name(), "new": name}
    open_steps = ngettext("%(count)s open step goes along.", "%(count)s open steps go along.", proposed.open_steps) % {
        "count": proposed.open_steps
    }
    done_steps = ngettext(
        "%(count)s done step keeps the old name.", "%(count)s done steps keep the old name.", proposed.done_steps
    ) % {"count": proposed.done_steps}
    return " ".join([_("Manager: from %(old)s to %(new)s.") % words, open_steps, done_steps])


def fit(enrolment, data: dict, actor) -> None:
    """The manager and the steps, each as far as it was chosen."""
    names = ("add", "remove", "decline")
    accept_steps(enrolment=enrolment, actor=actor, **{name: data[name] for name in names})
    if data.get("manager"):
        accept_manager(enrolment=enrolment, note=data.get("note", ""), actor=actor)
    elif "manager" in data:
        decline_manager(enrolment=enrolment, actor=actor)


add_deed(
    Deed(
        slug="fit",
        label=gettext_lazy("Let the plan fit another team, role or manager"),
        do=in_words(fit),
        done=gettext_lazy("The plan fits."),
        form=FitForm,
        intro=gettext_lazy(
            "The team, location, role, contract, language, cohort or manager is another one than when the plan was made. "
            "Nothing changes until you choose."
        ),
        applies=lambda e: e.ended_on is None and not propose_steps(enrolment=e).is_nothing,
    )
)
