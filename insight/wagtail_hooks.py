"""What Wagtail's admin is told about how manuals are kept up."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from base.admin.menu import PermittedMenuItem
from guidelines.reading.duties import GOVERN

from .admin.scorecard_page import KeptUpPanel, ScorecardView, WorklistView


@hooks.register("register_admin_urls")
def register_scorecard():
    """The scorecard and its worklist."""
    return [
        path("reports/manuals/", ScorecardView.as_view(), name="manual_scorecard"),
        path("reports/manuals/pages/", WorklistView.as_view(), name="manual_worklist"),
        path("reports/manuals/pages/results/", WorklistView.as_view(results_only=True), name="manual_worklist_results"),
    ]


@hooks.register("register_reports_menu_item")
def scorecard_menu_item():
    """Beside the translations."""
    return PermittedMenuItem(
        _("How manuals are kept up"),
        reverse("manual_scorecard"),
        name="manual-scorecard",
        icon_name="table",
        order=120,
        permission=GOVERN,
    )


@hooks.register("construct_homepage_panels")
def add_kept_up_panel(request, panels):
    """For who governs."""
    if request.user.has_perm(GOVERN):
        panels.append(KeptUpPanel(request))
