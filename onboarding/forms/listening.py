"""Asking about a step, answering, and saying how it went."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import HelpRequest


class AskForm(forms.Form):
    """A question about a step."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=HelpRequest.About.choices,
        initial=HelpRequest.About.STEP,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about.")},
    )
    text = forms.CharField(
        label=_("Your question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write your question.")},
    )


class AnswerForm(forms.Form):
    """The answer to a question."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write your answer.")},
    )


class UsefulForm(forms.Form):
    """Whether a step was useful."""

    useful = forms.TypedChoiceField(
        label=_("Was this step useful?"),
        choices=[("yes", _("Yes")), ("no", _("Not really"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or not really.")},
    )
    comment = forms.CharField(
        label=_("What could be better, or should stay?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    named = forms.TypedChoiceField(
        label=_("With your name?"),
        choices=[
            ("no", _("Without my name: nobody can see who said it, not even HR. Shown from five answers on.")),
            ("yes", _("With my name: HR can read it and ask on.")),
        ],
        initial="no",
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose with or without your name.")},
    )


SCALE = [
    (1, _("1, not at all")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5, entirely")),
]


def _scale(label) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a number from 1 to 5.")},
    )


class PulseForm(forms.Form):
    """Three questions and room for words."""

    welcome = _scale(_("I feel welcome here"))
    clear = _scale(_("It is clear to me what is expected of me"))
    able = _scale(_("I have what I need to do my work"))
    comment = forms.CharField(
        label=_("Is there anything you want to say?"),
        help_text=_("Leave out names, also your own."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
