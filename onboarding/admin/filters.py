"""What HR's list of enrolments can be narrowed by."""

from uuid import UUID

import django_filters
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from people.models import Location, Team

from .. import overview, proposals
from ..models import Enrolment
from ..reading import all_path_titles

ANY = "any"


class EnrolmentFilterSet(WagtailFilterSet):
    """By path, phase, cohort, team, location, start date, state, and what is proposed."""

    path_key = django_filters.ChoiceFilter(label=_("Path"), choices=[])
    phase = django_filters.ChoiceFilter(label=_("Phase"), choices=[], method="in_phase")
    cohort = django_filters.ChoiceFilter(label=_("Cohort"), choices=[])
    team = django_filters.ModelChoiceFilter(label=_("Team"), queryset=Team.objects.all(), method="in_team")
    location = django_filters.ModelChoiceFilter(
        label=_("Location"), field_name="user__location", queryset=Location.objects.all()
    )
    start_date = django_filters.DateFromToRangeFilter(label=_("Start date"), widget=DateRangePickerWidget)
    state = django_filters.ChoiceFilter(label=_("State"), choices=overview.State.choices, method="in_state")

    proposal = django_filters.ChoiceFilter(label=_("Proposals"), choices=[], method="in_proposal")

    class Meta:
        model = Enrolment
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        titles = all_path_titles(self.request.user, get_language())
        self.filters["path_key"].extra["choices"] = list(titles.items())
        kinds = [(kind.name, kind.label) for kind in proposals.all_kinds()]
        self.filters["proposal"].extra["choices"] = [(ANY, _("all that is open")), *kinds]
        self.filters["cohort"].extra["choices"] = [(name, name) for name in overview.cohorts()]
        self.filters["phase"].extra["choices"] = [
            (str(phase.key), f"{titles[str(outline.key)]}: {phase.title}")
            for outline in overview.paths_in_use()
            if str(outline.key) in titles
            for phase in outline.phases
        ]

    def in_phase(self, enrolments, name, value):
        """Whose next step is in this phase."""
        return overview.in_phase(enrolments, UUID(value))

    def in_team(self, enrolments, name, value):
        """Whose person is in this team, or one below it."""
        return overview.in_team(enrolments, value)

    def in_proposal(self, enrolments, name, value):
        """For whom something is proposed that HR hasn't decided on."""
        found = proposals.open_proposals(self.request.user, "" if value == ANY else value)
        return enrolments.filter(pk__in=list(found))

    def in_state(self, enrolments, name, value):
        """Who is before the start, under way, late, paused, finished or ended."""
        return overview.in_state(enrolments, value)
