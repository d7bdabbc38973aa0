"""Writing a point of a check-in."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CheckInPoint

LABELS = {
    CheckInPoint.Part.AGENDA: _("What do you want to talk about?"),
    CheckInPoint.Part.NOTES: _("What was said or agreed?"),
}


class PointForm(forms.Form):
    """A new point for one part (``CheckInPoint.Part``); ``point`` is the id it will have."""

    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words first.")},
    )
    point = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, part: str, **kwargs):
        kwargs.setdefault("initial", {"point": uuid.uuid4()})
        super().__init__(*args, auto_id=f"{part}-%s", **kwargs)
        self.part = part
        self.fields["text"].label = LABELS[part]


class PointChangeForm(forms.Form):
    """Another text for a point; ``version`` is that of the text it was made from."""

    text = forms.CharField(
        label=_("Text"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a few words, or take the point back.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
