"""Who walks along."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...models import Supporter
from ...services import set_supporter
from ..deed import Deed, DeedForm, add_deed
from ..forms import ColleagueField
from ..previewed import Refusal


class SupporterForm(DeedForm):
    """A role, and who has it from now on."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Supporter.Role.choices)
    colleague = ColleagueField(
        label=gettext_lazy("Colleague"),
        required=False,
        help_text=gettext_lazy("Left empty, nobody has this role; a manager is then the person's own."),
    )

    def clean(self):
        """Nobody walks along with themselves."""
        cleaned = super().clean()
        colleague = cleaned.get("colleague")
        if colleague and len(self.enrolments) == 1 and colleague.pk == self.enrolments[0].user_id:
            self.add_error("colleague", _("Choose somebody else: nobody walks along with themselves."))
        return cleaned

    def in_words(self) -> list[str]:
        """Who has the role then."""
        role, colleague = Supporter.Role(self.cleaned_data["role"]).label, self.cleaned_data["colleague"]
        if colleague is None:
            return [_("%(role)s: nobody.") % {"role": role}]
        return [_("%(role)s: %(name)s.") % {"role": role, "name": colleague.get_full_name()}]


def change_supporter(enrolment, form, actor) -> None:
    """By the service; the steps of the role are theirs then, what is done keeps its name."""
    colleague = form.cleaned_data["colleague"]
    if colleague is not None and colleague.pk == enrolment.user_id:
        raise Refusal(_("Nobody walks along with themselves."))
    set_supporter(enrolment=enrolment, role=form.cleaned_data["role"], colleague=colleague, actor=actor)


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
