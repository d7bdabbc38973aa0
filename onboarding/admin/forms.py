"""Forms of the admin: HR puts somebody on a path."""

from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from base.choosers import colleague_chooser_viewset
from people.models import User

from ..forms.enrolling import EnrolChecksMixin
from ..models import Enrolment
from ..periods import far_away


class ColleagueChooser(colleague_chooser_viewset.widget_class):
    """Wagtail's, which can be drawn again with what is no colleague's number: then nobody is chosen."""

    def get_instance(self, value) -> User | None:
        """The colleague; None for nobody."""
        try:
            return super().get_instance(value)
        except ValueError:
            return None


class ColleagueField(forms.ModelChoiceField):
    """A colleague who works here, picked by name."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.active(), widget=ColleagueChooser(), **kwargs)


class NearDateField(forms.DateField):
    """A date within five years, picked from a calendar."""

    widget = AdminDateInput

    def validate(self, value):
        """Refuses a year that can't be meant."""
        super().validate(value)
        if value and (problem := far_away(value)):
            raise forms.ValidationError(problem)


def hand_over_note_field() -> forms.CharField:
    """What is written to who takes over."""
    return forms.CharField(
        label=_("Note at the hand-over"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What they should know. They read it, and so do the newcomer and HR; it is kept in the record."),
    )


def note_words(colleague: User) -> str:
    """That there is a note, and who reads it."""
    words = gettext("%(name)s reads your note, and so do the newcomer and HR.")
    return words % {"name": colleague.get_full_name()}


class SpreadFields(forms.Form):
    """What becomes of steps that are due already."""

    late = forms.ChoiceField(
        label=_("What is due already"),
        choices=Enrolment.Late.choices,
        initial=Enrolment.Late.SPREAD,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("For who is put on the path after the start date."),
    )
    spread_days = forms.IntegerField(
        label=_("Over so many working days"),
        initial=10,
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )

    def clean_late(self) -> str:
        """The usual where nothing was chosen."""
        return self.cleaned_data["late"] or Enrolment.Late.SPREAD

    def clean_spread_days(self) -> int:
        """Ten where nothing was filled in."""
        return self.cleaned_data["spread_days"] or 10


class EnrolForm(EnrolChecksMixin, SpreadFields):
    """Puts a colleague on a published path; on it already is an error beside the path."""

    user = ColleagueField(label=_("Colleague"))
    path = forms.TypedChoiceField(
        label=_("Path"),
        coerce=UUID,
        help_text=_("Only published paths are listed."),
        error_messages={"invalid_choice": _("This path isn't published any more, or not open to you.")},
    )
    start_date = NearDateField(
        label=_("Start date"),
        required=False,
        help_text=_("Day 1 of the path. Left empty, it is the colleague's first day."),
    )
    cohort = forms.CharField(
        label=_("Cohort"),
        max_length=60,
        required=False,
        help_text=_("The group that starts together, for example “Autumn 2026”."),
    )
    probation_end = NearDateField(label=_("End of the probation period"), required=False)
    buddy = ColleagueField(
        label=_("Buddy"),
        required=False,
        help_text=_(
            "Shown on the path as the first one to ask. Of several buddies this one is the lead: gets the mails."
        ),
    )
    second_buddy = ColleagueField(label=_("Second buddy"), required=False)
    third_buddy = ColleagueField(label=_("Third buddy"), required=False)
    manager = ColleagueField(
        label=_("Manager"), required=False, help_text=_("Left empty, it is the colleague's own manager.")
    )
    mentor = ColleagueField(label=_("Mentor"), required=False)
    hr = ColleagueField(label=_("HR contact"), required=False)

    field_order = [
        "user",
        "path",
        "start_date",
        "cohort",
        "probation_end",
        "buddy",
        "second_buddy",
        "third_buddy",
        "manager",
        "mentor",
        "hr",
        "late",
        "spread_days",
    ]

    def __init__(self, *args, for_user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_paths(for_user)

    @property
    def choices_made(self) -> dict:
        """What ``services.enrol`` is asked beside person, path and supporters."""
        names = ("start_date", "cohort", "probation_end", "late", "spread_days")
        return {name: self.cleaned_data[name] for name in names}
