"""What authors type about their own stories."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_CHARACTERS = 2000


class WordsForm(forms.Form):
    """A few words to the moderators; ``is_required`` is whether they are needed.

    ``name`` keeps the ids of several such forms on one page apart.
    """

    comment = forms.CharField(
        label=_("In a few words"), max_length=MOST_CHARACTERS, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data=None, *, name: str, is_required: bool, label=None):
        super().__init__(data, auto_id=f"id_{name}_%s")
        field = self.fields["comment"]
        field.required = is_required
        field.label = label or field.label
        field.error_messages["required"] = _("Say in a few words what you mean.")
