"""Forms of the admin: HR puts somebody on a path."""

from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from base.choosers import colleague_chooser_viewset
from people.models import User

from ..models import Enrolment, PathPage, Supporter
from ..periods import far_away, far_first_day
from ..reading import path_titles
from ..reading_outlines import path_outline

SUPPORTERS = {
    "buddy": Supporter.Role.BUDDY,
    "manager": Supporter.Role.MANAGER,
    "mentor": Supporter.Role.MENTOR,
    "hr": Supporter.Role.HR,
}


class ColleagueField(forms.ModelChoiceField):
    """A colleague who works here, picked by name."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.active(), widget=colleague_chooser_viewset.widget_class(), **kwargs)


class NearDateField(forms.DateField):
    """A date within five years, picked from a calendar."""

    widget = AdminDateInput

    def validate(self, value):
        """Refuses a year that can't be meant."""
        super().validate(value)
        if value and (problem := far_away(value)):
            raise forms.ValidationError(problem)


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


class EnrolForm(SpreadFields):
    """Puts a colleague on a published path; on it already is an error beside the path."""

    user = ColleagueField(label=_("Colleague"))
    path = forms.TypedChoiceField(label=_("Path"), coerce=UUID, help_text=_("Only published paths are listed."))
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
    buddy = ColleagueField(label=_("Buddy"), required=False, help_text=_("Shown on the path as the first one to ask."))
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
        *SUPPORTERS,
        "late",
        "spread_days",
    ]

    def __init__(self, *args, for_user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = [("", _("Choose a path")), *path_titles(for_user, get_language()).items()]

    def clean(self):
        """A start date there must be; a path open to them that they aren't on yet; supporters are somebody else."""
        cleaned = super().clean()
        user, path = cleaned.get("user"), cleaned.get("path")
        if user and not cleaned.get("start_date") and "start_date" not in self.errors:
            cleaned["start_date"] = user.start_date
            if user.start_date is None:
                self.add_error("start_date", _("Fill in a date: no first day is known of this colleague."))
            elif far_away(user.start_date):
                self.add_error("start_date", far_first_day(user.start_date))
        start, probation = cleaned.get("start_date"), cleaned.get("probation_end")
        if start and probation and probation < start:
            self.add_error("probation_end", _("The probation period ends before it starts."))
        if user and path and Enrolment.objects.of(user).not_ended().filter(path_key=path).exists():
            self.add_error("path", _("This colleague is already on this path."))
        elif user and path and path_outline(user, path, get_language()) is None:
            self.add_error("path", _("This path is not open to this colleague: its page is only for some groups."))
        for name in SUPPORTERS:
            if user and cleaned.get(name) == user:
                self.add_error(name, _("Choose somebody else: nobody walks along with themselves."))
        return cleaned

    @property
    def page(self) -> PathPage:
        """The path that was chosen."""
        return PathPage.objects.live().filter(translation_key=self.cleaned_data["path"]).first()

    @property
    def supporters(self) -> dict[str, User]:
        """Who was chosen to walk along, by role."""
        return {role: self.cleaned_data[name] for name, role in SUPPORTERS.items() if self.cleaned_data.get(name)}

    @property
    def choices_made(self) -> dict:
        """What ``services.enrol`` is asked beside person, path and supporters."""
        names = ("start_date", "cohort", "probation_end", "late", "spread_days")
        return {name: self.cleaned_data[name] for name in names}
