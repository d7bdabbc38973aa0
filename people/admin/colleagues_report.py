"""The report of colleagues: to read, for HR."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.reports import ReportView

from ..models import Team, User

READ = "people.read_colleagues"


class ColleaguesFilterSet(WagtailFilterSet):
    """By team, location and contract, and by who still works here."""

    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), label=_("Team"))

    class Meta:
        model = User
        fields = ["is_active", "team", "location", "contract_type"]


class ColleaguesReportView(ReportView):
    """Who works here, in which team, with which manager and since when."""

    model = User
    page_title = _("Colleagues")
    header_icon = "user"
    index_url_name = "colleagues_report"
    index_results_url_name = "colleagues_report_results"
    filterset_class = ColleaguesFilterSet
    default_ordering = "first_name"
    is_searchable = True
    search_fields = ["first_name", "last_name", "email"]
    list_export = [
        "get_full_name",
        "job_title",
        "team",
        "location",
        "get_contract_type_display",
        "manager",
        "start_date",
        "end_date",
    ]
    columns = [
        Column("get_full_name", label=_("Name"), sort_key="first_name"),
        Column("job_title", label=_("Job title")),
        Column("team", label=_("Team"), sort_key="team__name"),
        Column("location", label=_("Location"), sort_key="location__name"),
        Column("get_contract_type_display", label=_("Contract"), sort_key="contract_type"),
        Column("manager", label=_("Manager")),
        Column("start_date", label=_("First day"), sort_key="start_date"),
        Column("end_date", label=_("Last day"), sort_key="end_date"),
        BooleanColumn("is_active", label=_("May sign in")),
    ]

    def dispatch(self, request, *args, **kwargs):
        """Refused to others."""
        if not request.user.has_perm(READ):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        """With team, location and manager in one query."""
        return User.objects.select_related("team", "location", "manager")
