"""Colleagues, teams and roles in the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from base.admin.menu import PermittedMenuItem

from .admin.colleagues_report import READ, ColleaguesReportView
from .admin.forgetting import ForgetView
from .admin.retention_panel import CHANGE, UnconfirmedPeriodsPanel
from .admin.roles_report import RolesReportView
from .admin.syncing import ColleaguesSyncView, export_colleagues
from .admin.teams import location_viewset, team_viewset
from .admin.users import KeptActiveStateBulkAction, KeptAssignRoleBulkAction, NoDeleteBulkAction
from .closing import CLOSED, OPENED
from .forgetting import ACTION
from .oidc.linking import LINKED
from .retention import CONFIRMED
from .services import ROLES_FOLLOWED
from .syncing.applying import ACTION as SYNCED
from .syncing.exporting import EXPORTED


@hooks.register("register_admin_viewset")
def register_teams():
    """Teams and locations under the settings."""
    return [team_viewset, location_viewset]


# After Wagtail's own of the same names, whose place they take.
for _action in (NoDeleteBulkAction, KeptActiveStateBulkAction, KeptAssignRoleBulkAction):
    hooks.register("register_bulk_action", _action, order=1)


@hooks.register("register_admin_urls")
def register_reports():
    """The addresses of the two reports, of forgetting and of files with colleagues."""
    return [
        path("colleagues/file/", ColleaguesSyncView.as_view(), name="colleagues_sync"),
        path("colleagues/file/export/", export_colleagues, name="colleagues_export"),
        path("colleagues/<int:pk>/forget/", ForgetView.as_view(), name="forget_colleague"),
        path("reports/roles/", RolesReportView.as_view(), name="roles_report"),
        path("reports/colleagues/", ColleaguesReportView.as_view(), name="colleagues_report"),
        path(
            "reports/colleagues/results/",
            ColleaguesReportView.as_view(results_only=True),
            name="colleagues_report_results",
        ),
    ]


@hooks.register("register_reports_menu_item")
def roles_menu_item():
    """Who may do what."""
    return MenuItem(_("Roles"), reverse("roles_report"), name="roles", icon_name="group", order=910)


@hooks.register("register_reports_menu_item")
def colleagues_menu_item():
    """Who works here."""
    return PermittedMenuItem(
        _("Colleagues"), reverse("colleagues_report"), name="colleagues", icon_name="user", order=900, permission=READ
    )


@hooks.register("register_settings_menu_item")
def sync_menu_item():
    """Colleagues from a file of HR."""
    return PermittedMenuItem(
        _("Colleagues from a file"),
        reverse("colleagues_sync"),
        name="colleagues-file",
        icon_name="upload",
        order=605,
        permission="people.add_user",
    )


@hooks.register("register_log_actions")
def register_log_actions(actions):
    """What the log says where somebody was forgotten, came or left, signs in or has roles by the issuer, and where retention
    periods were confirmed.
    """
    actions.register_action(ACTION, _("Forget"), _("Forgotten on their own request"))
    actions.register_action(LINKED, _("Link to single sign-on"), _("Linked to single sign-on on the first sign-in"))
    actions.register_action(ROLES_FOLLOWED, _("Follow groups"), _("Roles changed by the groups of single sign-on"))
    actions.register_action(CONFIRMED, _("Confirm retention periods"), _("Retention periods confirmed"))
    actions.register_action(CLOSED, _("Close"), _("Account closed"))
    actions.register_action(OPENED, _("Open"), _("Account opened again"))
    actions.register_action(EXPORTED, _("Take colleagues along as a file"), _("Took all colleagues along as a file"))
    actions.register_action(SYNCED, _("Take over from a file"), _("Taken over from a file"))


@hooks.register("construct_homepage_panels")
def ask_for_periods(request, panels):
    """Retention periods that nobody confirmed, for who decides about them."""
    if request.user.has_perm(CHANGE):
        panels.append(UnconfirmedPeriodsPanel())
