"""The whole plan and every message of somebody who could be put on a path; nobody has to exist, and nothing is sent."""

from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.contrib.auth.models import Group
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail import hooks

from people.calendar import calendar_of_week
from people.models import Location, Team, User
from people.roles import role_label

from ..messages_ahead import StepAhead
from ..outline import Outline, Step
from ..periods import full_date
from ..plan.audience import Member
from ..reading_outlines import draft_path
from ..roles import Who
from ..services import preview_enrolment
from .forms import NearDateField
from .path_pages import OfOnePath
from .plan_words import reminders_table
from .previewed import table_of

WEEK = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]
ROLES = [(value, label) for value, label in Who.choices if value != Who.NEWCOMER]


class PreviewAsForm(forms.Form):
    """Who somebody would be."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=[("nl", "Nederlands"), ("en", "English")])
    start_date = NearDateField(label=gettext_lazy("Start date"))
    working_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Working days"), choices=WEEK, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=gettext_lazy("Team"), required=False)
    groups = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"),
        label=gettext_lazy("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    location = forms.ModelChoiceField(Location.objects.order_by("name"), label=gettext_lazy("Location"), required=False)
    contract = forms.ChoiceField(
        label=gettext_lazy("Contract"), choices=[("", "---------"), *User.ContractType.choices], required=False
    )
    cohort = forms.CharField(label=gettext_lazy("Cohort"), max_length=60, required=False)
    supporters = forms.MultipleChoiceField(
        label=gettext_lazy("Who walks along"), choices=ROLES, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].label_from_instance = lambda group: str(role_label(group.name))

    def member(self) -> Member:
        """As audiences see them."""
        data, teams = self.cleaned_data, set()
        team = data["team"]
        while team is not None and team.pk not in teams:
            teams.add(team.pk)
            team = team.parent
        groups = frozenset(group.pk for group in data["groups"])
        location = data["location"].pk if data["location"] else None
        return Member(frozenset(teams), groups, data["language"], data["cohort"], location, data["contract"])


class PreviewAsView(OfOnePath, TemplateView):
    """GET shows it for somebody ordinary who starts in two weeks, or for whom the form says."""

    header_icon = "view"
    page_title = gettext_lazy("Preview as a newcomer")
    template_name = "onboarding/admin/authoring/preview_as.html"

    def get_context_data(self, **kwargs):
        """The plan by date and the messages, or the form with what is wrong in it."""
        usual = {
            "language": get_language() or "nl",
            "start_date": (timezone.localdate() + timedelta(days=14)).isoformat(),
            "working_days": ["0", "1", "2", "3", "4"],
            "supporters": [role for role, _label in ROLES],
        }
        form = PreviewAsForm(self.request.GET if "start_date" in self.request.GET else usual)
        context = {"form": form, "plan": None}
        if form.is_valid():
            context.update(self._plan(form))
        return super().get_context_data(**context, **kwargs)

    def _plan(self, form: PreviewAsForm) -> dict:
        data = form.cleaned_data
        outline = draft_path(self.kwargs["path_key"], data["language"])
        calendar = calendar_of_week(data["working_days"])
        preview = preview_enrolment(
            outline,
            member=form.member(),
            calendar=calendar,
            start_date=data["start_date"],
            # As if they were put on the path in time: what is late by today is another question.
            today=min(timezone.localdate(), data["start_date"]),
            roles=data["supporters"],
        )
        phases = {phase.number: phase.title for phase in outline.phases}
        rows = [
            [
                full_date(step.due_on) if step.due_on else _no_date(step.step, outline),
                step.step.title,
                phases[step.step.phase],
                step.step.kind_word,
                Who(step.assignee).label,
                _remark(step),
            ]
            for step in sorted(preview.steps, key=lambda each: (each.due_on or date.max, each.step.number))
        ]
        columns = [_("Due on"), _("Step"), _("Phase"), _("Kind"), _("Who does it"), _("Remark")]
        return {
            "plan": preview,
            "first_day": full_date(preview.first_day),
            "missing": [Who(role).label for role in preview.missing_roles],
            "table": table_of(_("The plan"), columns, rows),
            "messages_table": reminders_table(
                [
                    StepAhead(step.step.title, step.due_on, step.assignee)
                    for step in preview.steps
                    if not step.is_left_out
                ],
                calendar,
                name=gettext_lazy("your newcomer"),
                language=data["language"],
            ),
        }


def _no_date(step: Step, outline: Outline) -> str:
    """Why a step has no date yet."""
    match step.rule.get("from"):
        case "step":
            other = outline.step(UUID(step.rule["step"]))
            return _("after “%(step)s”") % {"step": other.title} if other else _("no date")
        case "probation":
            return _("once the end of the probation period is known")
    return _("no date")


def _remark(step) -> str:
    words = [] if step.is_required else [_("optional")]
    if step.step.before_start:
        words.append(_("visible before the start"))
    if step.is_spread:
        words.append(_("spread: its own day had passed"))
    return ", ".join(str(word) for word in words)


@hooks.register("register_admin_urls")
def register_preview_as():
    """The preview."""
    return [path("onboarding/preview-as/<uuid:path_key>/", PreviewAsView.as_view(), name="onboarding_preview_as")]
