"""The editor's form of a manual and a chapter."""

from django import forms
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

SMALL, LARGE = "small", "large"


class TextPageForm(WagtailAdminPageForm):
    """Asks how large a change is, and for a large one what is different; a draft may still leave that open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "change_size" in self.fields:
            field = self.fields["change_size"]
            field.widget = forms.RadioSelect()
            field.choices = [choice for choice in field.choices if choice[0]]
            self.initial["change_size"] = self.initial.get("change_size") or SMALL

    def clean(self):
        """A large change says what is different."""
        cleaned = super().clean()
        asks_line = cleaned.get("change_size") == LARGE and not self.is_deferred_validation
        if asks_line and "change_note" not in self.errors and not cleaned.get("change_note", "").strip():
            self.add_error("change_note", _("Say in one line what is different: readers get to see it."))
        return cleaned
