"""What people fill in about going outside."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import MAX_SHARE_TEXT, StoryEvent
from ..networks import clean_server


def _words(label, language: str) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4, "lang": language})
    return forms.CharField(label=label, max_length=MAX_SHARE_TEXT, required=False, widget=area)


class AskReleaseForm(forms.Form):
    """What the author chooses; ``pictures`` as from ``stories.outside_pictures.pictures_of``."""

    along = forms.TypedMultipleChoiceField(
        label=_("Photos that go along"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("We ask everybody who can be recognised in them. Leave a photo out and nobody has to be asked."),
    )
    with_name = forms.BooleanField(
        label=_("Put my full name with it"),
        required=False,
        help_text=_("Otherwise your first name and your role stand there."),
    )
    text_nl = _words(_("Suggested words in Dutch"), "nl")
    text_en = _words(_("Suggested words in English"), "en")

    def __init__(self, *args, pictures: list[dict], **kwargs):
        super().__init__(*args, **kwargs)
        self.pictures = pictures
        self.fields["along"].choices = [
            (row["image"].pk, row["alt_text"] or row["caption"] or _("Photo %(number)d") % {"number": number})
            for number, row in enumerate(pictures, start=1)
        ]
        if not pictures:
            del self.fields["along"]

    @property
    def left_out(self) -> list[int]:
        """The ids of the images that stay inside."""
        along = self.cleaned_data.get("along", [])
        return [row["image"].pk for row in self.pictures if row["image"].pk not in along]


class ShareTextForm(forms.Form):
    """The words somebody shares a story on with."""

    language = forms.ChoiceField(
        label=_("Which words go along"), choices=[("nl", _("The Dutch ones")), ("en", _("The English ones"))]
    )
    text_nl = _words(_("Words in Dutch"), "nl")
    text_en = _words(_("Words in English"), "en")
    server = forms.CharField(
        label=_("Your Mastodon server"),
        required=False,
        max_length=260,
        help_text=_("Only for Mastodon: the part after the second @ of your name there, for instance mastodon.nl."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}),
    )
    # Made with the form, so that a double click counts once.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, network: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.network = network
        self.fields["language"].widget = forms.RadioSelect(choices=self.fields["language"].choices)

    def clean_server(self) -> str:
        """The host name, asked for Mastodon alone."""
        return clean_server(self.cleaned_data["server"]) if self.network == "mastodon" else ""

    @property
    def text(self) -> str:
        """The words in the language chosen."""
        return self.cleaned_data[f"text_{self.cleaned_data['language']}"]


class ConsentForm(forms.Form):
    """Yes or no to being seen outside."""

    answer = forms.ChoiceField(
        label=_("May this photo go outside?"),
        choices=[("yes", _("Yes, that is fine")), ("no", _("No, rather not"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )


class RefuseReleaseForm(forms.Form):
    """Why a story stays inside."""

    reason = forms.ChoiceField(label=_("Reason"), choices=StoryEvent.Reason.choices, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("What you want to say to the author"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what would make it fit to go outside, if anything can."),
    )
