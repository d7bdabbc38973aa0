"""What people choose about messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import CADENCES, Kind
from .models import QuietHours


class TimeInput(forms.TimeInput):
    """The device's own way to choose a time; no seconds."""

    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class QuietHoursForm(forms.ModelForm):
    """When this person may be mailed, and when their daily and weekly mail comes."""

    class Meta:
        model = QuietHours
        fields = ["starts", "ends", "weekends", "digest_at", "weekly_on"]
        widgets = {"starts": TimeInput, "ends": TimeInput, "digest_at": TimeInput}
        help_texts = {"digest_at": _("Leave empty for the start of your day.")}

    def clean(self):
        """The end comes after the beginning, and the bundle between them: the message says so beside its field."""
        cleaned = super().clean()
        starts, ends, digest_at = (cleaned.get(name) for name in ("starts", "ends", "digest_at"))
        if starts and ends and ends <= starts:
            self.add_error("ends", _("Choose a time after the first one."))
        elif starts and ends and digest_at and not starts <= digest_at < ends:
            self.add_error("digest_at", _("Choose a time between the two above, or leave it empty."))
        return cleaned


class CadenceForm(forms.Form):
    """One choice for each of these kinds of message; ``initial`` maps their names to cadences."""

    def __init__(self, *args, kinds: list[Kind], **kwargs):
        super().__init__(*args, **kwargs)
        for kind in kinds:
            self.fields[kind.name] = forms.ChoiceField(label=kind.label, choices=CADENCES)
