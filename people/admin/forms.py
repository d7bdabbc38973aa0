"""The forms administrators keep colleagues and teams with."""

from django import forms
from django.contrib.auth.models import Group
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput
from wagtail.users.forms import UserCreationForm, UserEditForm

from base.choosers import colleague_chooser_viewset

from ..closing import end_access
from ..files import delete_file
from ..forms import TIME_ZONES
from ..models import Team, User
from ..roles import role_label

DETAILS = [
    "staff_number",
    "job_title",
    "job_title_en",
    "phone",
    "photo",
    "team",
    "location",
    "contract_type",
    "manager",
    "start_date",
    "end_date",
    "hours_per_week",
    "working_days",
    "locale",
    "time_zone",
]


class RolesField(forms.ModelMultipleChoiceField):
    """Groups to tick, named in the reader's language."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> str:
        """The role's name."""
        return str(role_label(group.name))


class WorkingDaysField(forms.TypedMultipleChoiceField):
    """Weekdays to tick, stored as ``datetime.weekday()`` numbers them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(choices=list(WEEKDAYS.items()), coerce=int, empty_value=[], **kwargs)

    def has_changed(self, initial, data) -> bool:
        """Compared as numbers."""
        return sorted(initial or []) != sorted(int(day) for day in data or [])


class ColleagueFormMixin(forms.ModelForm):
    """What the forms for a new and for an existing colleague share.

    Only a superuser makes superusers: ``may_make_superusers`` False leaves the field out.
    """

    def __init__(self, *args, may_make_superusers: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        # Wagtail asks for it; not everybody has one.
        self.fields["last_name"].required = False
        if not self.instance.pk:
            self.fields["password1"].help_text = _("May stay empty: people ask for a password themselves.")
        if not may_make_superusers:
            self.fields.pop("is_superuser", None)
        zones = dict.fromkeys([*TIME_ZONES, self.instance.time_zone])
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(name, name.replace("_", " ")) for name in zones]
        )
        self.fields["manager"].widget = colleague_chooser_viewset.widget_class()

    @property
    def detail_fields(self):
        """The bound fields of the person, in the order of the page."""
        return [self[name] for name in DETAILS]

    def clean_email(self) -> str:
        """One account an address, whatever its capitals."""
        email = User.objects.normalize_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is an account with this e-mail address already."))
        return email

    def clean_staff_number(self) -> str | None:
        """Empty is none: two people without a number don't have the same one."""
        return self.cleaned_data["staff_number"] or None

    def clean_manager(self):
        """Nobody is their own manager."""
        manager = self.cleaned_data["manager"]
        if manager is not None and manager.pk == self.instance.pk:
            raise forms.ValidationError(_("Somebody can't be their own manager."))
        return manager

    def clean(self):
        """Leaving comes after starting."""
        cleaned = super().clean()
        first, last = cleaned.get("start_date"), cleaned.get("end_date")
        if first and last and last < first:
            self.add_error("end_date", _("The last day comes before the first day."))
        return cleaned

    def save(self, commit=True):
        """Without a password nobody can sign in with one, until they choose it themselves."""
        if not self.instance.pk and not self.cleaned_data.get("password1"):
            self.instance.set_unusable_password()
        return super().save(commit)


WIDGETS = {"start_date": AdminDateInput, "end_date": AdminDateInput}


class ColleagueCreationForm(ColleagueFormMixin, UserCreationForm):
    """A new colleague; the password may stay empty."""

    password_required = False
    groups = RolesField(label=_("Roles"), queryset=Group.objects.all(), required=False)
    working_days = WorkingDaysField(label=_("Working days"), required=False)

    class Meta(UserCreationForm.Meta):
        model = User
        fields = [*sorted(UserCreationForm.Meta.fields), *DETAILS]
        widgets = WIDGETS


class ColleagueEditForm(ColleagueFormMixin, UserEditForm):
    """An existing colleague. Nobody deactivates themselves, so at least one administrator stays."""

    groups = RolesField(label=_("Roles"), queryset=Group.objects.all(), required=False)
    working_days = WorkingDaysField(label=_("Working days"), required=False)

    class Meta(UserEditForm.Meta):
        model = User
        fields = [*sorted(UserEditForm.Meta.fields), *DETAILS]
        widgets = WIDGETS

    def save(self, commit=True):
        """A closed account has no session, key or link left for when it opens again; a former address lets nobody in.

        A former photo isn't kept: nothing would point to it any more, not when the person is forgotten either.
        """
        photo = self.initial.get("photo")
        person = super().save(commit)
        if commit and photo and "photo" in self.changed_data:
            delete_file(photo.storage, photo.name)
        if commit and "is_active" in self.changed_data and not person.is_active:
            end_access([person])
        if commit and "email" in self.changed_data:
            person.emailaddress_set.all().delete()
        return person


class TeamForm(WagtailAdminModelForm):
    """A team; its place in the tree may not go round in a circle (``Team.clean``)."""

    class Meta:
        model = Team
        fields = ["name", "name_en", "parent", "leads"]
