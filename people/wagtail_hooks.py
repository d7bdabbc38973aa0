"""Colleagues, teams and roles in the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .admin.colleagues_report import READ, ColleaguesReportView
from .admin.forgetting import ForgetView
from .admin.retention_panel import CHANGE, UnconfirmedPeriodsPanel
from .admin.roles_report import RolesReportView
from .admin.teams import location_viewset, team_viewset
from .admin.users import KeptActiveStateBulkAction, KeptAssignRoleBulkAction, NoDeleteBulkAction
from .forgetting import ACTION
from .retention import CONFIRMED


@hooks.register("register_admin_viewset")
def register_teams():
    """Teams and locations under the settings."""
    return [team_viewset, location_viewset]


# After Wagtail's own of the same names, whose place they take.
for _action in (NoDeleteBulkAction, KeptActiveStateBulkAction, KeptAssignRoleBulkAction):
    hooks.register("register_bulk_action", _action, order=1)


@hooks.register("register_admin_urls")
def register_reports():
    """The addresses of the two reports and of forgetting."""
    return [
        path("colleagues/<int:pk>/forget/", ForgetView.as_view(), name="forget_colleague"),
        path("reports/roles/", RolesReportView.as_view(), name="roles_report"),
        path("reports/colleagues/", ColleaguesReportView.as_view(), name="colleagues_report"),
        path(
            "reports/colleagues/results/",
            ColleaguesReportView.as_view(results_only=True),
            name="colleagues_report_results",
        ),
    ]


class ColleaguesMenuItem(MenuItem):
    """Shown to who may read it."""

    def is_shown(self, request) -> bool:
        """HR and administrators."""
        return request.user.has_perm(READ)


@hooks.register("register_reports_menu_item")
def roles_menu_item():
    """Who may do what."""
    return MenuItem(_("Roles"), reverse("roles_report"), name="roles", icon_name="group", order=910)


@hooks.register("register_reports_menu_item")
def colleagues_menu_item():
    """Who works here."""
    return ColleaguesMenuItem(
        _("Colleagues"), reverse("colleagues_report"), name="colleagues", icon_name="user", order=900
    )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    """What the log says where somebody was forgotten, and where retention periods were confirmed."""
    actions.register_action(ACTION, _("Forget"), _("Forgotten on their own request"))
    actions.register_action(CONFIRMED, _("Confirm retention periods"), _("Retention periods confirmed"))


@hooks.register("construct_homepage_panels")
def ask_for_periods(request, panels):
    """Retention periods that nobody confirmed, for who decides about them."""
    if request.user.has_perm(CHANGE):
        panels.append(UnconfirmedPeriodsPanel())
