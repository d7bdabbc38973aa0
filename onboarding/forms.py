"""Forms of the admin: HR puts somebody on a path."""

from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from base.choosers import colleague_chooser_viewset
from people.models import User

from .models import Enrolment, PathPage, Supporter
from .outline import path_outline
from .reading import path_titles
from .services import enrol, set_buddy


class ColleagueField(forms.ModelChoiceField):
    """A colleague who works here, picked by name."""

    def __init__(self, **kwargs):
        super().__init__(queryset=User.objects.active(), widget=colleague_chooser_viewset.widget_class(), **kwargs)


class EnrolForm(WagtailAdminModelForm):
    """Puts a colleague on a published path; on it already is an error beside the path."""

    user = ColleagueField(label=_("Colleague"))
    path = forms.TypedChoiceField(label=_("Path"), coerce=UUID, help_text=_("Only published paths are listed."))
    start_date = forms.DateField(
        label=_("Start date"),
        required=False,
        widget=AdminDateInput,
        help_text=_("Day 1 of the path. Left empty, it is the colleague's first day."),
    )
    buddy = ColleagueField(label=_("Buddy"), required=False, help_text=_("Shown on the path as the first one to ask."))

    class Meta:
        model = Enrolment
        fields = ["user", "start_date"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.order_fields(["user", "path", "start_date", "buddy"])
        self.fields["path"].choices = [("", _("Choose a path")), *path_titles(self.for_user, get_language()).items()]

    def clean(self):
        """A start date there must be; a path open to them that they aren't on yet; a buddy is somebody else."""
        cleaned = super().clean()
        user, path = cleaned.get("user"), cleaned.get("path")
        if user and not cleaned.get("start_date") and "start_date" not in self.errors:
            cleaned["start_date"] = user.start_date
            if user.start_date is None:
                self.add_error("start_date", _("Fill in a date: no first day is known of this colleague."))
        if user and path and Enrolment.objects.of(user).not_ended().filter(path_key=path).exists():
            self.add_error("path", _("This colleague is already on this path."))
        elif user and path and path_outline(user, path, get_language()) is None:
            self.add_error("path", _("This path is not open to this colleague: its page is only for some groups."))
        if user and cleaned.get("buddy") == user:
            self.add_error("buddy", _("Choose somebody else: nobody is their own buddy."))
        return cleaned

    def _get_validation_exclusions(self):
        # The model's own rules about path and date are those of clean(), with the message beside the right field.
        return {*super()._get_validation_exclusions(), "path_key", "start_date"}

    def save(self, commit=True):
        """The enrolment, made by the service."""
        data = self.cleaned_data
        path = PathPage.objects.live().filter(translation_key=data["path"]).first()
        self.instance = enrol(user=data["user"], path=path, start_date=data["start_date"], buddy=data["buddy"])
        return self.instance


class EnrolmentForm(WagtailAdminModelForm):
    """Changes what HR may change on a running enrolment; colleague and path stay what they are."""

    buddy = ColleagueField(label=_("Buddy"), required=False, help_text=_("Shown on the path as the first one to ask."))

    class Meta:
        model = Enrolment
        fields = ["start_date", "buddy", "ended_on"]
        widgets = {"start_date": AdminDateInput, "ended_on": AdminDateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["buddy"] = (
            Supporter.objects.filter(enrolment=self.instance, role=Supporter.Role.BUDDY)
            .values_list("colleague", flat=True)
            .first()
        )

    def clean(self):
        """A buddy is somebody else; who is on the path again can't have the old enrolment opened as well."""
        cleaned = super().clean()
        if cleaned.get("buddy") and cleaned["buddy"].pk == self.instance.user_id:
            self.add_error("buddy", _("Choose somebody else: nobody is their own buddy."))
        others = Enrolment.objects.of(self.instance.user).not_ended().filter(path_key=self.instance.path_key)
        if "ended_on" in cleaned and not cleaned["ended_on"] and others.exclude(pk=self.instance.pk).exists():
            self.add_error("ended_on", _("This colleague is on this path again, so this enrolment stays ended."))
        return cleaned

    @transaction.atomic
    def save(self, commit=True):
        """The enrolment with its buddy."""
        enrolment = super().save(commit=commit)
        set_buddy(enrolment=enrolment, colleague=self.cleaned_data["buddy"])
        return enrolment
