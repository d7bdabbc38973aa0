"""Reporting, and settling what was reported."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import StoryReport

WHOLE_STORY = "story"


class ReportForm(forms.Form):
    """What it is about, what is the matter, and words.

    ``targets`` are ``[("story" or the id of an image, label), ...]``; with one of them there is nothing to choose.
    """

    target = forms.ChoiceField(label=_("What is it about?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=StoryReport.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is the matter.")},
    )
    comment = forms.CharField(
        label=_("Tell us more"),
        help_text=_("A few words are enough. The author doesn't hear who reported it."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = targets
        if len(targets) == 1:
            self.fields["target"].widget = forms.HiddenInput()
            self.fields["target"].initial = targets[0][0]

    def clean(self):
        """Something else needs words: without them nobody knows what to look at."""
        cleaned = super().clean()
        if cleaned.get("reason") == StoryReport.Reason.OTHER and not cleaned.get("comment", "").strip():
            self.add_error("comment", _("Say in a few words what the matter is."))
        return cleaned

    @property
    def image_pk(self) -> int | None:
        """The image chosen; None for the whole story."""
        chosen = self.cleaned_data["target"]
        return None if chosen == WHOLE_STORY else int(chosen)


class SettleForm(forms.Form):
    """What comes of the reports on one thing, with words for author and reporters."""

    outcome = forms.ChoiceField(
        label=_("What comes of it?"),
        choices=[(StoryReport.Outcome.UPHELD, ""), (StoryReport.Outcome.REJECTED, "")],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes of it.")},
    )
    comment = forms.CharField(
        label=_("Why?"),
        help_text=_("The author and who reported it both read this. Don't name anybody who reported it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a few words why.")},
    )

    def __init__(self, *args, about_photo: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if about_photo:
            upheld, rejected = _("The photo leaves the story"), _("The photo stays")
        else:
            upheld = _("The story stays hidden until the author has changed it")
            rejected = _("The story stays as it is")
        self.fields["outcome"].choices = [
            (StoryReport.Outcome.UPHELD, upheld),
            (StoryReport.Outcome.REJECTED, rejected),
        ]
