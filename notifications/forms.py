"""What people choose about messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .kinds import CADENCES, all_kinds
from .models import QuietHours


class QuietHoursForm(forms.ModelForm):
    """When this person may be mailed."""

    class Meta:
        model = QuietHours
        fields = ["starts", "ends", "weekends"]
        widgets = {"starts": forms.TimeInput(attrs={"type": "time"}), "ends": forms.TimeInput(attrs={"type": "time"})}

    def clean(self):
        """The end comes after the beginning."""
        cleaned = super().clean()
        if cleaned.get("starts") and cleaned.get("ends") and cleaned["ends"] <= cleaned["starts"]:
            self.add_error("ends", _("Choose a time after the first one."))
        return cleaned


class CadenceForm(forms.Form):
    """One choice for each kind of message; ``initial`` maps kind names to cadences."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in all_kinds():
            self.fields[kind.name] = forms.ChoiceField(label=kind.label, choices=CADENCES)
