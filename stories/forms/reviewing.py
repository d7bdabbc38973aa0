"""What moderators fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import MAX_CHARACTERS, StoryEvent

MAX_WORDS_TO_AUTHOR = 2000


class DecisionForm(forms.Form):
    """Words to the author, with the version they are about."""

    comment = forms.CharField(
        label=_("Your words to the author"),
        required=False,
        max_length=MAX_WORDS_TO_AUTHOR,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)


class ReasonForm(forms.Form):
    """A reason from the list and words: nobody is turned down in silence."""

    reason = forms.ChoiceField(
        label=_("What is it about?"),
        choices=[("", _("Choose a reason")), *StoryEvent.Reason.choices],
        error_messages={"required": _("Choose a reason from the list.")},
    )
    comment = forms.CharField(
        label=_("Your words to the author"),
        max_length=MAX_WORDS_TO_AUTHOR,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say in a few words what you mean.")},
    )


class AskChangesForm(ReasonForm):
    """What the author is asked to change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].help_text = _("Say what would make it fine, so that they know what to do.")


class DeclineForm(ReasonForm):
    """Why a story is not published."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].help_text = _("Say why. The author may ask once that another moderator looks.")


class ReadVersionMixin(forms.Form):
    """The version that was read: nothing is decided about words that came after it."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)


class PortalAskChangesForm(AskChangesForm, ReadVersionMixin):
    """In the portal."""


class PortalDeclineForm(DeclineForm, ReadVersionMixin):
    """In the portal."""


class EditForm(ReadVersionMixin):
    """A moderator's own version of title and text."""

    title = forms.CharField(label=_("Title"), max_length=255, error_messages={"required": _("Give the story a title.")})
    text = forms.CharField(
        label=_("Story"),
        max_length=MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Plain text. **bold**, *italic*, lists with a dash, a blank line for a new paragraph."),
        error_messages={"required": _("A story can't be empty.")},
    )
    comment = forms.CharField(
        label=_("Your words to the author"),
        required=False,
        max_length=MAX_WORDS_TO_AUTHOR,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Say why you changed it."),
    )
    field_order = ["title", "text", "comment"]
