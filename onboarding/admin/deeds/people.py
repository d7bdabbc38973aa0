"""Who walks along."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...models import Supporter
from ...periods import dates_in_words
from ...services import name_supporter
from ...services.naming import How, NotInRole, TooMany
from ...supporting import MOST_IN_ROLE
from ..deed import Deed, DeedForm, add_deed
from ..forms import ColleagueField, NearDateField, hand_over_note_field, note_words
from ..previewed import Refusal


class SupporterForm(DeedForm):
    """A role, who has it, and from and until when."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Supporter.Role.choices)
    colleague = ColleagueField(
        label=gettext_lazy("Colleague"),
        required=False,
        help_text=gettext_lazy("Left empty, nobody has this role; a manager is then the person's own."),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=How.choices,
        initial=How.REPLACE,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Of several in one role, the lead gets the mails; all of them can do its steps."),
    )
    starts_on = NearDateField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Before this day they see nothing of it. Left empty, it begins now."),
    )
    ends_on = NearDateField(
        label=gettext_lazy("Until and including"),
        required=False,
        help_text=gettext_lazy("After this day they see nothing of it any more. Left empty, it goes on."),
    )

    note = hand_over_note_field()

    def clean(self):
        """Nobody walks along with themselves; dates are those of somebody, in their order and not past."""
        cleaned = super().clean()
        colleague, how = cleaned.get("colleague"), cleaned.get("how") or How.REPLACE
        cleaned["how"] = how
        if colleague and len(self.enrolments) == 1 and colleague.pk == self.enrolments[0].user_id:
            self.add_error("colleague", _("Choose somebody else: nobody walks along with themselves."))
        if colleague is None and how != How.REPLACE and "colleague" not in self.errors:
            self.add_error("colleague", _("Choose a colleague."))
        if cleaned.get("note") and (how == How.STOP or colleague is None):
            self.add_error("note", _("There is nobody to read it: choose who takes over."))
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if (first or last) and (how == How.STOP or colleague is None):
            self.add_error("starts_on" if first else "ends_on", _("Dates are only for who has this role then."))
        elif first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        elif last and last < timezone.localdate():
            self.add_error("ends_on", _("This day has been."))
        return cleaned

    def in_words(self) -> list[str]:
        """Who has the role then, and when."""
        data = self.cleaned_data
        role, colleague = Supporter.Role(data["role"]).label, data["colleague"]
        if colleague is None:
            return [_("%(role)s: nobody.") % {"role": role}]
        words = {"role": role, "name": colleague.get_full_name(), "how": How(data["how"]).label}
        dates = dates_in_words(data["starts_on"], data["ends_on"])
        note = note_words(colleague) if data["note"] else ""
        return [sentence for sentence in (_("%(role)s: %(name)s, %(how)s.") % words, dates, note) if sentence]


def change_supporter(enrolment, form, actor) -> None:
    """By the service; the steps of the role are theirs then, what is done keeps its name."""
    try:
        name_supporter(enrolment=enrolment, actor=actor, **form.cleaned_data)
    except NotInRole as error:
        raise Refusal(_("This colleague doesn't have this role.")) from error
    except TooMany as error:
        raise Refusal(_("There are %(most)s in this role already.") % {"most": MOST_IN_ROLE}) from error
    except ValueError as error:
        raise Refusal(_("Nobody walks along with themselves.")) from error


add_deed(
    Deed(
        slug="supporter",
        label=gettext_lazy("Change who walks along"),
        do=change_supporter,
        done=gettext_lazy("Somebody else walks along from now on."),
        form=SupporterForm,
        intro=gettext_lazy("What was done by who had the role keeps their name; what is open goes to who comes."),
        with_many=True,
        icon="group",
    )
)
