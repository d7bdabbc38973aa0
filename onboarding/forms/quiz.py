"""The questions of one attempt at a quiz."""

from django import forms
from django.utils.translation import gettext as _

from ..models import QuizAttempt
from ..quizzes import Answers, takes_several


def field_name(question_id: str) -> str:
    """The name of a question's field."""
    return f"q-{question_id}"


class QuizForm(forms.Form):
    """One field for each question as it was asked: radio buttons, or ticks where several answers are right.

    ``later=True`` takes what is there and misses nothing. ``answers`` is what was chosen, also of a form with errors.
    """

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, attempt: QuizAttempt, later: bool = False, **kwargs):
        initial = {field_name(key): value if len(value) > 1 else value[0] for key, value in attempt.answers.items()}
        super().__init__(*args, initial={**initial, "number": attempt.number}, auto_id="quiz-%s", **kwargs)
        self.attempt = attempt
        for place, question in enumerate(attempt.questions, start=1):
            several = takes_several(question)
            if several and isinstance(initial.get(field_name(question["id"])), str):
                self.initial[field_name(question["id"])] = [initial[field_name(question["id"])]]
            make = forms.MultipleChoiceField if several else forms.ChoiceField
            self.fields[field_name(question["id"])] = make(
                label=_("Question %(number)s. %(text)s") % {"number": place, "text": question["text"]},
                help_text=_("Choose everything that is right.") if several else "",
                choices=[(answer["id"], answer["text"]) for answer in question["answers"]],
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                required=not later,
                error_messages={"required": _("Choose an answer to question %(number)s.") % {"number": place}},
            )

    @property
    def questions(self) -> list:
        """The fields of the questions, in order."""
        return [self[name] for name in self.fields if name != "number"]

    @property
    def answers(self) -> Answers:
        """``{question id: [answer ids]}``; what nobody asked is left out."""
        chosen = {}
        for question in self.attempt.questions:
            value = self.cleaned_data.get(field_name(question["id"]))
            if value:
                chosen[question["id"]] = value if isinstance(value, list) else [value]
        return chosen
