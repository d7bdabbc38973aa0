"""Agreeing on a time to meet."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.models import User

from ..periods import far_away


class MeetingForm(forms.Form):
    """Day, time, length, place and with whom; times are those of ``zone``."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Fill in on which day.")},
    )
    time = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": gettext_lazy("Fill in at what time.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How many minutes"),
        min_value=5,
        max_value=600,
        widget=forms.NumberInput(),
        error_messages={"required": gettext_lazy("Fill in how many minutes it takes.")},
    )
    place = forms.CharField(
        label=gettext_lazy("Where"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A room, an address, or a link to an online meeting."),
    )
    with_whom = forms.ModelChoiceField(label=gettext_lazy("With whom"), queryset=User.objects.none())

    def __init__(self, *args, zone: ZoneInfo, people: list[User], **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["with_whom"].queryset = User.objects.filter(pk__in=[person.pk for person in people])
        self.fields["with_whom"].label_from_instance = User.get_full_name
        self.fields["with_whom"].empty_label = None
        if not people:
            # Nobody walks along yet: a meeting without a name is better than none.
            del self.fields["with_whom"]

    def clean_day(self):
        """A day that can be meant."""
        day = self.cleaned_data["day"]
        if wrong := far_away(day):
            raise forms.ValidationError(wrong)
        return day

    def clean(self):
        """A moment that is still to come and that exists; ``starts_at`` is it, aware."""
        cleaned = super().clean()
        if not {"day", "time"} <= set(cleaned):
            return cleaned
        starts_at = datetime.combine(cleaned["day"], cleaned["time"], tzinfo=self.zone)
        if starts_at.astimezone(UTC).astimezone(self.zone).time() != cleaned["time"]:
            self.add_error("time", _("The clock goes forward that night: this time does not exist."))
        elif starts_at <= timezone.now():
            self.add_error("day" if cleaned["day"] < timezone.localdate() else "time", _("This is over already."))
        cleaned["starts_at"] = starts_at
        return cleaned
