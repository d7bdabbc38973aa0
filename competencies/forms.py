"""What somebody fills in about where they, or a colleague, stand."""

from uuid import UUID

from django import forms
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from base.typed import TypedField

from .assessment_reading import AssessmentReading, Row
from .levels import NOT_YET, Level, level_in_words
from .models import Rating
from .models.assessments import EXAMPLE_LENGTH

UNKNOWN = "unknown"


class RatingForm(forms.Form):
    """One score. Fields are called ``f-...``: see portal/keep.js, which keeps what is typed."""

    def __init__(self, *args, row: Row, rating: Rating | None, is_own: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.row, self.is_own = row, is_own
        self.fields["f-level"] = forms.ChoiceField(
            label=_("Where are you now?") if is_own else _("What do you see?"),
            choices=[(choice["value"], choice["label"]) for choice in self.choices],
            widget=forms.RadioSelect,
            required=False,
            initial=_stored(rating),
            error_messages={"invalid_choice": _("This level isn’t there. Choose one of these.")},
        )
        self.fields["f-example"] = TypedField(
            label=_("An example"),
            help_text=(
                _(
                    "What was going on, what did you do, and what came of it? It helps you to choose, and to talk about it."
                )
                if is_own
                else _("What did you see, and when? Your colleague reads it once your scores are in.")
            ),
            widget=forms.Textarea(attrs={"rows": 4, "maxlength": EXAMPLE_LENGTH, "dir": "auto"}),
            max_length=EXAMPLE_LENGTH,
            required=False,
            initial=rating.example if rating else "",
        )
        self.fields["f-version"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, min_value=0, initial=rating.version if rating else 0
        )

    @cached_property
    def choices(self) -> list[dict]:
        """``{"value", "label", "indicators"}``: levels that say something, "not yet" before and "don't know" after them."""
        levels = [
            {"value": str(row["level"].value), "label": capfirst(row["level"].label), "indicators": row["indicators"]}
            for row in self.row.levels
            if row["indicators"]
        ]
        not_yet = (
            _("I am not there yet, or just began.") if self.is_own else _("Not there yet, or they have just begun.")
        )
        unknown = (
            _("That is an answer too: it is a reason to talk about it.")
            if self.is_own
            else _("I have seen too little of it.")
        )
        return [
            {"value": str(NOT_YET), "label": capfirst(level_in_words(NOT_YET)), "words": not_yet},
            *levels,
            {"value": UNKNOWN, "label": capfirst(level_in_words(None)), "words": unknown},
        ]

    @property
    def level_field(self) -> forms.BoundField:
        """The choice; its name isn't one that templates can write."""
        return self["f-level"]

    @property
    def example_field(self) -> forms.BoundField:
        """The example; as above."""
        return self["f-example"]

    @property
    def chosen(self) -> str:
        """What is chosen: by what was sent, else by what is stored."""
        return self["f-level"].value() or ""

    @property
    def score(self) -> dict:
        """``level``, ``is_unknown``, ``example`` and ``seen``, as the services take them; after validation."""
        data, level = self.cleaned_data, self.cleaned_data.get("f-level", "")
        return {
            "level": int(level) if level not in ("", UNKNOWN) else None,
            "is_unknown": level == UNKNOWN,
            "example": data.get("f-example", ""),
            "seen": data.get("f-version") or 0,
        }


def _stored(rating: Rating | None) -> str:
    if rating is None or not rating.is_answer:
        return ""
    return UNKNOWN if rating.is_unknown else str(rating.level)


class ShareForm(forms.Form):
    """With whom the person shares it: who leads them."""

    assessor = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("With whom"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": gettext_lazy("Choose with whom."),
            "invalid_choice": gettext_lazy("You can’t share it with this colleague: they don’t lead you now."),
        },
    )
    with_plan = forms.BooleanField(
        label=gettext_lazy("My plan as well"),
        help_text=gettext_lazy("They see your goals and your evidence, once their scores are in."),
        required=False,
    )

    def __init__(self, *args, leaders, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = leaders
        self.fields["assessor"].label_from_instance = lambda person: person.get_full_name()
        if len(leaders) == 1:
            self.fields["assessor"].initial = leaders[0].pk


class OutcomeForm(forms.Form):
    """What the two settle on: a level for each competency, on one page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, reading: AssessmentReading, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = reading.sharing.outcome_version
        self.keys: dict[str, UUID] = {}
        choices = [(str(level), capfirst(level_in_words(level))) for level in (NOT_YET, *Level.values)]
        choices.append((UNKNOWN, _("We don’t know yet")))
        for row in reading.rows:
            name = f"level-{row.key}"
            stored = _stored(reading.rating(Rating.By.JOINT, row.key))
            self.keys[name] = row.key
            self.fields[name] = forms.ChoiceField(
                label=row.title.text,
                # What was settled can be changed, not taken away.
                choices=choices if stored else [("", _("Not settled yet")), *choices],
                required=False,
                initial=stored,
                error_messages={"invalid_choice": _("This level isn’t there. Choose one of these.")},
            )
        self.reading = reading

    @property
    def rows(self) -> list[dict]:
        """``{"row": Row, "field": BoundField}`` for each competency."""
        return [{"row": self.reading.row(key), "field": self[name]} for name, key in self.keys.items()]

    @property
    def levels(self) -> dict[UUID, int | None]:
        """What was chosen, None for "we don't know yet"; what isn't settled is left out. After validation."""
        chosen = {key: self.cleaned_data[name] for name, key in self.keys.items() if self.cleaned_data.get(name)}
        return {key: None if value == UNKNOWN else int(value) for key, value in chosen.items()}
