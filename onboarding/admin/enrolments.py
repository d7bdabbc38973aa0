"""Enrolments in the admin: who is on which path and how far they are."""

from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from .. import overview
from ..models import Enrolment
from ..periods import full_date
from ..reading import add_standings
from . import actions, bulk, enrolling, enrolment_page, exporting, importing, proposals_page
from .filters import EnrolmentFilterSet


class NeverDelete(ModelPermissionPolicy):
    """What people did is never deleted, by nobody: an enrolment is ended."""

    def user_has_permission(self, user, action):
        """As the permissions of the model say, without deleting."""
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user, actions):
        """The same for any of them."""
        return super().user_has_any_permission(user, [action for action in actions if action != "delete"])


class EnrolmentIndexView(generic.IndexView):
    """Who is on which path; progress of a whole list page in a fixed number of queries."""

    results_template_name = "onboarding/admin/enrolments_results.html"
    page_title = _("Enrolments")
    filterset_class = EnrolmentFilterSet

    def get_base_queryset(self):
        """With the people around them."""
        return overview.for_overview(Enrolment.objects.all())

    @cached_property
    def columns(self):
        """Colleague, path and phase, start date, progress, what is late, last activity, supporters, state."""
        return [
            proposals_page.PersonColumn("user", label=_("Colleague"), sort_key="user__first_name"),
            Column("path", label=_("Path"), accessor=path_words),
            Column("phase", label=_("Phase"), accessor=phase_words),
            Column(
                "start_date",
                label=_("Start date"),
                accessor=lambda row: full_date(row.start_date),
                sort_key="start_date",
            ),
            Column("progress", label=_("Progress"), accessor=lambda row: row.standing.count_words),
            Column("late", label=_("Late"), accessor=lambda row: overview.late_steps(row.standing) or "–"),
            Column("active", label=_("Last activity"), accessor=activity_words),
            Column("supporters", label=_("Supporters"), accessor=supporter_words),
            Column(
                "state", label=_("State"), accessor=lambda row: overview.State(overview.state_of(row.standing)).label
            ),
        ]

    @cached_property
    def header_buttons(self):
        """Put one on a path, or many, and what waits to be decided."""
        buttons = super().header_buttons
        if self.user_has_permission("add"):
            buttons.append(HeaderButton(_("Several at once"), url=reverse("enrolments:import"), icon_name="upload"))
        buttons.append(proposals_page.button(self.request.user))
        return buttons

    @cached_property
    def header_more_buttons(self):
        """The figures, for who wants the whole rather than each."""
        figures = HeaderButton(_("Figures"), url=reverse("onboarding_figures"), icon_name="table")
        return [*super().header_more_buttons, figures]

    def search_queryset(self, queryset):
        """Every word has to be somewhere in name, address or staff number."""
        return overview.named(queryset, self.search_query) if self.is_searching else queryset

    def get_context_data(self, *args, **kwargs):
        """With ``standing`` on each row that is shown, and what can be done with many."""
        context = super().get_context_data(*args, **kwargs)
        add_standings(self.request.user, context["object_list"], get_language())
        context["bulk_actions"] = bulk.choices_for(self.request.user)
        # What the list is narrowed by; whoever is on other pages of it can be picked as well.
        context["narrowed_by"] = self.request.GET.urlencode()
        return context


def path_words(row) -> str:
    """The path, with the cohort and the cycle where there are such."""
    words = [row.path_title, row.cohort]
    if row.cycle > 1:
        words.append(_("time %(cycle)s") % {"cycle": row.cycle})
    return ", ".join(str(word) for word in words if word)


def phase_words(row) -> str:
    """The phase somebody is in."""
    phase = overview.phase_of(row.standing)
    return phase.title if phase else "–"


def activity_words(row) -> str:
    """When they last did something."""
    moment = overview.last_activity(row.standing)
    return full_date(moment) if moment else "–"


def supporter_words(row) -> str:
    """ "Buddy: Anna, Manager: Bram"."""
    found = overview.supporters_of(row)
    return ", ".join(f"{entry['role']}: {entry['colleague'].get_full_name()}" for entry in found) or "–"


class EnrolmentViewSet(ModelViewSet):
    """Enrol one or many, look at one, change many at once; HR only, by the permissions of the model."""

    model = Enrolment
    name = "enrolments"
    url_prefix = "enrolments"
    icon = "group"
    menu_label = _("Enrolments")
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = EnrolmentIndexView
    form_fields = ["start_date"]
    search_fields = ["user__first_name", "user__last_name", "user__email", "user__staff_number"]
    search_backend_name = None
    ordering = ["-start_date", "-pk"]
    list_per_page = 50

    def proposals_view(self, **kwargs):
        """What waits to be decided, as a list of its own."""
        view = proposals_page.ProposalsView
        own = self.get_index_view_kwargs(
            index_url_name=self.get_url_name("proposals"),
            index_results_url_name=self.get_url_name("proposals_results"),
            results_template_name=view.results_template_name,
            add_url_name=None,
        )
        return self.construct_view(view, **own, **kwargs)

    def get_urlpatterns(self):
        """Wagtail's list, and the portal's own pages in the place of its forms."""
        own = {"add", "edit", "delete"}
        return [
            *(pattern for pattern in super().get_urlpatterns() if pattern.name not in own),
            path("new/", enrolling.EnrolView.as_view(), name="add"),
            path("edit/<int:pk>/", enrolment_page.EnrolmentPageView.as_view(), name="edit"),
            path("edit/<int:pk>/<slug:action>/", actions.perform, name="action"),
            path("import/", importing.ImportView.as_view(), name="import"),
            path("import/template/", importing.download_template, name="import_template"),
            path("many/", bulk.choose, name="many"),
            path("many/<slug:action>/", bulk.perform, name="bulk"),
            path("export/", exporting.export, name="export"),
            path("proposals/", self.proposals_view(), name="proposals"),
            path("proposals/results/", self.proposals_view(results_only=True), name="proposals_results"),
        ]


enrolment_viewset = EnrolmentViewSet()
