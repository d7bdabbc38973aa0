"""The editor's form of a step: what is refused is said beside its field, and drafts may be incomplete."""

from types import SimpleNamespace
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm

from people.models import User
from people.roles import role_label


class WordsForm(WagtailAdminPageForm):
    """For a path or a phase: words like ``{{buddy}}`` are refused beside the field, unless it is a draft."""

    def clean(self):
        """Raises nothing, as for a step."""
        cleaned = super().clean()
        # The module needs the models, and they need this form.
        from ..checks import token_problems

        if not self.is_deferred_validation:
            words = {name: cleaned.get(name) for name in ("title", "summary", "closing_text")}
            for field, text in token_problems(words).items():
                self.add_error(field, text)
        return cleaned


class AudienceFormMixin(forms.Form):
    """Roles in the reader's language, and contracts to tick."""

    audience_contracts = forms.MultipleChoiceField(
        label=gettext_lazy("only with these contracts"),
        choices=User.ContractType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "audience_groups" in self.fields:
            self.fields["audience_groups"].label_from_instance = lambda group: str(role_label(group.name))


class PathPageForm(AudienceFormMixin, WordsForm):
    """For a path: its words, and for whom it is."""


class StepPageForm(AudienceFormMixin, WagtailAdminPageForm):
    """Checks what ``onboarding.checks`` says; everything when publishing, only what can never be in a draft."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.first_published_at and "kind" in self.fields:
            # What is published, whatever a draft or an old version says.
            self.initial["kind"] = type(self.instance).objects.values_list("kind", flat=True).get(pk=self.instance.pk)
            self.fields["kind"].disabled = True
            self.fields["kind"].help_text = _("It was published as this kind, and people did it as such.")

    def clean(self):
        """Raises nothing: every problem is added beside the field it is about."""
        cleaned = super().clean()
        # The module needs the models, and they need this form.
        from ..checks import content_problems, planning_problems

        self._put_check_in_in_time(cleaned)
        step = SimpleNamespace(**{name: getattr(self.instance, name) for name in FIELDS} | cleaned)
        problems = self._round(step)
        planning = planning_problems(step)
        if self.is_deferred_validation:
            planning = {field: text for field, text in planning.items() if field == "due_count"}
        else:
            problems = content_problems(step) | self._before_start(step) | problems
        for field, text in (planning | problems).items():
            if field in self.fields and field not in self.errors:
                self.add_error(field, text)
            elif field not in self.fields:
                self.add_error(None, text)
        return cleaned

    def save(self, commit=True):
        """Keeps the keys of what was chosen; a page that somebody deleted keeps its own, one that was taken out doesn't."""
        for name in {"reads", "profile", "replaces"}.intersection(self.changed_data):
            chosen = self.cleaned_data.get(name)
            setattr(self.instance, f"{name}_key", chosen.translation_key if chosen else None)
        return super().save(commit)

    def _put_check_in_in_time(self, cleaned: dict) -> None:
        """A check-in before the end of the probation period is in time to act on it, if nobody chose a day just now."""
        from ..checks import CHECK_IN_DAYS, leaves_time

        changed = set(self.changed_data)
        asks = cleaned.get("is_check_in") and cleaned.get("due_from") == "probation"
        if asks and changed & {"is_check_in", "due_from"} and not changed & {"due_count", "due_unit"}:
            rule = {"from": "probation", "unit": cleaned.get("due_unit"), "count": cleaned.get("due_count")}
            if not leaves_time(rule):
                cleaned.update(due_count=-CHECK_IN_DAYS, due_unit="working")

    def _before_start(self, step) -> dict[str, str]:
        """What can't be of a step that is met before the start."""
        from ..checks_before_start import problems_before_start
        from ..models import PageBeforeStart

        reads = step.reads
        closed = reads.title if reads and not PageBeforeStart.objects.has(reads.translation_key) else ""
        return problems_before_start(step, self.parent_page.specific.last_day, closed)

    def _round(self, step) -> dict[str, str]:
        """What can't be of what this step waits for: itself, a step elsewhere, or one that waits for it."""
        from ..checks import cycle_from, path_of_step, round_words, waiting_graph

        first = self._prerequisites()
        after = step.due_step if step.due_from == "step" else None
        if not first and after is None:
            return {}
        waits, titles = waiting_graph(path_of_step(None, self.parent_page))
        own: UUID = self.instance.translation_key
        elsewhere = _("“%(step)s” is on another path. Choose a step of this one.")
        for other in first:
            if other.translation_key not in titles:
                return {"needs_all": elsewhere % {"step": other.title}}
        if after is not None and after.translation_key not in titles:
            return {"due_step": elsewhere % {"step": after.title}}
        titles[own] = step.title
        waits[own] = {other.translation_key for other in (*first, *([after] if after else []))}
        way = cycle_from(own, waits)
        if not way:
            return {}
        # Beside the choice that closes the round.
        by_date = after is not None and after.translation_key == way[1]
        return {"due_step" if by_date else "needs_all": round_words(way, titles)}

    def _prerequisites(self) -> list:
        formset = self.formsets.get("prerequisites")
        if formset is None or not formset.is_valid():
            return []
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data]
        return [row["step"] for row in rows if row.get("step") and not row.get("DELETE")]


FIELDS = (
    "title",
    "kind",
    "assignee",
    "signed_off_by",
    "summary",
    "body",
    "reads",
    "profile",
    "checklist",
    "questions",
    "form_fields",
    "is_check_in",
    "visible_before_start",
    "due_from",
    "due_count",
    "due_date",
    "due_step",
)
