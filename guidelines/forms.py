"""What readers and owners fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from base.typed import TypedField

from .models.feedback import COMMENT_LENGTH, Feedback


class FeedbackForm(forms.Form):
    """Whether a text was useful, with or without words."""

    useful = forms.ChoiceField(
        label=_("Was this useful?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose yes or no."),
            "invalid_choice": _("Choose yes or no."),
        },
    )
    comment = TypedField(
        label=_("What could be better, or what helped you?"),
        help_text=_("Goes to who answers for this text. You get an answer."),
        max_length=COMMENT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    with_name = forms.BooleanField(
        label=_("With my name"),
        help_text=_("Without it nobody sees who wrote this. The answer reaches you all the same."),
        required=False,
    )

    @classmethod
    def of(cls, row: Feedback | None) -> "FeedbackForm":
        """With what was said before, to change."""
        if row is None:
            return cls()
        useful = "yes" if row.is_useful else "no"
        return cls(initial={"useful": useful, "comment": row.comment, "with_name": row.with_name})

    @property
    def is_useful(self) -> bool:
        """What was chosen."""
        return self.cleaned_data["useful"] == "yes"

    @property
    def words(self) -> str | None:
        """The comment; None where the form had no room for one (only the two buttons)."""
        return self.cleaned_data["comment"] if "comment" in self.data else None


class AnswerForm(forms.Form):
    """What becomes of a comment, and words for who wrote it."""

    status = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=Feedback.Status.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what becomes of it."),
            "invalid_choice": _("Choose what becomes of it."),
        },
    )
    answer = TypedField(
        label=_("Your answer"),
        help_text=_("Goes to who wrote it, with your name."),
        max_length=COMMENT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
