"""A supporter who goes on leave names who stands in for them."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User

from ..models import Enrolment
from ..periods import far_away
from ..standing_in import check_stand_in
from .enrolling import NamedColleagueField


class OwnStandInForm(forms.Form):
    """For which newcomers, who, and from and until when."""

    newcomers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("For whom"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one newcomer."),
            "invalid_choice": gettext_lazy("Choose newcomers you walk along with."),
        },
    )
    stand_in = NamedColleagueField(
        label=gettext_lazy("Who stands in"),
        help_text=gettext_lazy("Name or e-mail address. Ask them first: they are told at once."),
        widget=forms.TextInput(attrs={"list": "stand-ins", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Fill in who stands in for you.")},
    )
    starts_on = forms.DateField(
        label=gettext_lazy("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Fill in from which day.")},
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Until and including"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("It ends by itself after this day."),
        error_messages={"required": gettext_lazy("Fill in until which day.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note at the hand-over"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What they should know. They read it, and so do the newcomer and HR."),
    )

    def __init__(self, *args, supporter: User, enrolments: list[Enrolment], **kwargs):
        super().__init__(*args, **kwargs)
        self.supporter = supporter
        self.enrolments = {enrolment.pk: enrolment for enrolment in enrolments}
        self.fields["newcomers"].choices = [(pk, one.user.get_full_name()) for pk, one in self.enrolments.items()]

    def clean(self):
        """Somebody else than the supporter and the newcomers, in days that can be meant."""
        cleaned = super().clean()
        for name in ("starts_on", "ends_on"):
            if (day := cleaned.get(name)) and (wrong := far_away(day)):
                self.add_error(name, wrong)
        check_stand_in(self, {**self.cleaned_data, "supporter": self.supporter})
        stand_in = self.cleaned_data.get("stand_in")
        if stand_in and stand_in.pk in {self.enrolments[pk].user_id for pk in self.cleaned_data.get("newcomers", ())}:
            self.add_error("stand_in", _("Choose somebody else: nobody walks along with themselves."))
        return self.cleaned_data

    @property
    def chosen(self) -> list[Enrolment]:
        """The enrolments it is for."""
        return [self.enrolments[pk] for pk in self.cleaned_data["newcomers"]]
