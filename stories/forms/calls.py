"""Opening and changing a call."""

import re

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, Value
from django.db.models.functions import Concat, Trim
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ..models import StoryCall, StoryTheme

MOST_PEOPLE = 50


class CallForm(forms.Form):
    """Title, intro, last day, theme, example, and who is asked by name."""

    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give the call a title.")})
    summary = forms.CharField(
        label=_("What do you ask?"),
        help_text=_("One or two sentences. They stand at the top of the list of stories as well."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you ask.")},
    )
    ends_on = forms.DateField(
        label=_("Last day"),
        help_text=_("The last day on which somebody can answer."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the last day."),
            "invalid": _("Write the day as 2026-12-31."),
        },
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"), queryset=StoryTheme.objects.none(), required=False, empty_label=_("No theme")
    )
    example = forms.CharField(
        label=_("Example"),
        help_text=_("A few lines that show what you hope for."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    people = forms.CharField(
        label=_("Ask somebody by name"),
        help_text=_("One name or e-mail address on each line. Each gets one message, and may say no in silence."),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, call: StoryCall | None = None, **kwargs):
        self.call = call
        if call is not None:
            kwargs.setdefault("initial", {}).update(values_of(call))
        super().__init__(*args, **kwargs)
        self.fields["theme"].queryset = StoryTheme.objects.all()

    def clean_ends_on(self):
        """A new call lasts until today at least; one that has ended may stay so."""
        day = self.cleaned_data["ends_on"]
        unchanged = self.call is not None and self.call.ends_on == day
        if day < timezone.localdate() and not unchanged:
            raise forms.ValidationError(_("This day is over. Choose today or later."))
        return day

    def clean_people(self):
        """The colleagues on the lines; says which line is nobody's, or more than one person's."""
        lines = [line.strip() for line in re.split(r"[\n;]", self.cleaned_data["people"]) if line.strip()]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(
                _now("You can ask %(limit)s people at most; these are %(count)s.")
                % {"limit": MOST_PEOPLE, "count": len(lines)}
            )
        found, problems = [], []
        for line in lines:
            people = _colleagues_called(line)
            if len(people) == 1:
                found.append(people[0])
            elif people:
                problems.append(
                    _now("There is more than one “%(name)s”. Use the e-mail address.") % {"name": line[:80]}
                )
            else:
                problems.append(_now("There is no colleague “%(name)s”.") % {"name": line[:80]})
        if problems:
            raise forms.ValidationError(problems)
        return list({person.pk: person for person in found}.values())


def values_of(call: StoryCall) -> dict:
    """What the form starts with for this call."""
    rows = call.invitations.select_related("person").order_by("pk")
    return {
        "title": call.title,
        "summary": call.summary,
        "ends_on": call.ends_on,
        "theme": call.theme_id,
        "example": call.example,
        "people": "\n".join(row.person.email for row in rows),
    }


def _colleagues_called(line: str) -> list:
    """At most two colleagues with this name or address: two are one too many already."""
    people = get_user_model().objects.filter(is_active=True)
    people = people.annotate(full=Trim(Concat("first_name", Value(" "), "last_name")))
    return list(people.filter(Q(email__iexact=line) | Q(full__iexact=line)).order_by("pk")[:2])
