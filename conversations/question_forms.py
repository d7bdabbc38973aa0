"""What is typed at the desk."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from base.typed import TypedField

from .models.questions import ANSWER_LENGTH, QUESTION_LENGTH


class QuestionForm(forms.Form):
    """A question; ``key`` makes sending it twice one question, ``about`` is the page it is about."""

    text = TypedField(
        label=_("Your question"),
        help_text=_("One question at a time works best. No names or other private things of others, please."),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your question.")},
    )
    about = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean_key(self) -> uuid.UUID:
        """That of the form, or a new one where it was lost."""
        return self.cleaned_data["key"] or uuid.uuid4()


class AnswerForm(forms.Form):
    """An answer, and whether everybody reads it; ``seen`` says to which version of the question it was written."""

    answer = TypedField(
        label=_("Your answer"),
        help_text=_("Short and clear. An address of a page becomes a link."),
        max_length=ANSWER_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write your answer.")},
    )
    is_public = forms.BooleanField(
        label=_("Publish the answer for everyone, without the asker's name"),
        help_text=_("Then all colleagues find it with the search."),
        required=False,
    )
    public_text = TypedField(
        label=_("The question, as everybody reads it"),
        help_text=_("Take out what says who asked. Only used when you publish."),
        required=False,
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
