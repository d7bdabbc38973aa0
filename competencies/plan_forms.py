"""What somebody fills in about a goal of theirs."""

import uuid
from datetime import date, timedelta

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from base.typed import TypedField
from people.clock import today_for
from people.models import User

from .assessment_reading import Row
from .levels import NOT_YET, Level, level_in_words
from .models import CompetencyPage, Goal
from .models.plans import ACTION_LENGTH
from .services.planning import Aim

UNKNOWN = "unknown"
FAR = timedelta(days=5 * 366)


class GoalForm(forms.Form):
    """A goal for one competency; ``goal`` is the one that is changed, None for a new one."""

    from_level = forms.ChoiceField(
        label=gettext_lazy("Where are you now?"),
        error_messages={"invalid_choice": gettext_lazy("This level isn’t there. Choose one of these.")},
    )
    to_level = forms.ChoiceField(
        label=gettext_lazy("Where do you want to be?"),
        error_messages={
            "required": gettext_lazy("Choose the level you want to get to."),
            "invalid_choice": gettext_lazy("This level isn’t there. Choose one of these."),
        },
    )
    action = TypedField(
        label=gettext_lazy("What are you going to do?"),
        help_text=gettext_lazy("Something you can begin with: “walk along with the night shift twice”."),
        max_length=ACTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": ACTION_LENGTH, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write in a few words what you are going to do.")},
    )
    due_on = forms.DateField(
        label=gettext_lazy("By when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("This is no date. Choose a day, or leave it empty.")},
    )

    def __init__(self, *args, user: User, goal: Goal | None = None, pages: dict[str, CompetencyPage], **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.goal, self.pages = user, goal, pages
        self.fields["from_level"].choices = [
            (UNKNOWN, capfirst(level_in_words(None))),
            *((str(level), capfirst(level_in_words(level))) for level in (NOT_YET, *Level.values)),
        ]
        self.fields["to_level"].choices = [
            ("", _("Choose a level")),
            *((str(level.value), capfirst(level.label)) for level in Level),
        ]
        if goal is not None:
            self.initial = {**initial_of(goal), **self.initial}
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def clean_due_on(self) -> date | None:
        """A day that is still to come and can be meant; the one that stood may stay."""
        day = self.cleaned_data["due_on"]
        if day is None or (self.goal is not None and day == self.goal.due_on):
            return day
        today = today_for(self.user)
        if day < today:
            raise forms.ValidationError(_("This day has passed. Choose one that is still to come, or leave it empty."))
        if day - today > FAR:
            raise forms.ValidationError(_("This is more than five years from now. Is the year right?"))
        return day

    def clean(self):
        """The level that is aimed at is a higher one, and somebody wrote what one can do then."""
        data = super().clean()
        aimed, now = data.get("to_level"), data.get("from_level")
        if not aimed:
            return data
        if now and now != UNKNOWN and int(aimed) <= int(now):
            self.add_error("to_level", _("Choose a level above where you are now."))
        page = self.pages.get(data.get("competency") or (str(self.goal.competency_key) if self.goal else ""))
        stood = self.goal is not None and self.goal.to_level == int(aimed)
        if page is not None and not stood and not page.indicators(Level(int(aimed))):
            self.add_error(
                "to_level", _("For this competency nobody wrote yet what you can do at this level. Choose another.")
            )
        return data

    @property
    def aim(self) -> Aim:
        """What was filled in; after validation."""
        data = self.cleaned_data
        level = data["from_level"]
        return Aim(
            from_level=None if level == UNKNOWN else int(level),
            to_level=int(data["to_level"]),
            action=data["action"],
            due_on=data["due_on"],
        )


class NewGoalForm(GoalForm):
    """A new goal: also says for which competency, and the key it will have."""

    competency = forms.ChoiceField(
        label=gettext_lazy("What do you want to get better at?"),
        error_messages={
            "required": gettext_lazy("Choose a competency."),
            "invalid_choice": gettext_lazy("This competency isn’t there, or not for you. Choose one of these."),
        },
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("competency",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("from_level", UNKNOWN)
        self.fields["competency"].choices = [
            ("", _("Choose a competency")),
            *((key, page.title) for key, page in self.pages.items()),
        ]


def initial_of(goal: Goal) -> dict:
    """What the form of a goal is filled with."""
    return {
        "from_level": UNKNOWN if goal.from_level is None else str(goal.from_level),
        "to_level": str(goal.to_level),
        "action": goal.action,
        "due_on": goal.due_on,
        "version": goal.version,
    }


def asked_for(query, pages: dict[str, CompetencyPage], row: Row | None) -> dict:
    """What the address of a new goal fills in: its ``competency``, and the levels of ``row``, a gap of the person's own.

    No level stands in an address: browsers and servers keep those.
    """
    found = {"competency": query["competency"]} if query.get("competency") in pages else {}
    if not found or row is None or not row.is_gap:
        return found
    standing = UNKNOWN if row.standing.level is None else str(row.standing.level)
    return {**found, "from_level": standing, "to_level": str(row.required.value)}
